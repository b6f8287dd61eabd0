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
    if (missed_ == (told_ ? told_->denied : 0)) untold_since_ns_ = until_ns_;
    why_ = why;
    ++missed_;
}

/// Looks what became of the record that was submitted last: only a durable one tells of anything.
void Watch::settle() {
    if (!told_) return;
    const uint64_t durable = log_.durable();  // read first: as long as the epoch is the ticket's, so is this
    if (log_.epoch() == told_->ticket.epoch) {
        if (told_->ticket.index >= durable) return;  // on its way
    } else if (!log_.wait(told_->ticket).ok()) {     // does not wait: what was submitted before a loss is settled
        told_.reset();
        return;
    }
    missed_ -= told_->denied;
    since_ns_ = untold_since_ns_;
    told_.reset();
}

void Watch::note_gap() {
    const std::lock_guard lock(mutex_);
    settle();
    const uint64_t missed = missed_;
    if (missed == 0 || told_) return;
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
    if (const auto ticket = log_.submit_own(Kind::Gap, out)) told_ = {*ticket, missed};
}

void Watch::flush() {
    constexpr int kTries = 3;  // one for what is on its way, and two for what is lost meanwhile
    for (int i = 0; i < kTries && unrecorded() != 0; ++i) {
        look();
        std::optional<Told> told;
        {
            const std::lock_guard lock(mutex_);
            told = told_;
        }
        if (told) (void)log_.wait(told->ticket);
    }
}

uint64_t Watch::unrecorded() {
    const std::lock_guard lock(mutex_);
    settle();
    return missed_;
}

}  // namespace remit::evidence
