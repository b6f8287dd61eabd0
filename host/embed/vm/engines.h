// Programs to policies: loading, and which engine. The only file here that asks whether native code was built in.
#pragma once

#include <memory>
#include <vector>

#include "remit/vm.h"
#include "vm/engine/policy.h"
#include "vm/program/program.h"
#include "vm/value/result.h"

namespace remit::embed {

bool has_native() noexcept;
Result<std::shared_ptr<const Kernel>> native_kernel(std::shared_ptr<const LoadedProgram> program);

/// Verifies the layers and gives each an interpreter.
Result<std::shared_ptr<const Policy>> interpreted(std::vector<Program> layers);
/// The same programs with native code.
Result<std::shared_ptr<const Policy>> compiled(const Policy& policy);

bool is_native(const Policy& policy) noexcept;

}  // namespace remit::embed
