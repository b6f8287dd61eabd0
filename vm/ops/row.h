// Rows: what a rule does when its guard holds, and the fixed part of the frame that it does it to. Plain data, so that the
// actions can be compiled to bitcode without the rest of the program format.
#pragma once

#include <cstdint>

namespace remit {

/// What a row does when its guard holds. One inline function each in vm/ops/actions.h.
enum class Action : uint8_t {
    Note,   // append the rule to the matched list (every action does this as well)
    Allow,  // outcome.allowed = 1
    Block,  // outcome.blocked = 1
    Risk,   // frame[kSlotRisk] += payload, saturating
    Lane,   // frame[kSlotLane] = max(it, payload)
    Mark,   // frame[payload] = 1
    Count,  // value = the segment's value shape (1 if none): frame[payload] += value and frame[payload + 1] = value, saturating; an error counts as INT64_MAX
    CountDistinct,  // if the value is not in the list frame[payload + 2]: frame[payload] += 1, frame[payload + 1] = 1
};
inline constexpr int kActionCount = 8;

struct Row {
    uint32_t rule = 0;    // index into rules
    uint32_t params = 0;  // first index into param constants
    int64_t payload = 0;  // see Action
};

/// A decision's input: V frame[slots.size()]. The first slots are fixed; then words of the role mask, then state, arguments,
/// labels and facts as the policy needs them (tools share slots: only one is called at a time).
enum FixedSlot : uint32_t {
    kSlotRisk = 0,
    kSlotLane,
    kSlotData,
    kSlotTier,
    kSlotTime,
    kSlotSessionId,
    kSlotTenant,
    kSlotOwner,
    kSlotRetention,
    kSlotCallId,
    kSlotParent,
    kSlotRoles,  // kSlotRoles + w: 64 roles a word
};

}  // namespace remit
