// Signatures: which of a request's signatures are valid, and whether they meet an obligation (docs/semantics.md section 6).
#pragma once

#include <span>
#include <vector>

#include "vm/engine/decision.h"
#include "vm/engine/policy.h"
#include "vm/engine/request.h"

namespace remit {

class Signatures {
public:
    /// `call`: see call_digest; `digest`: the decision's; `now`: what the decision shows.
    Signatures(const Request& request, const Hash& call, const std::string& digest, const Shown& now);

    /// By the roles of every program that declares the signer; one whose programs do not is not met.
    bool meet(const Obligation& obligation, std::span<const Program* const> programs) const;
    /// `unless signed by`: no window and no evidence.
    bool answer(const RuleInfo& never, const Program& program) const;

private:
    bool has_evidence(const std::vector<std::string>& names) const;
    bool enough(std::string_view by, uint32_t quorum, int64_t within_ns,
                std::span<const Program* const> programs) const;

    const Request& request_;
    std::vector<const SignatureIn*> valid_;  // but for window and evidence
};

}  // namespace remit
