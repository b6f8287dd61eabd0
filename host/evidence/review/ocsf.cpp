#include "host/evidence/review/ocsf.h"

#include <fmt/format.h>

#include "host/evidence/record/canonical.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kOcsfVersion = "1.9.0";
constexpr int64_t kApiActivity = 6003, kApplicationActivity = 6, kBaseEvent = 0, kUncategorized = 0;
constexpr int64_t kOther = 99, kInformational = 1, kSha256 = 3;
constexpr int64_t kNsPerMs = 1'000'000;

/// CRUD, after what the tool's declaration says of its effect.
int64_t activity_of(std::string_view effect) {
    if (effect == "read") return 2;
    if (effect == "write") return 3;
    if (effect == "destructive") return 4;
    return 0;
}

int64_t action_of(std::string_view verdict) {
    if (verdict == "allow") return 1;
    return verdict == "deny" ? 2 : kOther;
}

/// Success, failure, unknown, or something else, which is then named.
int64_t status_of(std::string_view status) {
    if (status == "done" || status == "allow") return 1;
    if (status == "failed" || status == "deny") return 2;
    return status == "unknown" ? 0 : kOther;
}

void append_status(CanonicalWriter& w, std::string_view status) {
    if (status.empty()) return;
    const int64_t id = status_of(status);
    w.text("status", id == 1 ? "Success" : id == 2 ? "Failure" : id == 0 ? "Unknown" : status);
    w.text("status_code", status);
    w.number("status_id", id);
}

void append_actor(CanonicalWriter& w, const Parsed& record) {
    w.key("actor");
    w.open_object();
    w.key("authorizations");
    w.open_array();
    w.open_object();
    w.text("decision", record.decision("verdict"));
    if (const std::string policy = record.text("policy"); !policy.empty()) {
        w.key("policy");
        w.open_object();
        w.text("uid", policy);
        w.close_object();
    }
    w.close_object();
    w.close_array();
    w.key("session");
    w.open_object();
    w.text("uid", record.text("session"));
    w.close_object();
    if (const std::string principal = record.text("principal"); !principal.empty()) {
        w.key("user");
        w.open_object();
        w.text("uid", principal);
        w.close_object();
    }
    w.close_object();
}

void append_api(CanonicalWriter& w, const Parsed& record) {
    w.key("api");
    w.open_object();
    w.text("operation", record.text("tool"));
    w.key("request");
    w.open_object();
    w.text("uid", record.text("call"));
    w.close_object();
    w.close_object();
}

void append_metadata(CanonicalWriter& w, const std::string& origin, const Parsed& record) {
    const EntryHead& head = record.head();
    // An outcome is correlated with its intent; all else with itself.
    const uint64_t about = head.kind == Kind::Outcome ? record.number("intent").value_or(head.number) : head.number;
    std::string time;
    append_time(time, head.wall_ns);
    w.key("metadata");
    w.open_object();
    w.text("correlation_uid", action_text(head.chain, about));
    w.text("event_code", text_of(head.kind));
    w.text("log_name", origin);
    w.text("original_event_uid", fmt::format("{}/{}", origin, record.index()));
    w.text("original_time", time);
    w.key("product");
    w.open_object();
    w.text("name", "Remit");
    w.text("vendor_name", "Remit");
    w.close_object();
    if (record.is_call()) {
        w.key("profiles");
        w.open_array();
        w.text("security_control");
        w.close_array();
    }
    w.wide_number("sequence", static_cast<int64_t>(record.index()));
    w.text_if("tenant_uid", record.text("tenant"));
    w.text("uid", action_text(head.chain, head.number));
    w.text("version", kOcsfVersion);
    w.close_object();
}

void append_hash(CanonicalWriter& w, std::string_view name, const Hash& hash) {
    w.key(name);
    w.open_object();
    w.text("algorithm", "SHA-256");
    w.number("algorithm_id", kSha256);
    w.text("value", hex(hash));
    w.close_object();
}

void append_unmapped(CanonicalWriter& w, const Parsed& record, const Parsed* outcome, const Checkpoint* proved) {
    w.key("unmapped");
    w.open_object();
    w.key("attestation");
    w.open_object();
    if (proved != nullptr) w.text("authority_uid", proved->origin);
    w.text("chain_uid", to_text(record.head().chain));
    if (proved != nullptr) {
        w.key("checkpoint");
        w.open_object();
        w.text("root", hash64(proved->root));
        w.wide_number("size", static_cast<int64_t>(proved->size));
        w.close_object();
    }
    append_hash(w, "fingerprint", leaf_hash(record.entry()));  // RFC 6962: with a zero byte before raw_data
    if (record.head().prev) {
        w.key("prev_event");
        w.open_object();
        append_hash(w, "fingerprint", *record.head().prev);
        w.close_object();
    }
    w.close_object();
    if (outcome != nullptr) w.text("outcome", outcome->entry());
    if (const std::string risk = record.decision("risk"); !risk.empty()) w.text("risk", risk);
    w.text_if("trace", record.text("trace"));
    w.close_object();
}

}  // namespace

std::string ocsf_event(const std::string& origin, const Parsed& record, const Parsed* outcome,
                       const Checkpoint* proved) {
    const bool call = record.is_call();
    const std::string verdict = record.decision("verdict");
    const int64_t activity = call ? activity_of(record.text("effect")) : kOther;
    const int64_t type = call ? kApiActivity * 100 + activity : kBaseEvent * 100 + activity;
    std::string status;
    if (outcome != nullptr) {
        status = outcome->text("status");
    } else if (record.head().kind == Kind::Decision) {
        status = verdict;
    } else if (record.head().kind == Kind::Outcome) {
        status = record.text("status");
    }
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    if (call) {
        w.text("action", verdict == "allow" ? "Allowed" : verdict == "deny" ? "Denied" : verdict);
        w.number("action_id", action_of(verdict));
    }
    w.number("activity_id", activity);
    if (!call) w.text("activity_name", text_of(record.head().kind));
    if (call) {
        append_actor(w, record);
        append_api(w, record);
    }
    w.number("category_uid", call ? kApplicationActivity : kUncategorized);
    w.number("class_uid", call ? kApiActivity : kBaseEvent);
    if (call) w.text("message", fmt::format("{}: {}", record.text("tool"), verdict));
    append_metadata(w, origin, record);
    w.text("raw_data", record.entry());
    append_hash(w, "raw_data_hash", sha256(record.entry()));
    w.number("raw_data_size", static_cast<int64_t>(record.entry().size()));
    w.number("severity_id", kInformational);
    if (call) {
        w.key("src_endpoint");
        w.open_object();
        w.text("name", origin);
        w.close_object();
    }
    append_status(w, status);
    w.number("time", record.head().wall_ns / kNsPerMs);
    w.number("type_uid", type);
    append_unmapped(w, record, outcome, proved);
    w.close_object();
    return out;
}

}  // namespace remit::evidence
