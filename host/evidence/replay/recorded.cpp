#include "host/evidence/replay/recorded.h"

#include <algorithm>

#include "host/evidence/review/members.h"
#include "vm/engine/arena.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

std::string_view unquoted(std::string_view text) {
    return text.size() >= 2 && text.front() == '"' ? text.substr(1, text.size() - 2) : std::string_view();
}

/// Behind the text that begins with the quote at `at`; the end if it does not end. A quote with an even number of backslashes before it is
/// the last.
size_t behind_text(std::string_view text, size_t at) {
    for (size_t from = at + 1;;) {
        const size_t quote = text.find('"', from);
        if (quote == text.npos) return text.size();
        size_t backslashes = 0;
        while (text[quote - 1 - backslashes] == '\\') ++backslashes;
        if (backslashes % 2 == 0) return quote + 1;
        from = quote + 1;
    }
}

/// How long the value at the front is: up to the `,` or bracket that ends it.
size_t value_size(std::string_view text) {
    size_t depth = 0;
    for (size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"') {
            i = behind_text(text, i);
            if (depth == 0) return i;
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') {
            if (depth == 0) return i;
            if (--depth == 0) return i + 1;
        }
        if (c == ',' && depth == 0) return i;
        ++i;
    }
    return text.size();
}

/// The members of a canonical object one after another, as MemberCursor, but values that nobody wants the end of need not be passed.
class Members {
public:
    /// `text`: behind the bracket, or the comma.
    explicit Members(std::string_view text) : rest_(text) {}
    /// Takes a name off; the value follows.
    bool name(std::string_view& out) {
        if (rest_.empty() || rest_[0] != '"') return false;
        const size_t colon = behind_text(rest_, 0);
        if (colon + 1 >= rest_.size()) return false;
        out = rest_.substr(1, colon - 2);
        rest_.remove_prefix(colon + 1);
        return true;
    }
    std::string_view skip() {
        const std::string_view value = rest_.substr(0, value_size(rest_));
        rest_.remove_prefix(std::min(rest_.size(), value.size() + 1));
        return value;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace

std::optional<Recorded> read_recorded(std::string_view record) {
    const std::string_view tail = from_decision(record);
    const size_t size = value_size(tail);
    return read_recorded_behind(tail.substr(0, size), tail.substr(size));
}

std::string_view from_decision(std::string_view record) {
    Members members(record.substr(std::min<size_t>(1, record.size())));
    for (std::string_view name; members.name(name); members.skip())
        if (name == "decision") return members.rest();
    return {};
}

std::optional<Recorded> read_recorded_behind(std::string_view decision, std::string_view rest) {
    if (rest.empty() || (rest[0] != ',' && rest[0] != '}')) return std::nullopt;
    Recorded out;
    out.decision = decision;
    Members members(rest.substr(1));
    for (std::string_view name; members.name(name);) {
        const std::string_view value = members.skip();
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

std::string obeyed(std::string_view decision) {
    std::string out;
    MemberCursor members(decision);
    for (std::string_view name, value; members.next(name, value);) {
        if (name == "digest" || name == "rules") continue;
        out.append(name).append(1, ':').append(value).append(1, ',');
    }
    return out;
}

std::string_view verdict_of(std::string_view decision) { return unquoted(member_of(decision, "verdict")); }

std::vector<SpokeRule> rules_of(std::string_view decision) {
    std::vector<SpokeRule> out;
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(decision, arena);
    const Json* rules = root != nullptr ? root->find("rules") : nullptr;
    if (rules == nullptr) return out;
    for (const Json& rule : rules->children()) {
        const Json* at = rule.find("at");
        const Json* hash = rule.find("rule");
        if (hash == nullptr) continue;
        out.push_back(
            {std::string(hash->text), std::string(at != nullptr && !at->text.empty() ? at->text : hash->text)});
    }
    return out;
}

}  // namespace remit::evidence
