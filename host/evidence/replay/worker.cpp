#include "host/evidence/replay/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
    if (is_same(record, entry->record))
        ++report_.same;
    else
        compare(record, entry->record);
}

/// The usual case first: the policy is the last record's, and the answer stands in the record letter by letter. So the record is read
/// only where it must be. False says nothing: `compare` finds out.
bool ReplayWorker::is_same(const RecordView& record, std::string_view written) {
    if (latest_answers_ == nullptr) return false;
    const std::string_view tail = from_decision(written);
    if (tail.empty() || !decrypt(record, PayloadRole::Request, request_)) return false;
    const std::string& answer = latest_answers_->decide(request_);
    if (!tail.starts_with(answer)) return false;
    const auto recorded = read_recorded_behind(tail.substr(0, answer.size()), tail.substr(answer.size()));
    return recorded && !recorded->redacted && !recorded->decision.empty() && recorded->policy == latest_;
}

void ReplayWorker::compare(const RecordView& record, std::string_view written) {
    const auto recorded = read_recorded(written);
    if (!recorded) return problem(record, "it has no decision");
    if (recorded->redacted) {
        ++report_.redacted;
        return;
    }
    if (!decrypt(record, PayloadRole::Request, request_) || !read_before(record, *recorded)) {
        ++report_.erased;
        return;
    }
    Answers* answers = answers_for(recorded->policy);
    if (answers == nullptr) {
        ++report_.no_policy;
        return;
    }
    const std::string& after = answers->decide(request_);
    // Under another policy other rules speak: what counts is whether there is something else to obey.
    if (before_ == after || (options_.instead && obeyed(before_) == obeyed(after)))
        ++report_.same;
    else
        differs(record, *recorded, after);
}

bool ReplayWorker::decrypt(const RecordView& record, PayloadRole role, std::string& out) {
    const Keyring* keys = log_.keyring();
    const SealedPayload* sealed = payload_in(record, role);
    return keys != nullptr && sealed != nullptr && keys->decrypt(*sealed, out);
}

/// The recorded decision, from the record or from a payload of its own.
bool ReplayWorker::read_before(const RecordView& record, const Recorded& recorded) {
    if (recorded.decision.empty()) return decrypt(record, PayloadRole::Decision, before_);
    before_ = recorded.decision;
    return true;
}

Answers* ReplayWorker::answers_for(std::string_view policy) {
    if (latest_answers_ != nullptr && policy == latest_) return latest_answers_;
    latest_ = policy;
    Ready& ready = ready_[latest_];
    if (!std::exchange(ready.asked, true))
        if (auto made = policies_.find(policy)) ready.answers = std::make_unique<Answers>(std::move(made));
    return latest_answers_ = ready.answers.get();
}

void ReplayWorker::differs(const RecordView& record, const Recorded& recorded, const std::string& after) {
    ++report_.differing;
    ++report_.by_tool[std::string(recorded.tool)];
    ++report_.by_tenant[std::string(recorded.tenant)];
    auto old_rules = rules_of(before_), new_rules = rules_of(after);
    std::sort(old_rules.begin(), old_rules.end());
    std::sort(new_rules.begin(), new_rules.end());
    std::vector<SpokeRule> one_only;
    std::set_symmetric_difference(old_rules.begin(), old_rules.end(), new_rules.begin(), new_rules.end(),
                                  std::back_inserter(one_only));
    std::set<std::string> places;  // an edited rule is another one at the same place
    for (const SpokeRule& rule : one_only) places.insert(rule.at);
    for (const std::string& place : places) ++report_.by_rule[place];
    Changes& changes = report_.by_verdict[fmt::format("{} -> {}", verdict_of(before_), verdict_of(after))];
    if (changes.count++ < options_.examples) {
        changes.examples.push_back({record.index, action_text(record.meta.chain, record.meta.number),
                                    std::string(recorded.tool), std::string(recorded.tenant), before_, after});
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
