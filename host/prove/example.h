// Example: a solver's model as a request that `remit eval` accepts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/prove/inputs.h"
#include "host/solver/solver.h"
#include "vm/engine/decision.h"

namespace remit::prove {

/// A request, and who signs it.
class Example {
public:
    /// One line of JSON.
    std::string request() const;
    /// Signs for every obligation of `asked`, so that it is met.
    void sign(const Decision& asked);

private:
    friend class ExampleWriter;
    std::string head_;  // without signatures and closing brace
    std::string owner_, time_;
    std::vector<std::string> signatures_;
};

/// What requests look like where nothing else matters: most conditions first. A solver is asked to keep as many as it can.
std::vector<Term> plain_conditions(Context& context, Inputs& inputs);

/// After Answer::Possible. Nothing: no text could be found for what the model says of one.
std::optional<Example> example_of(Context& context, Inputs& inputs, smt::Solver& solver,
                                  const std::vector<std::string>& evidence);

/// What the model says of texts: to be excluded when it leads nowhere.
std::vector<Term> guesses(Context& context, smt::Solver& solver);

}  // namespace remit::prove
