#include "host/evidence/review/content_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/members.h"
#include "host/evidence/review/policies.h"

namespace remit::evidence {

namespace {

std::optional<uint64_t> number_in(const Json* value) {
    uint64_t number = 0;
    if (value == nullptr || !value->is(JsonKind::Number)) return std::nullopt;
    const char* end = value->text.data() + value->text.size();
    const auto [at, error] = std::from_chars(value->text.data(), end, number);
    return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

}  // namespace

void ContentCheck::record(const RecordView& record, const EntryView& entry, const Chains& chains) {
    switch (record.meta.kind) {
        case Kind::SessionOpen:
            if (const auto ordinal = number_of(entry.record, "ordinal"); ordinal != chains.opened() + 1) {
                problems_.at_record(ProblemKind::ChainOrdinal, record.index,
                                    fmt::format("session number {} was to be opened, not {}", chains.opened() + 1,
                                                member_of(entry.record, "ordinal")));
            }
            break;
        case Kind::SessionClose:
            if (const auto count = number_of(entry.record, "count"); count != record.meta.number + 1) {
                problems_.at_record(ProblemKind::ChainCount, record.index,
                                    fmt::format("it says {} records, and is number {}",
                                                member_of(entry.record, "count"), record.meta.number));
            }
            break;
        case Kind::Outcome:
            if (number_of(entry.record, "intent") != record.meta.answers) {
                problems_.at_record(ProblemKind::Meta, record.index,
                                    fmt::format("the record answers {}, the segment says {}",
                                                member_of(entry.record, "intent"), record.meta.answers));
            }
            break;
        case Kind::Policy: policy(record, entry); break;
        case Kind::Pruned:
            if (record.index < believed_)
                pruned_below_ = std::max(pruned_below_, number_of(entry.record, "below").value_or(0));
            break;
        case Kind::Closed: closed_at_ = record.index; break;
        case Kind::Decision:
        case Kind::Intent:
        case Kind::Approval:
        case Kind::Opened:
        case Kind::Gap:
        case Kind::ClockJump:
        case Kind::Note: break;
        case Kind::Erased:
            if (with_payloads_ && record.index < believed_) erased(entry);
            break;
    }
    check_payloads(record, entry);
}

void ContentCheck::policy(const RecordView& record, const EntryView& entry) {
    const auto version = plain_text_of(entry.record, "hash"), image = plain_text_of(entry.record, "image");
    if (!version || !image) { return problems_.at_record(ProblemKind::Policy, record.index, "it names no policy"); }
    if (!policies_.emplace(fmt::format("{} {}", *version, *image)).second) return;
    const auto bytes = read_policy_image(log_.disk(), *version, *image);
    if (!bytes) problems_.at_record(ProblemKind::Policy, record.index, bytes.error());
}

void ContentCheck::erased(const EntryView& entry) {
    arena_.reset();
    const Json* keys = json_.read(member_of(entry.record, "keys"), arena_);
    if (keys == nullptr || !keys->is(JsonKind::Array)) return;
    for (const Json& key : keys->children()) {
        if (const auto id = number_in(&key)) erased_.insert(*id);
    }
}

void ContentCheck::check_payloads(const RecordView& record, const EntryView& entry) {
    const std::string_view list = member_of(entry.record, "payloads");
    if (list.empty() && record.payloads.empty()) return;
    arena_.reset();
    const Json* root = list.empty() ? nullptr : json_.read(list, arena_);
    if (!list.empty() && (root == nullptr || !root->is(JsonKind::Array))) {
        return problems_.at_record(ProblemKind::Payload, record.index, "its list of payloads cannot be read");
    }
    size_t kept = 0;
    if (root != nullptr) {
        for (const Json& listed : root->children()) {
            if (listed.find("key") == nullptr) continue;
            // They are stored in the order of the list.
            if (kept < record.payloads.size()) check_payload(record, record.payloads[kept], listed);
            ++kept;
        }
    }
    if (kept != record.payloads.size()) {
        problems_.at_record(ProblemKind::Payload, record.index,
                            fmt::format("{} payloads are stored with it, {} listed", record.payloads.size(), kept));
    }
}

void ContentCheck::check_payload(const RecordView& record, const SealedPayload& stored, const Json& listed) {
    const Json* commit = listed.find("commit");
    const Json* role = listed.find("role");
    const auto commitment = commit == nullptr ? std::nullopt : parse_hash64(commit->text);
    const auto named = role == nullptr ? std::nullopt : payload_role_named(role->text);
    const auto key = number_in(listed.find("key"));
    if (!commitment || !named || !key) {
        return problems_.at_record(ProblemKind::Payload, record.index, "a payload without commitment, role or key");
    }
    if (named != static_cast<PayloadRole>(stored.role)) {
        return problems_.at_record(ProblemKind::Payload, record.index,
                                   fmt::format("where its {} was to be stored is another payload", role->text));
    }
    if (stored.key_id != *key) {
        return problems_.at_record(
            ProblemKind::Payload, record.index,
            fmt::format("its {} was sealed with key {}, the segment says {}", role->text, *key, stored.key_id));
    }
    if (!with_payloads_) return;
    ++payloads_;
    const auto payload = log_.payload(record, static_cast<PayloadRole>(stored.role), *commitment);
    if (!payload) return problems_.at_record(ProblemKind::Payload, record.index, payload.error());
    if (*payload) return;
    ++unreadable_;
    unopenable_.emplace(*key, record.index);
}

/// Keys that are gone must have been erased, where there are keys at all.
void ContentCheck::check_erasures() {
    if (log_.keyring() == nullptr) return;
    std::erase_if(unopenable_, [&](const auto& gone) { return erased_.count(gone.first) > 0; });
    if (unopenable_.empty()) return;
    // A writer may have made keys since ours were read.
    if (const auto now = Keyring::open(log_.disk(), false)) {
        for (const KeyInfo& key : (*now)->list()) {
            if (!key.destroyed && !key.damaged) unopenable_.erase(key.id);
        }
    }
    for (const auto& [key, index] : unopenable_) {
        problems_.at_record(ProblemKind::Payload, index,
                            fmt::format("key {} is gone, and no record that was signed says that it was erased", key));
    }
}

void ContentCheck::finish(uint64_t first, bool begun, bool ended) {
    if (ended) check_erasures();
    if (begun && ended && first > pruned_below_) {
        problems_.at_record(
            ProblemKind::Pruned, first,
            fmt::format("the log begins here, and says of records below {} only that they were pruned", pruned_below_));
    }
}

}  // namespace remit::evidence
