// What rows do when their guards hold: one function for each Action, the same for every engine. `hit` is 0 or 1; where it is
// cheap the work is done without a branch. Also compiled to bitcode and inlined into native code.
//
// The caller's arrays are large enough: the verifier has checked every payload, and that one tool has at most rules.size() rows.
#pragma once

#include <cstdint>

#include "vm/ops/ops.h"
#include "vm/ops/outcome.h"
#include "vm/ops/row.h"

namespace remit {

/// Permissive rules read a guard's must bit, all others its may bit.
inline int64_t hit_of(V guard, bool must) noexcept { return (guard.bits >> (must ? 0 : 1)) & 1; }

/// Sum of two numbers that are not negative.
inline int64_t saturating_add(int64_t a, int64_t b) noexcept {
    int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

inline void act_Note(V*, Outcome& out, const Row& row, int64_t hit, V) noexcept {
    out.matched[out.matched_count] = row.rule;  // always stored: the last element of the array is scratch
    out.matched_count += static_cast<uint32_t>(hit);
}
inline void act_Allow(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    out.allowed |= hit;
    act_Note(frame, out, row, hit, value);
}
inline void act_Block(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    out.blocked |= hit;
    act_Note(frame, out, row, hit, value);
}
inline void act_Risk(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    frame[kSlotRisk].bits = saturating_add(frame[kSlotRisk].bits, row.payload & -hit);
    act_Note(frame, out, row, hit, value);
}
inline void act_Lane(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    const int64_t lane = frame[kSlotLane].bits;
    frame[kSlotLane].bits = (hit != 0 && row.payload > lane) ? row.payload : lane;
    act_Note(frame, out, row, hit, value);
}
/// A mark that the input does not give stays an error: what is not known must not look known.
inline void act_Mark(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    V& mark = frame[row.payload];
    mark.bits = (hit != 0 && mark.err == 0) ? 1 : mark.bits;
    act_Note(frame, out, row, hit, value);
}
/// What a summand adds: unbounded if it is an error, and never less than nothing.
inline int64_t summand(V value) noexcept { return value.err != 0 ? INT64_MAX : (value.bits < 0 ? 0 : value.bits); }

inline void charge(V* frame, const Row& row, int64_t amount) noexcept {
    V& total = frame[row.payload];
    if (total.err == 0) total.bits = saturating_add(total.bits, amount);
    frame[row.payload + 1] = V{amount, 0};
}
inline void act_Count(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    if (hit != 0) charge(frame, row, summand(value));
    act_Note(frame, out, row, hit, value);
}
/// A value that cannot be found in the list (also because the list is not known) counts; an error counts as unbounded.
inline void act_CountDistinct(V* frame, Outcome& out, const Row& row, int64_t hit, V value) noexcept {
    if (hit != 0) {
        const V list = frame[row.payload + 2];
        if (value.err != 0) {
            charge(frame, row, INT64_MAX);
        } else if (list.err != 0) {
            charge(frame, row, 1);
        } else {
            const V known = as<List>(list).item_kind == Kind::Str ? op_InS(value, list) : op_InI(value, list);
            if (known.bits != kTrue) charge(frame, row, 1);
        }
    }
    act_Note(frame, out, row, hit, value);
}

}  // namespace remit
