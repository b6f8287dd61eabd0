// A program's native functions as an LLVM module, ready for code generation. A program with many shapes is cut into
// several modules, because LLVM's cost grows faster than its input and because modules can be compiled side by side.
#pragma once

#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <vector>

#include "vm/jit/plan.h"

namespace remit::jit {

/// Functions [begin, end) as the plan numbers them.
struct ModulePart {
    size_t begin = 0, end = 0;
};

llvm::Expected<std::unique_ptr<llvm::Module>> build_module(llvm::LLVMContext& context, llvm::TargetMachine& machine,
                                                           const Program& program, const Plan& plan,
                                                           const ModulePart& part, int opt_level);

/// What every module of ours says about itself.
void prepare(llvm::Module& module, llvm::TargetMachine& machine);
/// Calls inlined into their callers, where that can be.
void inline_calls(const std::vector<llvm::CallInst*>& calls);
/// A short pipeline, chosen by measuring: the emitters' IR is clean, so only the seams of the inlined operations need
/// it.
void simplify(llvm::TargetMachine& machine, const std::vector<llvm::Function*>& functions);
/// Drops constants that inlined code has read by now.
void drop_unused(llvm::Module& module);

}  // namespace remit::jit
