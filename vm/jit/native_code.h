// A plan's functions as machine code in this process: made by LLVM or taken from a cache, linked against this
// process's functions and a kernel's tables.
#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vm/jit/externals.h"
#include "vm/jit/module_builder.h"

namespace remit::jit {

class NativeCode {
public:
    /// `tables`: symbols beyond those of `externals()`. Fills `stats` but for the time.
    llvm::Error make(const Program& program, const Plan& plan, std::span<const External> tables,
                     const NativeOptions& options, NativeStats& stats);
    /// Addresses, as `names`.
    llvm::Expected<std::vector<llvm::orc::ExecutorAddr>> look_up(const std::vector<std::string>& names);

private:
    llvm::Error start(std::span<const External> tables);

    std::string reported_;  // what linking complained of; outlives the session, which may still complain
    std::unique_ptr<llvm::orc::LLJIT> jit_;  // owns the machine code
};

}  // namespace remit::jit
