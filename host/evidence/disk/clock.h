// Clock: the only source of time in evidence. Wall time says when, monotonic time how long; a jump between them is itself recorded.
#pragma once

#include <cstdint>

namespace remit::evidence {

class Clock {
public:
    virtual ~Clock() = default;
    virtual int64_t wall_ns() = 0;       // since 1970, UTC
    virtual int64_t monotonic_ns() = 0;  // since some moment of this boot
};

/// The operating system's. Lives as long as the program.
Clock& system_clock();

}  // namespace remit::evidence
