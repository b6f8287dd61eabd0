// The decision function as LLVM IR: stores the version hash, then runs a tool's steps in order.
#pragma once

#include <llvm/IR/Function.h>

#include "vm/jit/module_builder.h"

namespace remit::jit {

llvm::Function* emit_decide(llvm::Module& module, const Program& program, const Addresses& addresses);

}  // namespace remit::jit
