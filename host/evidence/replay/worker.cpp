#include "host/evidence/replay/worker.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/record/decision_text.h"

namespace remit::evidence {

namespace {

constexpr size_t kMaxProblems = 100;
constexpr uint64_t kTellEvery = 1024;  // records

}  // namespace

Result<bool> ReplayWorker::run(uint64_t from, uint64_t to, std::atomic<uint64_t>& done) {
    auto found = reader_.seek(from);
    if (!found) return Failure{found.error()};
    if (!*found) return true;
    uint64_t untold = 0;
    for (;;) {
        auto record = reader_.next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr || (*record)->index >= to) break;
        const Kind kind = (*record)->meta.kind;
        if (kind == Kind::Decision || kind == Kind::Intent) take(**record);
        if (++untold == kTellEvery) done.fetch_add(std::exchange(untold, 0), std::memory_order_relaxed);
    }
    done.fetch_add(untold, std::memory_order_relaxed);
    return true;
}

void ReplayWorker::take(const RecordView& record) {
    ++report_.records;
    const auto entry = read_entry(record.entry);
    if (!entry) return problem(record, entry.error());
    const auto recorded = read_recorded(entry->record);
    if (!recorded) return problem(record, "it has no decision");
    if (recorded->redacted) {
        ++report_.redacted;
        return;
    }
    if (!decide_again(record, *recorded)) return;
    if (before_ == after_)
        ++report_.same;
    else
        differs(record, *recorded);
}

/// Fills before_ and after_; false if the record is left out.
bool ReplayWorker::decide_again(const RecordView& record, const Recorded& recorded) {
    const Keyring* keys = log_.keyring();
    const SealedPayload* sealed = payload_in(record, PayloadRole::Request);
    if (keys == nullptr || sealed == nullptr || !keys->decrypt(*sealed, request_)) {
        ++report_.erased;
        return false;
    }
    if (recorded.decision.empty()) {
        const SealedPayload* large = payload_in(record, PayloadRole::Decision);
        if (large == nullptr || !keys->decrypt(*large, before_)) {
            ++report_.erased;
            return false;
        }
    } else {
        before_ = recorded.decision;
    }
    Decider* decider = decider_for(recorded.policy);
    if (decider == nullptr) {
        ++report_.no_policy;
        return false;
    }
    after_.clear();
    append_decision(after_, decider->decide(request_));
    return true;
}

Decider* ReplayWorker::decider_for(std::string_view policy) {
    if (policy == latest_) return latest_decider_;
    latest_ = policy;
    Ready& ready = ready_[latest_];
    if (!ready.decider) {
        ready.policy = policies_.find(policy);
        if (ready.policy) ready.decider = std::make_unique<Decider>(ready.policy);
    }
    return latest_decider_ = ready.decider.get();
}

void ReplayWorker::differs(const RecordView& record, const Recorded& recorded) {
    ++report_.differing;
    ++report_.by_tool[std::string(recorded.tool)];
    ++report_.by_tenant[std::string(recorded.tenant)];
    auto old_rules = rules_of(before_), new_rules = rules_of(after_);
    std::sort(old_rules.begin(), old_rules.end());
    std::sort(new_rules.begin(), new_rules.end());
    std::vector<std::string> one_only;
    std::set_symmetric_difference(old_rules.begin(), old_rules.end(), new_rules.begin(), new_rules.end(),
                                  std::back_inserter(one_only));
    for (const std::string& rule : one_only) ++report_.by_rule[rule];
    Changes& changes = report_.by_verdict[fmt::format("{} -> {}", verdict_of(before_), verdict_of(after_))];
    if (changes.count++ < options_.examples) {
        changes.examples.push_back({record.index, action_text(record.meta.chain, record.meta.number),
                                    std::string(recorded.tool), std::string(recorded.tenant), before_, after_});
    }
}

void ReplayWorker::problem(const RecordView& record, std::string_view what) {
    ++report_.unreadable;
    if (report_.problems.size() < kMaxProblems)
        report_.problems.push_back(fmt::format("record {}: {}", record.index, what));
}

void add(ReplayReport& sum, const ReplayReport& part, size_t examples) {
    sum.records += part.records;
    sum.same += part.same;
    sum.differing += part.differing;
    sum.erased += part.erased;
    sum.redacted += part.redacted;
    sum.no_policy += part.no_policy;
    sum.unreadable += part.unreadable;
    for (const auto& [verdicts, changes] : part.by_verdict) {
        Changes& all = sum.by_verdict[verdicts];
        all.count += changes.count;
        for (const Change& change : changes.examples)
            if (all.examples.size() < examples) all.examples.push_back(change);
    }
    for (const auto& [tool, count] : part.by_tool) sum.by_tool[tool] += count;
    for (const auto& [tenant, count] : part.by_tenant) sum.by_tenant[tenant] += count;
    for (const auto& [rule, count] : part.by_rule) sum.by_rule[rule] += count;
    for (const std::string& problem : part.problems)
        if (sum.problems.size() < kMaxProblems) sum.problems.push_back(problem);
}

}  // namespace remit::evidence
