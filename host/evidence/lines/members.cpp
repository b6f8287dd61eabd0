#include "host/evidence/lines/members.h"

#include <fmt/format.h>

#include <algorithm>

#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

void read_artifact(const Json& item, Members& members, Artifact& out) {
    if (!item.is(JsonKind::Object)) return members.wrong("an artifact is an object");
    std::string hash;
    for (const Json& m : item.children()) {
        if (m.key == "name")
            members.text(m, out.name);
        else if (m.key == "sha256")
            members.text(m, hash);
        else if (m.key == "size")
            out.size = static_cast<uint64_t>(members.number(m));
        else
            members.wrong(fmt::format("an artifact has no `{}`", m.key));
    }
    const auto parsed = parse_hash(hash.starts_with("sha256:") ? hash : "sha256:" + hash);
    if (!parsed || out.name.empty()) return members.wrong("an artifact needs `name` and `sha256`");
    out.sha256 = *parsed;
}

void read_lease(const Json& item, Members& members, CallContext::Lease& out) {
    if (!item.is(JsonKind::Object)) return members.wrong("a lease is an object");
    for (const Json& m : item.children()) {
        if (m.key == "rule")
            members.text(m, out.rule);
        else if (m.key == "fence")
            out.fence = static_cast<uint64_t>(members.number(m));
        else if (const auto t = m.is(JsonKind::String) ? parse_timestamp(m.text) : std::nullopt;
                 m.key == "deadline" && t)
            out.deadline_ns = *t;
        else
            members.wrong("a lease has `rule`, `fence` and `deadline`");
    }
}

}  // namespace

void Members::wrong(std::string_view what) {
    if (error_.empty()) error_ = fmt::format("{}: {}", where_, what);
}

void Members::text(const Json& m, std::string_view& out) {
    if (!m.is(JsonKind::String)) return wrong(fmt::format("`{}` is not a text", m.key));
    out = m.text;
}

void Members::text(const Json& m, std::string& out) {
    std::string_view view;
    text(m, view);
    out = view;
}

int64_t Members::number(const Json& m) {
    const auto n = m.is(JsonKind::Number) ? parse_int(m.text) : std::nullopt;
    if (n && *n >= 0) return *n;
    wrong(fmt::format("`{}` is not a whole number", m.key));
    return 0;
}

void read_outcome(const Json& root, Members& members, std::string& action, Outcome& out) {
    if (!root.is(JsonKind::Object)) return members.wrong("not an object");
    bool has_status = false;
    for (const Json& m : root.children()) {
        if (m.key == "action") {
            members.text(m, action);
        } else if (m.key == "status") {
            const auto status = m.is(JsonKind::String) ? outcome_named(m.text) : std::nullopt;
            has_status = status.has_value();
            if (status) out.status = *status;
        } else if (m.key == "artifacts") {
            if (!m.is(JsonKind::Array)) members.wrong("`artifacts` is not a list");
            for (const Json& item : m.children()) read_artifact(item, members, out.artifacts.emplace_back());
        } else if (m.key == "output") {
            members.text(m, out.output);
        } else if (m.key == "error") {
            members.text(m, out.error);
        } else if (m.key == "note") {
            members.text(m, out.note);
        } else if (m.key == "resolved_by") {
            members.text(m, out.resolved_by);
        } else if (m.key == "duration_us") {
            out.duration_ns = std::min<int64_t>(members.number(m), INT64_MAX / 1000) * 1000;
        } else {
            members.wrong(fmt::format("there is no `{}`", m.key));
        }
    }
    if (!has_status) members.wrong("`status` is one of done, failed, not-done, unknown");
}

void read_context(const Json& root, Members& members, CallContext& out) {
    if (!root.is(JsonKind::Object)) return members.wrong("not an object");
    for (const Json& m : root.children()) {
        if (m.key == "traceparent")
            members.text(m, out.traceparent);
        else if (m.key == "subject")
            members.text(m, out.subject);
        else if (m.key == "isolation")
            members.text(m, out.isolation_profile);
        else if (m.key == "egress")
            members.text(m, out.egress_profile);
        else if (m.key == "prompt")
            members.text(m, out.prompt);
        else if (m.key == "window" && m.is(JsonKind::Bool))
            out.window = m.truth;
        else if (m.key == "leases" && m.is(JsonKind::Array))
            for (const Json& item : m.children()) read_lease(item, members, out.leases.emplace_back());
        else
            members.wrong(fmt::format("there is no such `{}`", m.key));
    }
}

}  // namespace remit::evidence
