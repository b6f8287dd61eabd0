// Ruling: the answer to one typed call, as plain data: what a gateway needs to go on, without names, texts or memory of its own. What
// the rules that spoke ask for, lease, isolate or record is read from the Call (`next_effect`) until its next `decide`; the whole
// story in words is `Call::explain`.
#pragma once

#include <cstdint>
#include <optional>

#include "vm/engine/decision.h"
#include "vm/engine/denials.h"
#include "vm/program/program.h"

namespace remit {

struct Ruling {
    Verdict verdict = Verdict::Deny;  // no signature is looked at: whatever is asked for is still to be signed
    bool evaluated = false;           // false: a built-in denial stopped the call in some layer before any rule
    uint32_t denials = 0;             // built-in denials of all layers: bit Denial
    uint32_t lane = 0;                // rank in the policy's own lanes
    uint32_t isolation = 0;           // rank: none, process, sandbox, microvm
    uint32_t asks = 0;                // obligations among the effects; several may be of one signer
    uint32_t effects = 0;             // how often `next_effect` says yes
    int64_t risk = 0;
    uint64_t policy[4] = {};  // the version hash as the engine returned it, first byte in the lowest bits of policy[0]
    const char* engine = "";  // "interp" | "jit"; lives as long as the policy

    bool denied_by(Denial d) const noexcept { return (denials >> static_cast<uint32_t>(d) & 1) != 0; }
    /// The first built-in denial in the order of the table; nullopt: none.
    std::optional<Denial> denial() const noexcept {
        if (denials == 0) return std::nullopt;
        return static_cast<Denial>(__builtin_ctz(denials));
    }
};

/// A rule that gives something, standing for all rules of its table that give the same. Ask, Block that signatures
/// override (it asks too), Limit, Quota, Isolate, Reach, Record,
/// Redact, Retain, Mark, Count; a Never only if it denies. The same may come more than once: joining is the reader's.
struct Effect {
    uint32_t layer = 0;
    const RuleInfo* rule = nullptr;  // lives as long as the policy
    int64_t charge = 0;              // Count: what this call adds, scaled; INT64_MAX: unbounded
};
/// Where `next_effect` goes on; a new one begins at the beginning.
struct EffectCursor {
    uint32_t layer = 0, spoken = 0, item = 0, matched = 0;
};

}  // namespace remit
