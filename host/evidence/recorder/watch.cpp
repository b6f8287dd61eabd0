#include "host/evidence/recorder/watch.h"

#include "host/evidence/record/canonical.h"
#include "host/evidence/record/entry.h"
#include "host/evidence/recorder/bounds.h"

namespace remit::evidence {

Watch::Watch(Log& log) : log_(log), offset_(log.clock().wall_ns() - log.clock().monotonic_ns()) {}

void Watch::look() {
    const int64_t offset = log_.clock().wall_ns() - log_.clock().monotonic_ns();
    // The clock's slow corrections are no jumps: each look compares with the one before.
    const int64_t moved = offset - offset_.exchange(offset, std::memory_order_relaxed);
    if (moved > kClockJumpNs || moved < -kClockJumpNs) note_jump(moved);
    if (missed_.load(std::memory_order_relaxed) != 0 && log_.mode() != Mode::Broken) note_gap();
}

void Watch::note_jump(int64_t moved_ns) {
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.wide_number("moved_us", moved_ns / 1000);
    w.close_object();
    (void)log_.submit_own(Kind::ClockJump, out);  // if it is lost, a gap says so
}

void Watch::missed(std::string_view why) {
    const std::lock_guard lock(mutex_);
    until_ns_ = log_.clock().wall_ns();
    if (missed_ == 0) since_ns_ = until_ns_;
    why_ = why;
    ++missed_;
}

void Watch::note_gap() {
    const std::lock_guard lock(mutex_);
    const uint64_t missed = missed_;
    if (missed == 0) return;
    std::string out, since, until;
    append_time(since, since_ns_);
    append_time(until, until_ns_);
    BoundedWriter w(out, kBounds[0]);
    w.open_object();
    w.number("denied", static_cast<int64_t>(missed));
    w.bounded("reason", why_);
    w.text("since", since);
    w.text("until", until);
    w.close_object();
    if (log_.submit_own(Kind::Gap, out)) missed_ = 0;
}

}  // namespace remit::evidence
