// What a leaf does to a decision: the same for every engine.
#pragma once

#include "vm/index/index.h"
#include "vm/ops/actions.h"

namespace remit {

/// All but the leaf's runs.
inline void act_Leaf(Layout::Phase phase, const Leaf& leaf, uint64_t roles, V* frame, Outcome& out) noexcept {
    out.allowed |= (leaf.allow & roles) != 0 ? 1 : 0;
    out.blocked |= (leaf.block & roles) != 0 ? 1 : 0;
    switch (phase) {
        case Layout::Phase::Facts:
        case Layout::Phase::LateState: break;
        case Layout::Phase::Risk:
            frame[kSlotRisk].bits = saturating_add(frame[kSlotRisk].bits, static_cast<int64_t>(leaf.value));
            break;
        case Layout::Phase::Lane: {
            const auto lane = static_cast<int64_t>(leaf.value);
            if (lane > frame[kSlotLane].bits) frame[kSlotLane].bits = lane;
            break;
        }
        case Layout::Phase::Rest: out.asked |= (leaf.value & roles) != 0 ? 1 : 0; break;
    }
    out.spoken[out.spoken_count] = {&leaf, roles};
    out.spoken_count += leaf.items != 0 ? 1 : 0;
}

}  // namespace remit
