// What a decision costs at worst, in the units of ops.def: all guards of a tool run, every list at its declared maximum.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

inline constexpr size_t kMaxWorstRules = 3;

struct RuleCost {
    std::string at;  // `file:line:column`
    uint64_t cost = 0;
};
struct ToolCost {
    std::string tool;
    uint64_t rules = 0;  // rows that a call of this tool runs
    uint64_t cost = 0;
    std::vector<std::string> facts;  // that the host must supply
    std::vector<RuleCost> worst;     // the dearest rules first, at most kMaxWorstRules; of equals the first in the text
};

/// One entry for each tool, in the program's order.
std::vector<ToolCost> tool_costs(const Program& program);

/// The cost of a call is that of all its layers, since each decides: the first layer's tools, with what the others add.
std::vector<ToolCost> tool_costs(const std::vector<Program>& layers);

}  // namespace remit
