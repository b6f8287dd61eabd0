// Names for machine code in an ObjectCache, and the check of what comes back from one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/jit/module_builder.h"

namespace remit::jit {

/// Covers all that the code of `part` depends on: its functions' layouts, shapes and constants, the operations'
/// bitcode, LLVM's version, the processor and the options.
std::string object_key(const Program& program, const Plan& plan, const ModulePart& part, const std::string& machine,
                       int opt_level);

/// An object as it is stored: preceded by a hash of it and of its key.
std::string sealed(const std::string& key, std::string_view object);
/// The object, unless what is stored is not what `sealed` gave for this key.
std::optional<std::string_view> unsealed(const std::string& key, std::string_view stored);

}  // namespace remit::jit
