#include "host/evidence/recorder/call_record.h"

#include "host/evidence/record/decision_text.h"
#include "host/evidence/recorder/session_record.h"

namespace remit::evidence {

namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == text.npos; }
bool is_zero(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

/// W3C trace context, section 3.2: version-trace-parent-flags.
bool is_traceparent(std::string_view t) {
    if (t.size() < 55 || t[2] != '-' || t[35] != '-' || t[52] != '-') return false;
    const std::string_view version = t.substr(0, 2), trace = t.substr(3, 32), parent = t.substr(36, 16);
    if (!is_hex(version) || version == "ff" || !is_hex(trace) || is_zero(trace) || !is_hex(parent) || is_zero(parent) ||
        !is_hex(t.substr(53, 2)))
        return false;
    return t.size() == 55;  // what later versions append is not known to be harmless
}

std::string_view effect_of(const ToolDesc& tool) {
    return tool.destructive ? "destructive" : tool.write ? "write" : "read";
}

/// An argument, a label, or both.
struct Argument {
    std::string_view name;
    const Json* value = nullptr;
    const LabelIn* label = nullptr;
};
std::vector<Argument> arguments_of(const CallIn& call) {
    std::vector<Argument> all;
    if (call.args != nullptr && call.args->is(JsonKind::Object))
        for (const Json& value : call.args->children()) all.push_back({value.key, &value, nullptr});
    for (const LabelIn& label : call.labels) all.push_back({label.key, nullptr, &label});
    const auto before = [](const Argument& a, const Argument& b) {
        return a.name != b.name ? a.name < b.name : a.value != nullptr && b.value == nullptr;
    };
    std::sort(all.begin(), all.end(), before);
    size_t kept = 0;
    for (const Argument& a : all) {
        if (kept > 0 && all[kept - 1].name == a.name && all[kept - 1].label == nullptr)
            all[kept - 1].label = a.label;
        else
            all[kept++] = a;
    }
    all.resize(kept);
    return all;
}

/// A digest is over all arguments: with it, who has the others can try values for a redacted one until it fits.
bool seals_digest(const CallRecord& call) { return !call.redacted.empty(); }

class Writer {
public:
    Writer(std::string& out, const CallRecord& call, const Bounds& bounds)
        : call_(call), bounds_(bounds), w_(out, bounds) {}
    void write(Sealing& sealing, const std::string& decision, const PayloadLine* sealed_decision);

private:
    void approvals();
    void arguments(const Sealing& sealing);
    void evidence();
    void leases();
    void decision(const std::string& text, const PayloadLine* sealed);

    const CallRecord& call_;
    const Bounds& bounds_;
    BoundedWriter w_;
};

void Writer::approvals() {
    w_.list("approvals", call_.request->signatures, [&](const SignatureIn& s) {
        w_.open_object();
        if (const auto ask = call_.asked_by ? call_.asked_by(s.digest) : std::nullopt)
            w_.text("ask", action_text(ask->chain, ask->number));
        std::string time;
        append_time(time, s.asked);
        w_.text("asked", time);
        w_.bounded("by", s.by);
        if (!seals_digest(call_)) w_.bounded("digest", s.digest);
        w_.bounded("kind", s.kind);
        w_.texts("roles", s.roles);
        time.clear();
        append_time(time, s.signed_at);
        w_.text("signed", time);
        w_.close_object();
    });
}

void Writer::arguments(const Sealing& sealing) {
    const PayloadLine& request = sealing.lines().front();
    std::string value;
    w_.list("args", arguments_of(call_.request->call), [&](const Argument& a) {
        w_.open_object();
        if (a.label != nullptr && a.label->data_class) w_.bounded("class", *a.label->data_class);
        if (a.value != nullptr && request.key != 0) {
            value.clear();
            append_canonical_json(value, *a.value);
            w_.hash("commit", Keyring::commit_value(request.salt, a.name, value));
        }
        w_.bounded("name", a.name);
        if (a.label != nullptr) w_.texts("sources", a.label->sources);
        w_.close_object();
    });
}

void Writer::evidence() {
    w_.list("evidence", call_.request->call.evidence, [&](const auto& item) {
        w_.open_object();
        w_.bounded("digest", item.second);
        w_.bounded("name", item.first);
        w_.close_object();
    });
}

void Writer::leases() {
    w_.list("leases", call_.context->leases, [&](const CallContext::Lease& lease) {
        w_.open_object();
        std::string deadline;
        append_time(deadline, lease.deadline_ns);
        w_.text("deadline", deadline);
        w_.wide_number("fence", static_cast<int64_t>(std::min<uint64_t>(lease.fence, INT64_MAX)));
        w_.bounded("rule", lease.rule);
        w_.close_object();
    });
}

void Writer::decision(const std::string& text, const PayloadLine* sealed) {
    if (sealed == nullptr) return w_.raw("decision", text);
    const Decision& d = *call_.decision;
    w_.key("decision");
    w_.open_object();
    if (sealed->key != 0) w_.hash("commit", sealed->commitment);
    w_.bounded("lane", d.lane);
    w_.wide_number("risk", d.risk);
    w_.text("verdict", verdict_text(d.verdict));
    w_.close_object();
}

void Writer::write(Sealing& sealing, const std::string& text, const PayloadLine* sealed_decision) {
    static const SessionIn kNobody;
    const Request* request = call_.request;
    const SessionIn& session = request != nullptr ? request->session : kNobody;
    const CallContext& context = *call_.context;
    w_.open_object();
    if (request != nullptr) {
        approvals();
        arguments(sealing);
        w_.bounded_if("call", request->call.id);
        if (request->call.data) w_.bounded("data", *request->call.data);
    }
    w_.number("decide_ns", call_.decide_ns);
    decision(text, sealed_decision);
    w_.texts("demanded", call_.decision->record);
    w_.text("durability", call_.window ? "window" : "sync");
    if (call_.tool != nullptr) w_.text("effect", effect_of(*call_.tool));
    w_.bounded_if("egress", context.egress_profile);
    w_.text("engine", call_.decision->engine);
    if (request != nullptr) evidence();
    w_.bounded("id", call_.decision->id);
    w_.bounded_if("isolation", context.isolation_profile);
    leases();
    w_.texts("missing", missing_of(call_));
    if (request != nullptr) w_.bounded_if("parent", request->call.parent);
    sealing.write(w_);
    w_.text("policy", call_.decision->policy);
    w_.bounded_if("principal", session.principal);
    if (request != nullptr)
        for (const auto& [name, digest] : request->call.evidence)
            if (name == "prompt") {
                w_.bounded("prompt", digest);
                break;
            }
    w_.texts("redacted", call_.redacted);
    w_.bounded_if("retention", session.retention);
    if (call_.tool != nullptr) w_.text("schema", remit::to_text(call_.tool->schema_digest));
    w_.text_if("session", session_text(session.id));  // as in `session.open`, whatever the bounds
    w_.bounded_if("tenant", session.tenant);
    if (request != nullptr) w_.bounded_if("tool", request->call.tool);
    if (is_traceparent(context.traceparent)) w_.text("trace", context.traceparent);
    w_.write_truncated();
    if (call_.withheld) w_.text("withheld", kUnavailable);
    w_.close_object();
}

}  // namespace

std::vector<std::string> missing_of(const CallRecord& call) {
    std::vector<std::string> missing;
    for (const std::string& name : call.decision->record) {
        bool there = name == "prompt" && !call.context->prompt.empty();
        if (call.request != nullptr)
            for (const auto& [given, digest] : call.request->call.evidence) there = there || given == name;
        if (!there) missing.push_back(name);
    }
    return missing;
}

std::string call_record(const CallRecord& call, Sealing& sealing, size_t most_bytes) {
    constexpr size_t kUsual = 1536;  // bytes of most records
    std::string out, decision;
    out.reserve(kUsual);
    decision.reserve(kUsual);
    append_decision(decision, *call.decision);
    const PayloadLine* sealed = nullptr;
    const Decision& d = *call.decision;
    if (seals_digest(call) && (!d.counts.empty() || !d.digest.empty()))  // an amount may be a redacted value itself
        sealed = &sealing.add(PayloadRole::Decision, decision);
    for (const Bounds& bounds : kBounds) {
        if (sealed == nullptr && decision.size() > bounds.decision)
            sealed = &sealing.add(PayloadRole::Decision, decision);
        out.clear();
        Writer(out, call, bounds).write(sealing, decision, sealed);
        if (out.size() <= most_bytes) break;
    }
    return out;
}

}  // namespace remit::evidence
