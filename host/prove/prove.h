// Proof: can a `never` or `always` rule ever be what denies? "Proved" is true of all sessions and calls; a counterexample was decided by
// the interpreter before it is given; everything else is "unknown", with the reason.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/solver/solver.h"
#include "vm/engine/policy.h"

namespace remit::prove {

enum class Status : uint8_t { Proved, Counterexample, Unknown };
std::string_view status_name(Status status);

struct Proof {
    size_t layer = 0;
    const RuleInfo* rule = nullptr;  // in the policy's program
    Status status = Status::Proved;
    size_t tools = 0;     // that the rule covers
    std::string tool;     // counterexample, unknown
    std::string request;  // counterexample: one line of JSON, and what the policy decides of it
    Decision decision;
    std::string reason;  // unknown
};

struct ProveOptions {
    smt::SolverOptions solver;
    std::string only;  // a rule's hash or place begins with or contains this; empty: all
    /// (done, total): questions to come are rules times tools.
    std::function<void(size_t, size_t)> progress;
};

/// One Proof for each `never` and `always` of each layer, layer by layer and in the order of their places. Fails if there is no solver.
Result<std::vector<Proof>> prove(const std::shared_ptr<const Policy>& policy, const ProveOptions& options);

}  // namespace remit::prove
