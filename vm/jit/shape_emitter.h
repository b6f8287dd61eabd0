// One shape as LLVM IR: a loop over rows with the guard, the hit and the action in its body.
//
// What depends on the frame alone is computed once, before the loop; a guard that such a value already makes false
// skips the whole run of rows.
#pragma once

#include <llvm/IR/Function.h>

#include <vector>

#include "vm/jit/ops_module.h"
#include "vm/jit/plan.h"

namespace remit::jit {

/// Adds the function `name` for `code` to the module of `ops`. Calls to operations are appended to `calls`.
llvm::Function* emit_segment(OpsModule& ops, const Program& program, const SegmentCode& code, llvm::StringRef name,
                             std::vector<llvm::CallInst*>& calls);

}  // namespace remit::jit
