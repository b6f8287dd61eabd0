// Join: the decisions of a policy's layers, as one (docs/semantics.md section 10). Everything joins to the stricter side.
#pragma once

#include <span>

#include "vm/engine/combine.h"

namespace remit {

struct Joined {
    Decision decision;       // all but verdict and digest
    bool denied = false;     // by some layer, or by what only the whole can know: retention, isolation
    bool has_never = false;  // some `never ... unless signed by` that signatures may answer
};

/// Joins what one layer said of an element to what it said of the batch. `where`: the element as a JSON pointer into the arguments.
void join_element(LayerDecision& whole, LayerDecision element, const Program& program, const std::string& where);

/// `layers`: the policy itself first; not empty. `bounds` as layers.
Joined join_layers(std::span<const LayerDecision> layers, std::span<const Bound> bounds, const Request& request);

}  // namespace remit
