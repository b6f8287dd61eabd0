#include "host/evidence/review/packet_collect.h"

#include <fmt/format.h>

#include <set>

namespace remit::evidence {

namespace {

constexpr uint64_t kMaxLookedAt = 1'000'000;  // records of one session
constexpr uint64_t kNearby = 10'000;
constexpr size_t kMaxParents = 32;

/// Looks up what belongs to an action.
class Collector {
public:
    Collector(Reading& log, FindIndex& find) : log_(log), find_(find) {}

    Result<bool> collect(uint64_t index);
    std::vector<PacketItem> take() { return std::move(items_); }

private:
    Result<bool> add(PacketRole role, uint64_t index);
    Result<bool> add_action(PacketRole role, const ActionId& action);
    Result<bool> find_main(uint64_t index);
    /// Records of the action's session that `fits` takes, oldest first.
    template <class Fits>
    Result<bool> add_found(PacketRole role, FindQuery query, size_t most, Fits fits);
    Result<bool> add_outcome();
    Result<bool> add_approvals();
    Result<bool> add_policy();
    Result<bool> add_parents();
    const Parsed& main() const { return items_.front().record; }

    Reading& log_;
    FindIndex& find_;
    std::vector<PacketItem> items_;  // the action is the first
    std::set<uint64_t> there_;
};

Result<bool> Collector::add(PacketRole role, uint64_t index) {
    if (items_.size() == kMaxPacketRecords || !there_.insert(index).second) return true;
    Result<Parsed> record = Parsed::fetch(log_, index);
    if (!record) return Failure{record.error()};
    items_.push_back({role, std::move(*record)});
    return true;
}

Result<bool> Collector::add_action(PacketRole role, const ActionId& action) {
    const auto index = find_.find_action(action);
    if (!index) return Failure{index.error()};
    return *index ? add(role, **index) : Result<bool>(false);
}

Result<bool> Collector::find_main(uint64_t index) {
    const Result<Parsed> asked = Parsed::fetch(log_, index);
    if (!asked) return Failure{asked.error()};
    if (asked->is_call()) return add(PacketRole::Action, index);
    std::optional<ActionId> action;
    if (asked->head().kind == Kind::Outcome)
        action = ActionId{asked->head().chain, asked->number("intent").value_or(0)};
    if (asked->head().kind == Kind::Approval) action = parse_action(asked->text("ask"));
    const Result<bool> added = action ? add_action(PacketRole::Action, *action) : Result<bool>(false);
    if (!added) return added;
    if (!*added || !main().is_call())
        return Failure{fmt::format("record {} ({}) is no action, and speaks of none that is on record", index,
                                   text_of(asked->head().kind))};
    return true;
}

template <class Fits>
Result<bool> Collector::add_found(PacketRole role, FindQuery query, size_t most, Fits fits) {
    query.limit = kMaxLookedAt;
    const auto found = find_.find(query);
    if (!found) return Failure{found.error()};
    for (auto at = found->rbegin(); at != found->rend() && most > 0; ++at) {
        const Result<Parsed> record = Parsed::fetch(log_, at->index);
        if (!record) return Failure{record.error()};
        if (!fits(*record)) continue;
        --most;
        if (Result<bool> added = add(role, at->index); !added) return added;
    }
    return true;
}

/// Outcomes mostly follow soon; only for one that does not the whole session is looked through.
Result<bool> Collector::add_outcome() {
    const ChainId chain = main().head().chain;
    const uint64_t number = main().head().number, after = main().index();
    if (const auto found = log_.journal().seek(after); !found) return Failure{found.error()};
    for (uint64_t i = 0; i <= kNearby; ++i) {
        const auto record = log_.journal().next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr) return true;
        const Meta& meta = (*record)->meta;
        if (meta.kind == Kind::Outcome && meta.chain == chain && meta.answers == number)
            return add(PacketRole::Outcome, (*record)->index);
    }
    FindQuery query;
    query.session = main().text("session");
    query.kind = Kind::Outcome;
    query.limit = kMaxLookedAt;
    const auto outcomes = find_.find(query);
    if (!outcomes) return Failure{outcomes.error()};
    for (auto at = outcomes->rbegin(); at != outcomes->rend(); ++at) {
        if (at->index <= after + kNearby || at->action.chain != chain) continue;
        const Result<Parsed> record = Parsed::fetch(log_, at->index);
        if (!record) return Failure{record.error()};
        if (record->number("intent") == number) return add(PacketRole::Outcome, at->index);
    }
    return true;
}

Result<bool> Collector::add_approvals() {
    const std::string digest = main().decision("digest");
    if (digest.empty()) return true;
    FindQuery query;
    query.session = main().text("session");
    query.kind = Kind::Decision;
    query.verdict = "ask";
    const uint64_t before = main().index();
    const auto asks = [&](const Parsed& r) { return r.index() < before && r.decision("digest") == digest; };
    if (Result<bool> added = add_found(PacketRole::Ask, query, kMaxPacketRecords / 4, asks); !added) return added;
    query.kind = Kind::Approval;
    query.verdict.reset();
    const auto approves = [&](const Parsed& r) { return r.text("digest") == digest; };
    return add_found(PacketRole::Approval, query, kMaxPacketRecords / 4, approves);
}

/// The newest time that the policy came into force before the action.
Result<bool> Collector::add_policy() {
    FindQuery query;
    query.kind = Kind::Policy;
    query.limit = kMaxLookedAt;
    const auto found = find_.find(query);
    if (!found) return Failure{found.error()};
    for (const Found& one : *found) {
        if (one.index > main().index()) continue;
        const Result<Parsed> record = Parsed::fetch(log_, one.index);
        if (!record) return Failure{record.error()};
        if (record->text("hash") == main().text("policy")) return add(PacketRole::Policy, one.index);
    }
    return true;
}

Result<bool> Collector::add_parents() {
    uint64_t before = main().index();
    std::string parent = main().text("parent");
    for (size_t i = 0; i < kMaxParents && !parent.empty(); ++i) {
        FindQuery query;
        query.session = main().text("session");
        query.call = parent;
        query.limit = kMaxLookedAt;
        const auto found = find_.find(query);
        if (!found) return Failure{found.error()};
        const Found* best = nullptr;
        for (const Found& one : *found) {
            const bool call = one.kind == Kind::Intent || one.kind == Kind::Decision;
            if (!call || one.index >= before) continue;
            if (best == nullptr || (one.kind == Kind::Intent && best->kind != Kind::Intent)) best = &one;
        }
        if (best == nullptr) break;
        const Result<Parsed> record = Parsed::fetch(log_, best->index);
        if (!record) return Failure{record.error()};
        if (Result<bool> added = add(PacketRole::Parent, best->index); !added) return added;
        before = best->index;
        parent = record->text("parent");
    }
    return true;
}

Result<bool> Collector::collect(uint64_t index) {
    if (Result<bool> added = find_main(index); !added) return added;
    if (Result<bool> added = add_action(PacketRole::Session, {main().head().chain, 0}); !added) return added;
    if (main().head().kind == Kind::Intent) {
        if (Result<bool> added = add_outcome(); !added) return added;
    }
    if (Result<bool> added = add_approvals(); !added) return added;
    if (Result<bool> added = add_policy(); !added) return added;
    return add_parents();
}

}  // namespace

Result<std::vector<PacketItem>> collect_packet(Reading& log, FindIndex& find, uint64_t index) {
    Collector collector(log, find);
    if (const Result<bool> collected = collector.collect(index); !collected) return Failure{collected.error()};
    return collector.take();
}

}  // namespace remit::evidence
