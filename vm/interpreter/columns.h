// Many requests as columns, without native code: kernel.h's `judge_columns`.
#pragma once

#include "vm/engine/kernel.h"
#include "vm/index/loaded.h"

namespace remit {

/// False if the program's index has runs or reads text.
bool judge_columns(const LoadedProgram& program, const Columns& columns) noexcept;

}  // namespace remit
