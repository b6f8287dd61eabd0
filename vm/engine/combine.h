// Combine: what one layer's rules said, as a Decision without a verdict: the guards' Outcome and the frame after it, read through
// RuleInfo (docs/semantics.md section 6). Signatures play no part here.
#pragma once

#include <optional>
#include <vector>

#include "vm/engine/bind.h"
#include "vm/engine/decision.h"
#include "vm/ops/outcome.h"

namespace remit {

struct LayerDecision {
    Decision decision;                    // all but verdict and digest
    bool denied = false;                  // by a built-in denial, a block, or for want of an allow
    uint32_t isolation = 0;               // rank
    std::vector<const RuleInfo*> nevers;  // whose guards may hold and whose property is broken, if this allows
};

SpokenRule spoken(Denial denial, const std::string& detail);
SpokenRule spoken(const RuleInfo& rule);

/// What a count rule that speaks adds; nothing if it adds nothing.
std::optional<CountCharge> charged(const RuleInfo& rule, const Bound& bound);

/// `outcome` null: rules were not evaluated.
LayerDecision combine(const Request& request, const Bound& bound, const Outcome* outcome, const char* engine);

/// Joins `in` to the obligations: same signer, largest quorum, shortest window, union of evidence. Keeps the order by signer.
void join_obligation(std::vector<Obligation>& all, const Obligation& in);

}  // namespace remit
