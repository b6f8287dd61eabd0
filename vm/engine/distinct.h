// The value that a call adds to a `distinct` count. Kernels report only whether it was new; a recorded session must also remember
// what it was, so its little expression is run again over the frame.
#pragma once

#include <optional>
#include <string>

#include "vm/index/loaded.h"

namespace remit {

/// As JSON text. nullopt: no rule of this tool counts `state`, the value is an error, or its expression loops over a list; the
/// value is then charged without being remembered, which can only count it again.
std::optional<std::string> distinct_value(const LoadedProgram& loaded, uint32_t tool, const V* frame,
                                          const StateDesc& state);

/// Any value of a distinct count, as JSON text; nullopt for errors and types that such a count does not have.
std::optional<std::string> distinct_text(const Program& program, const ValueType& type, V value);

}  // namespace remit
