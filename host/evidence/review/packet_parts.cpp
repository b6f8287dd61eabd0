#include "host/evidence/review/packet_parts.h"

#include <fmt/format.h>

namespace remit::evidence {

namespace {

void append_subject(CanonicalWriter& w, std::string_view name, std::string_view sha256_hex) {
    w.open_object();
    w.key("digest");
    w.open_object();
    w.text("sha256", sha256_hex);
    w.close_object();
    w.text("name", name);
    w.close_object();
}

/// `by`: a call that some record of the packet names as its parent.
bool is_named_as_parent(const Parsed& record, const Parsed& action, const std::vector<const Parsed*>& others) {
    const std::string call = record.text("call");
    for (const Parsed* other : others) {
        const bool counts = other == &action || (other->index() > record.index() && other->is_call());
        if (counts && !call.empty() && other->text("parent") == call) return true;
    }
    return false;
}

}  // namespace

std::string_view text_of(PacketRole role) {
    switch (role) {
#define REMIT_PACKET_ROLE(name, text, what) \
    case PacketRole::name: return text;
        REMIT_PACKET_ROLES(REMIT_PACKET_ROLE)
#undef REMIT_PACKET_ROLE
    }
    return "";
}

std::optional<PacketRole> packet_role_named(std::string_view wanted) {
#define REMIT_PACKET_ROLE(name, text, what) \
    if (wanted == (text)) return PacketRole::name;
    REMIT_PACKET_ROLES(REMIT_PACKET_ROLE)
#undef REMIT_PACKET_ROLE
    return std::nullopt;
}

std::string subjects_of(const std::string& origin, const Parsed& action, const Parsed* outcome) {
    std::string out;
    CanonicalWriter w(out);
    w.open_array();
    append_subject(w, fmt::format("{}/{}", origin, action.index()), hex(sha256(action.entry())));
    const Json* artifacts = outcome == nullptr ? nullptr : outcome->find("artifacts");
    if (artifacts != nullptr && artifacts->is(JsonKind::Array)) {
        for (const Json& artifact : artifacts->children()) {
            const std::string digest = Parsed::text_in(&artifact, "sha256");
            if (parse_hash("sha256:" + digest)) append_subject(w, Parsed::text_in(&artifact, "name"), digest);
        }
    }
    w.close_array();
    return out;
}

std::string relation_problem(PacketRole role, const Parsed& record, const Parsed& action,
                             const std::vector<const Parsed*>& others) {
    const EntryHead& head = record.head();
    const std::string digest = action.decision("digest");
    switch (role) {
        case PacketRole::Action: return record.is_call() ? "" : "it is no action";
        case PacketRole::Session:
            if (head.kind != Kind::SessionOpen || head.number != 0) return "it opens no session";
            return head.chain == action.head().chain ? "" : "it opens another chain";
        case PacketRole::Outcome:
            if (head.kind != Kind::Outcome || head.chain != action.head().chain)
                return "it is no outcome of this chain";
            return record.number("intent") == action.head().number ? "" : "it is the outcome of another intent";
        case PacketRole::Ask:
            if (head.kind != Kind::Decision || record.decision("verdict") != "ask") return "it does not ask";
            return !digest.empty() && record.decision("digest") == digest ? "" : "it asks about something else";
        case PacketRole::Approval:
            if (head.kind != Kind::Approval) return "it is no approval";
            return !digest.empty() && record.text("digest") == digest ? "" : "it speaks of something else";
        case PacketRole::Policy:
            if (head.kind != Kind::Policy) return "it is no policy";
            return record.text("hash") == action.text("policy") ? "" : "it is another policy";
        case PacketRole::Parent:
            if (!record.is_call() || record.index() >= action.index()) return "it is no earlier call";
            if (record.text("session") != action.text("session")) return "it is of another session";
            return is_named_as_parent(record, action, others) ? "" : "no record names it as its parent";
    }
    return "";
}

std::optional<Hash> listed_commitment(const Parsed& record, std::string_view role) {
    const Json* listed = record.find("payloads");
    if (listed == nullptr || !listed->is(JsonKind::Array)) return std::nullopt;
    for (const Json& payload : listed->children()) {
        if (Parsed::text_in(&payload, "role") == role) return parse_hash64(Parsed::text_in(&payload, "commit"));
    }
    return std::nullopt;
}

}  // namespace remit::evidence
