#include "host/evidence/review/content_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/members.h"
#include "host/evidence/review/policies.h"

namespace remit::evidence {

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
        case Kind::Pruned: pruned_below_ = std::max(pruned_below_, number_of(entry.record, "below").value_or(0)); break;
        case Kind::Closed: closed_at_ = record.index; break;
        case Kind::Decision:
        case Kind::Intent:
        case Kind::Approval:
        case Kind::Opened:
        case Kind::Gap:
        case Kind::ClockJump:
        case Kind::Erased:
        case Kind::Note: break;
    }
    if (with_payloads_) check_payloads(record, entry);
}

void ContentCheck::policy(const RecordView& record, const EntryView& entry) {
    const auto version = plain_text_of(entry.record, "hash"), image = plain_text_of(entry.record, "image");
    if (!version || !image) { return problems_.at_record(ProblemKind::Policy, record.index, "it names no policy"); }
    if (!policies_.emplace(fmt::format("{} {}", *version, *image)).second) return;
    const auto bytes = read_policy_image(log_.disk(), *version, *image);
    if (!bytes) problems_.at_record(ProblemKind::Policy, record.index, bytes.error());
}

void ContentCheck::check_payloads(const RecordView& record, const EntryView& entry) {
    const std::string_view list = member_of(entry.record, "payloads");
    arena_.reset();
    const Json* root = list.empty() ? nullptr : json_.read(list, arena_);
    if (!list.empty() && (root == nullptr || !root->is(JsonKind::Array))) {
        return problems_.at_record(ProblemKind::Payload, record.index, "its list of payloads cannot be read");
    }
    size_t kept = 0;
    if (root != nullptr) {
        for (const Json& listed : root->children()) {
            if (listed.find("key") == nullptr) continue;
            ++kept;
            check_payload(record, listed);
        }
    }
    if (kept != record.payloads.size()) {
        problems_.at_record(ProblemKind::Payload, record.index,
                            fmt::format("{} payloads are stored with it, {} listed", record.payloads.size(), kept));
    }
}

void ContentCheck::check_payload(const RecordView& record, const Json& listed) {
    const Json* commit = listed.find("commit");
    const Json* role = listed.find("role");
    const auto commitment = commit == nullptr ? std::nullopt : parse_hash64(commit->text);
    const auto named = role == nullptr ? std::nullopt : payload_role_named(role->text);
    if (!commitment || !named) {
        return problems_.at_record(ProblemKind::Payload, record.index, "a payload without commitment or role");
    }
    ++payloads_;
    const auto payload = log_.payload(record, *named, *commitment);
    if (!payload) return problems_.at_record(ProblemKind::Payload, record.index, payload.error());
    if (!*payload) ++unreadable_;
}

void ContentCheck::finish(uint64_t first, bool whole) {
    if (whole && first > pruned_below_) {
        problems_.at_record(
            ProblemKind::Pruned, first,
            fmt::format("the log begins here, and says of records below {} only that they were pruned", pruned_below_));
    }
}

}  // namespace remit::evidence
