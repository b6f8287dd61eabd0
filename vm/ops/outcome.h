// What the guards of one decision said: the kernel's output, plain data. Risk, lane, marks and counts are in the frame.
#pragma once

#include <cstdint>

namespace remit {

struct Outcome {
    int64_t allowed = 0;  // some allow rule must hold
    int64_t blocked = 0;  // some block rule may hold
    uint32_t matched_count = 0;
    uint32_t* matched =
        nullptr;  // the caller's array of at least rules.size() + 1 (the last is scratch); rule indices in the order of evaluation
    uint64_t policy[4] = {};  // the version hash, first byte in the lowest bits of policy[0]; written by the kernel
};

}  // namespace remit
