// Worker: one thread's share of a replay: a reader, Answers for each policy, and a report of its own.
#pragma once

#include <atomic>
#include <unordered_map>

#include "host/evidence/replay/answers.h"
#include "host/evidence/replay/policies.h"
#include "host/evidence/replay/recorded.h"

namespace remit::evidence {

class ReplayWorker {
public:
    ReplayWorker(Reading& log, JournalReader& reader, ReplayPolicies& policies, const ReplayOptions& options)
        : log_(log), reader_(reader), policies_(policies), options_(options) {}

    /// Records [from, to). `done` counts up while it goes on.
    Result<bool> run(uint64_t from, uint64_t to, std::atomic<uint64_t>& done);
    const ReplayReport& report() const { return report_; }

private:
    struct Ready {
        bool asked = false;
        std::unique_ptr<Answers> answers;
    };
    void take(const RecordView& record);
    bool is_same(const RecordView& record, std::string_view written);
    void compare(const RecordView& record, std::string_view written);
    bool decrypt(const RecordView& record, PayloadRole role, std::string& out);
    bool read_before(const RecordView& record, const Recorded& recorded);
    Answers* answers_for(std::string_view policy);
    void differs(const RecordView& record, const Recorded& recorded, const std::string& after);
    void problem(const RecordView& record, std::string_view what);

    Reading& log_;
    JournalReader& reader_;
    ReplayPolicies& policies_;
    const ReplayOptions& options_;
    ReplayReport report_;
    std::unordered_map<std::string, Ready> ready_;
    std::string latest_;  // the policy that the last record named: nearly always the next one's too
    Answers* latest_answers_ = nullptr;
    std::string request_, before_;  // reused from record to record
};

/// Adds a worker's report; those of earlier records first.
void add(ReplayReport& sum, const ReplayReport& part, size_t examples);

}  // namespace remit::evidence
