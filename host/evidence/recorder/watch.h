// Watch: what stands between records: jumps of the clock, and calls that nobody could record. Thread-safe.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "host/evidence/log/log.h"

namespace remit::evidence {

inline constexpr int64_t kClockJumpNs = 1'000'000'000;

class Watch {
public:
    explicit Watch(Log& log);
    /// Before a record: writes `clock.jump` and `gap` records that are due.
    void look();
    /// A call was denied, and there is no record of it.
    void missed(std::string_view why);
    uint64_t unrecorded() const { return missed_.load(); }

private:
    void note_jump(int64_t moved_ns);
    void note_gap();

    Log& log_;
    std::atomic<int64_t> offset_;  // of wall time from monotonic time
    std::atomic<uint64_t> missed_{0};
    std::mutex mutex_;
    std::string why_;
    int64_t since_ns_ = 0, until_ns_ = 0;
};

}  // namespace remit::evidence
