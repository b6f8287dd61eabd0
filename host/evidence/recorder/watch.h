// Watch: what stands between records: jumps of the clock, and calls that nobody could record. Thread-safe.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
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
    /// Before the log closes: as `look`, and waits until the record is durable, if it can be.
    void flush();
    /// Denied calls of which no durable record tells.
    uint64_t unrecorded();

private:
    /// A `gap` record that was submitted, with how many calls it tells of.
    struct Told {
        Ticket ticket;
        uint64_t denied = 0;
    };
    void note_jump(int64_t moved_ns);
    void note_gap();
    void settle();  // with the lock

    Log& log_;
    std::atomic<int64_t> offset_;      // of wall time from monotonic time
    std::atomic<uint64_t> missed_{0};  // those that `told_` tells of too: its record may be lost
    std::mutex mutex_;
    std::optional<Told> told_;
    std::string why_;
    int64_t since_ns_ = 0, until_ns_ = 0;
    int64_t untold_since_ns_ = 0;  // the first after those that `told_` tells of
};

}  // namespace remit::evidence
