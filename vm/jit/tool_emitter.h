// All rows of one tool as one straight run of LLVM IR, for policies so small that the walk over segments would cost more
// than the guards.
//
// Parameters are immediates. What rows share (risk, lane, the outcome) is in locals, which become SSA values, and goes
// back to the caller's memory at the end. Guards and actions run without branches where they are short. The function is
// made for requests in which the slots that guards read hold values: if one of them holds an error, which no rule asks
// about, it leaves the decision to the walk before it has changed anything.
#pragma once

#include <llvm/IR/Function.h>

#include <vector>

#include "vm/jit/module_builder.h"
#include "vm/jit/ops_module.h"
#include "vm/jit/plan.h"

namespace remit::jit {

/// Adds the function `name` for `code` to the module of `ops`. Calls to operations are appended to `calls`.
llvm::Function* emit_tool(OpsModule& ops, const Program& program, const ToolCode& code, llvm::StringRef name,
                          const Addresses& addresses, std::vector<llvm::CallInst*>& calls);

}  // namespace remit::jit
