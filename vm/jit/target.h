// The processor we compile for, and machine code from a module. Wraps LLVM's target machinery; initialised once in a
// process.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>

namespace remit::jit {

/// A machine for this processor, or a `portable` one for any of its family since about 2009 (x86-64-v2). Not shared
/// between threads.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> make_machine(int opt_level, bool portable = false);

/// Triple, name and features of the processor that `make_machine` compiles for.
std::string machine_name();

/// Machine code of `module`, as an ELF object or as assembly text.
llvm::Expected<llvm::SmallVector<char, 0>> emit(llvm::TargetMachine& machine, llvm::Module& module,
                                                llvm::CodeGenFileType type);

}  // namespace remit::jit
