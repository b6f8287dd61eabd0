#include "host/evidence/replay/recorded.h"

#include "host/evidence/review/members.h"
#include "vm/engine/arena.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

std::string_view unquoted(std::string_view text) {
    return text.size() >= 2 && text.front() == '"' ? text.substr(1, text.size() - 2) : std::string_view();
}

}  // namespace

std::optional<Recorded> read_recorded(std::string_view record) {
    Recorded out;
    MemberCursor members(record);
    for (std::string_view name, value; members.next(name, value);) {
        if (name == "decision") out.decision = value;
        if (name == "policy") out.policy = unquoted(value);
        if (name == "redacted") out.redacted = true;
        if (name == "tenant") out.tenant = unquoted(value);
        if (name == "tool") out.tool = unquoted(value);
    }
    if (out.decision.empty() || out.policy.empty()) return std::nullopt;
    if (!member_of(out.decision, "commit").empty()) out.decision = {};
    return out;
}

const SealedPayload* payload_in(const RecordView& record, PayloadRole role) {
    for (const SealedPayload& payload : record.payloads)
        if (payload.role == static_cast<uint8_t>(role)) return &payload;
    return nullptr;
}

std::string_view verdict_of(std::string_view decision) { return unquoted(member_of(decision, "verdict")); }

std::vector<std::string> rules_of(std::string_view decision) {
    std::vector<std::string> out;
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(decision, arena);
    const Json* rules = root != nullptr ? root->find("rules") : nullptr;
    if (rules == nullptr) return out;
    for (const Json& rule : rules->children()) {
        const Json* at = rule.find("at");
        const Json* hash = rule.find("rule");
        if (at != nullptr && !at->text.empty())
            out.emplace_back(at->text);
        else if (hash != nullptr)
            out.emplace_back(hash->text);
    }
    return out;
}

}  // namespace remit::evidence
