// The decision function as LLVM IR: stores the version hash and goes to the tool's function; and the walk, the function of
// every tool that has none of its own, which runs the tool's steps in order.
#pragma once

#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>

#include "vm/jit/module_builder.h"

namespace remit::jit {

void emit_decide(llvm::Module& module, const Program& program, const Plan& plan, const Addresses& addresses);
llvm::Function* emit_walk(llvm::Module& module, const Addresses& addresses);

/// The walk, declared if it is not in this module.
llvm::FunctionCallee walk_of(llvm::Module& module);
/// Calls a ToolFunction as the last thing that this one does.
void call_tool(llvm::IRBuilder<>& b, llvm::FunctionCallee tool, llvm::ArrayRef<llvm::Value*> arguments);
/// The address of the first of all rows' parameters.
llvm::Value* params_table(llvm::IRBuilder<>& b, llvm::Module& module, const Addresses& addresses);

}  // namespace remit::jit
