// One layer's part of a bound session.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "vm/engine/bindings.h"
#include "vm/engine/call_plan.h"
#include "vm/value/value.h"

namespace remit {

struct BoundLayer {
    bool unknown_tier = false;  // session-incomplete, in this layer
    std::vector<V> slots;       // what goes into the frame, from kSlotTier to the role words
    std::shared_ptr<const BoundCells> cells;
};

/// Texts of a session that its slots refer to.
struct SessionTexts {
    Str id, tenant, owner, retention;
};
inline Str str_of(std::string_view text) noexcept {
    return {text.data() == nullptr ? "" : text.data(), static_cast<uint32_t>(text.size()), 0};
}

/// The slots of a session in a frame: tier (a rank of this layer; kUnknownName: none), texts, roles. A session without id has no such slot.
inline void write_session(const LayerPlan& plan, uint32_t tier, const SessionTexts& texts,
                          std::span<const uint32_t> roles, V* frame) noexcept {
    frame[kSlotTier] = tier == kUnknownName ? error(Err::Absent) : V{tier, 0};
    frame[kSlotSessionId] = texts.id.size == 0 ? error(Err::Absent) : ref(&texts.id);
    frame[kSlotTenant] = ref(&texts.tenant);
    frame[kSlotOwner] = ref(&texts.owner);
    frame[kSlotRetention] = ref(&texts.retention);
    const uint32_t words = plan.program->role_words();
    for (uint32_t w = 0; w < words; ++w) frame[kSlotRoles + w] = V{0, 0};
    for (const uint32_t role : roles) {
        if (role >= plan.closure_of_role.size() || plan.closure_of_role[role] == nullptr) continue;
        const std::vector<uint64_t>& closure = *plan.closure_of_role[role];
        for (uint32_t w = 0; w < words && w < closure.size(); ++w)
            frame[kSlotRoles + w].bits |= static_cast<int64_t>(closure[w]);
    }
}

}  // namespace remit
