#include "host/evidence/replay/replay.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "host/evidence/replay/worker.h"

namespace remit::evidence {

namespace {

struct Share {
    uint64_t from = 0, to = 0;
    std::unique_ptr<JournalReader> reader;
    std::unique_ptr<ReplayWorker> worker;
    std::string error;
    std::atomic<bool> over{false};
};

/// Cuts [from, to) at segments, into at most `threads` shares of about as many records.
std::vector<uint64_t> cuts(const JournalReader& reader, uint64_t from, uint64_t to, unsigned threads) {
    std::vector<uint64_t> at{from};
    for (unsigned i = 1; i < threads; ++i) {
        const uint64_t wanted = from + (to - from) / threads * i;
        uint64_t best = 0;
        for (const SegmentInfo& segment : reader.segments())
            if (segment.first <= wanted) best = segment.first;
        if (best > at.back() && best < to) at.push_back(best);
    }
    at.push_back(to);
    return at;
}

uint64_t last_record(Reading& log, uint64_t to) {
    const auto head = log.head();
    return head ? std::min(to, head->checkpoint.size) : to;
}

}  // namespace

Result<ReplayReport> replay(Reading& log, const ReplayOptions& options) {
    const uint64_t from = std::max(options.from, log.journal().first());
    const uint64_t to = std::max(from, last_record(log, options.to));
    ReplayPolicies policies(log.disk(), options);
    const auto at = cuts(log.journal(), from, to, std::max(1u, options.threads));
    std::vector<Share> shares(at.size() - 1);
    for (size_t i = 0; i < shares.size(); ++i) {
        auto reader = log.another_reader();
        if (!reader) return Failure{reader.error()};
        shares[i].from = at[i];
        shares[i].to = at[i + 1];
        shares[i].reader = std::move(*reader);
        shares[i].worker = std::make_unique<ReplayWorker>(log, *shares[i].reader, policies, options);
    }
    std::atomic<uint64_t> done{0};
    std::vector<std::thread> threads;
    for (Share& share : shares) {
        threads.emplace_back([&share, &done] {
            auto ran = share.worker->run(share.from, share.to, done);
            if (!ran) share.error = ran.error();
            share.over.store(true, std::memory_order_release);
        });
    }
    const auto running = [&] {
        return std::any_of(shares.begin(), shares.end(),
                           [](const Share& s) { return !s.over.load(std::memory_order_acquire); });
    };
    while (options.progress && running()) {
        options.progress(done.load(std::memory_order_relaxed), to - from);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (std::thread& thread : threads) thread.join();
    ReplayReport report;
    for (const Share& share : shares) {
        if (!share.error.empty()) return Failure{share.error};
        add(report, share.worker->report(), options.examples);
    }
    report.policy_problems = policies.problems();
    return report;
}

}  // namespace remit::evidence
