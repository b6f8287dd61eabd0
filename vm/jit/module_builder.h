// A program's native functions as an LLVM module, ready for code generation. A program with many shapes is cut into
// several modules, because LLVM's cost grows faster than its input and because modules can be compiled side by side.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>

#include "vm/jit/plan.h"

namespace remit::jit {

/// Functions [begin, end) as the plan numbers them.
struct ModulePart {
    size_t begin = 0, end = 0;
};

llvm::Expected<std::unique_ptr<llvm::Module>> build_module(llvm::LLVMContext& context, llvm::TargetMachine& machine,
                                                           const Program& program, const Plan& plan,
                                                           const ModulePart& part, int opt_level);

}  // namespace remit::jit
