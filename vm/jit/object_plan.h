// What goes into an object file, and whether it can: an object has this program's tables and code and no library, so
// that what needs one is refused, by name. Knows nothing of LLVM.
#pragma once

#include <string>
#include <vector>

#include "vm/index/loaded.h"
#include "vm/jit/plan.h"
#include "vm/value/result.h"

namespace remit::jit {

struct ObjectPlan {
    Plan plan;
    std::string name;              // the policy's as an identifier of C: acme.gateway is acme_gateway
    std::string symbol;            // of the only function
    std::vector<uint32_t> reads;   // slots, ascending; risk and lane are not among them
    std::vector<uint32_t> writes;  // slots of marks and counts
    uint32_t most_matched = 0;     // rows that can be run for one request
};

/// Fails on a program that needs more than an object has.
Result<ObjectPlan> plan_object(const LoadedProgram& program);

/// Letters, digits and underscores; other characters are underscores.
std::string identifier(std::string_view text);

}  // namespace remit::jit
