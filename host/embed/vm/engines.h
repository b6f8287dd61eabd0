// Programs to policies: loading, and which engine. The only file here that asks whether native code was built in.
#pragma once

#include <memory>
#include <vector>

#include "remit/vm.h"
#include "vm/engine/tiering.h"
#include "vm/engine/policy.h"
#include "vm/program/program.h"
#include "vm/value/result.h"

namespace remit {

class ObjectCache;  // of vm/jit, which not every build has

namespace embed {

bool has_native() noexcept;
/// Makes native code, through `cache` if there is one.
KernelMaker native_maker(std::shared_ptr<ObjectCache> cache);
/// A folder that keeps native code. Without native code: a failure.
Result<std::shared_ptr<ObjectCache>> open_cache(std::string folder);

/// Verifies the layers and gives each an interpreter.
Result<std::shared_ptr<const Policy>> interpreted(std::vector<Program> layers);
/// The same programs with native code.
Result<std::shared_ptr<const Policy>> compiled(const Policy& policy, std::shared_ptr<ObjectCache> cache);

bool is_native(const Policy& policy) noexcept;

}  // namespace embed
}  // namespace remit
