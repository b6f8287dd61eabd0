#include "host/evidence/recorder/outcome_record.h"

#include "host/evidence/recorder/bounds.h"
#include "vm/engine/json.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

std::vector<std::string> still_missing(const std::vector<std::string>& missing,
                                       const std::vector<Artifact>& artifacts) {
    std::vector<std::string> left;
    for (const std::string& name : missing) {
        bool there = name == "checksum" && !artifacts.empty();  // every artifact has one
        for (const Artifact& artifact : artifacts) there = there || artifact.name == name;
        if (!there) left.push_back(name);
    }
    return left;
}

void write_outcome(BoundedWriter& w, const ActionId& action, const OpenIntent& intent, const Outcome& outcome,
                   const Sealing& sealing) {
    w.open_object();
    w.list("artifacts", outcome.artifacts, [&](const Artifact& artifact) {
        w.open_object();
        w.bounded("name", artifact.name);
        w.text("sha256", hex(artifact.sha256));
        w.wide_number("size", static_cast<int64_t>(std::min<uint64_t>(artifact.size, INT64_MAX)));
        w.close_object();
    });
    if (outcome.duration_ns > 0) w.wide_number("duration_us", outcome.duration_ns / 1000);
    w.bounded_if("error", outcome.error);
    w.number("intent", static_cast<int64_t>(action.number));
    w.texts("missing", still_missing(intent.missing, outcome.artifacts));
    w.bounded_if("note", outcome.note);
    sealing.write(w);
    w.bounded_if("resolved_by", outcome.resolved_by);
    w.bounded("session", intent.session);
    w.text("status", text_of(outcome.status));
    w.write_truncated();
    w.close_object();
}

/// Whether a value is canonical once it is written: what RFC 8785 would write otherwise is refused.
bool is_canonical(const Json& node) {
    if (node.is(JsonKind::Null)) return false;
    if (node.is(JsonKind::Number)) {
        const auto n = parse_int(node.text);
        return n && *n <= kMaxJsonInteger && *n >= -kMaxJsonInteger && std::to_string(*n) == node.text;
    }
    for (const Json& c : node.children()) {
        const auto plain = [](unsigned char b) {
            return b >= 0x20 && b < 0x7F;
        };  // sorted by bytes is sorted by UTF-16 units
        if (!std::all_of(c.key.begin(), c.key.end(), plain) || !is_canonical(c)) return false;
    }
    return true;
}

}  // namespace

std::string_view text_of(OutcomeStatus status) {
    switch (status) {
        case OutcomeStatus::Done: return "done";
        case OutcomeStatus::Failed: return "failed";
        case OutcomeStatus::NotDone: return "not-done";
        case OutcomeStatus::Unknown: return "unknown";
    }
    return "";
}

std::optional<OutcomeStatus> outcome_named(std::string_view text) {
    for (const OutcomeStatus s :
         {OutcomeStatus::Done, OutcomeStatus::Failed, OutcomeStatus::NotDone, OutcomeStatus::Unknown})
        if (text_of(s) == text) return s;
    return std::nullopt;
}

std::string outcome_record(const ActionId& action, const OpenIntent& intent, const Outcome& outcome,
                           const Sealing& sealing, size_t most_bytes) {
    std::string out;
    for (const Bounds& bounds : kBounds) {
        out.clear();
        BoundedWriter w(out, bounds);
        write_outcome(w, action, intent, outcome, sealing);
        if (out.size() <= most_bytes) break;
    }
    return out;
}

std::string vote_record(std::string_view session, const Recorder::Vote& vote, const std::optional<ActionId>& ask) {
    std::string out, time;
    BoundedWriter w(out, kBounds[1]);
    w.open_object();
    w.truth("approved", vote.approved);
    if (ask) w.text("ask", action_text(ask->chain, ask->number));
    append_time(time, vote.asked_ns);
    w.text("asked", time);
    w.bounded("by", vote.by);
    w.bounded("digest", vote.digest);
    w.bounded("kind", vote.kind);
    w.bounded_if("reason", vote.reason);
    w.texts("roles", vote.roles);
    w.bounded("session", session);
    time.clear();
    append_time(time, vote.signed_ns);
    w.text("signed", time);
    w.write_truncated();
    w.close_object();
    return out;
}

Result<std::string> note_record(std::string_view session, std::string_view note, size_t most_bytes) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(note, arena);
    if (root == nullptr) return Failure{reader.error()};
    if (!root->is(JsonKind::Object) || !is_canonical(*root))
        return Failure{"a note is a JSON object of texts, integers, true, false, lists and objects with ASCII names"};
    std::string canonical, out;
    append_canonical_json(canonical, *root);
    BoundedWriter w(out, kBounds[0]);
    w.open_object();
    w.raw("note", canonical);
    w.bounded("session", session);
    w.close_object();
    if (out.size() > most_bytes) return Failure{"a note that is too large for a record"};
    return out;
}

}  // namespace remit::evidence
