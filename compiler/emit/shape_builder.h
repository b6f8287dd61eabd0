// Bytecode for one guard or summand: literals become parameters, registers are handed out like a stack.
#pragma once

#include <vector>

#include "compiler/ir/ir.h"

namespace remit {

struct BuiltShape {
    std::vector<Instr> code;
    std::vector<Constant> params;  // the row's literals, in the order of use
    uint16_t registers = 0;
    TypeRef result = 0;
    uint64_t cost = 0;       // worst case
    bool too_large = false;  // beyond limits.h
};

/// The guard of a rule: `roles` (any of them; empty: anyone) and then `node` (kNoNode: always).
BuiltShape build_guard(const ir::Policy& policy, const std::vector<uint32_t>& roles, ir::NodeId node);
/// The summand of a count.
BuiltShape build_value(const ir::Policy& policy, ir::NodeId node);

}  // namespace remit
