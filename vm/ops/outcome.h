// What the guards of one decision said: the kernel's output, plain data. Risk, lane, marks and counts are in the frame.
#pragma once

#include <cstdint>

namespace remit {

struct Leaf;

/// A leaf of the index that said something, and the role word that it was asked with.
struct Spoken {
    const Leaf* leaf = nullptr;
    uint64_t roles = 0;
};

struct Outcome {
    int64_t allowed = 0;  // not 0: some allow rule must hold
    int64_t blocked = 0;  // not 0: some block rule may hold
    uint32_t matched_count = 0;
    uint32_t* matched =
        nullptr;  // the caller's array of at least rules.size() + 1 (the last is scratch); rule indices in the order of evaluation
    uint64_t policy[4] = {};  // the version hash, first byte in the lowest bits of policy[0]; written by the kernel

    // `judge` alone:
    int64_t asked = 0;  // not 0: some ask rule that a table holds may hold; asks among `matched` are not counted here
    uint32_t spoken_count = 0;
    Spoken* spoken =
        nullptr;  // the caller's array of at least Index::most_probes() + 1 (the last is scratch): leaves with items
};

}  // namespace remit
