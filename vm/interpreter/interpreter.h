// The interpreter: a Kernel that walks the bytecode. Ready at once, needs no LLVM, and is the reference for native code.
#pragma once

#include <memory>

#include "vm/engine/kernel.h"
#include "vm/index/loaded.h"

namespace remit {

/// Never fails: a loaded program has been verified. The kernel shares ownership of the program.
std::shared_ptr<const Kernel> make_interpreter(std::shared_ptr<const LoadedProgram> program);

}  // namespace remit
