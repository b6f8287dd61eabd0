// Properties: what a `never` or `always` says of a layer's decision (docs/semantics.md section 6). A claim is held against the rules that spoke, one after
// another in any order, and then against risk and lane. Plain data, no allocation: the same code serves a Decision, a Ruling and the prover's replay.
#pragma once

#include <cstdint>

#include "vm/program/program.h"

namespace remit {

class PropertyCheck {
public:
    /// `claim`: of kind Never, in `program`; both outlive the check.
    PropertyCheck(const RuleInfo& claim, const Program& program) noexcept;

    /// A rule of the same layer that spoke.
    void see(const RuleInfo& spoke) noexcept;
    /// Whether the claim is broken by what was seen. `risk`, `lane`: the layer's. `never allow` and `always block` always are: they are asked
    /// only of calls that are allowed.
    bool broken(int64_t risk, int64_t lane) const noexcept;

private:
    bool includes(uint32_t role) const noexcept;
    void words(const RuleInfo& spoke) noexcept;
    bool has(int64_t risk, int64_t lane) const noexcept;

    const RuleInfo& claim_;
    const Program& program_;
    bool found_ = false, opened_ = false;
    uint32_t level_ = 0;
    uint64_t words_ = 0;  // of the claim's words, those that were seen
};

}  // namespace remit
