// What a decision costs at worst, in the units of ops.def: all guards of a tool run, every list at its declared maximum.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

struct ToolCost {
    std::string tool;
    uint64_t rules = 0;  // rows that a call of this tool runs
    uint64_t cost = 0;
    std::vector<std::string> facts;  // that the host must supply
};

/// One entry for each tool, in the program's order.
std::vector<ToolCost> tool_costs(const Program& program);

}  // namespace remit
