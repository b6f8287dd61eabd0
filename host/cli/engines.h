// Engines: which one decides, and what native code looks like. The only file of the command line that asks whether
// native code was built in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/policy.h"

namespace remit::cli {

enum class Engine { Interp, Jit, Auto };
/// `interp`, `jit`, `auto`.
std::optional<Engine> engine_named(std::string_view word);

/// Loads the layers and gives each its engine. Auto takes native code, and the interpreter where there is none.
/// `cache`: a folder that keeps native code between runs; empty: none.
Result<std::shared_ptr<const Policy>> make_policy(std::vector<Program> layers, Engine engine,
                                                  const std::string& cache = {});

enum class NativeStage { Llvm, Asm, Object, Header };
Result<std::string> native_stage(Program program, NativeStage stage);

}  // namespace remit::cli
