#include "host/evidence/disk/clock.h"

#include <ctime>

namespace remit::evidence {

namespace {

int64_t now(clockid_t id) {
    timespec t{};
    clock_gettime(id, &t);
    constexpr int64_t kNanoseconds = 1'000'000'000;
    return static_cast<int64_t>(t.tv_sec) * kNanoseconds + t.tv_nsec;
}

class SystemClock : public Clock {
public:
    int64_t wall_ns() override { return now(CLOCK_REALTIME); }
    // Goes on while the machine sleeps, so that waking up is not taken for somebody setting the clock.
    int64_t monotonic_ns() override { return now(CLOCK_BOOTTIME); }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace remit::evidence
