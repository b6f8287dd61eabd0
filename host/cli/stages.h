// Stages of a compilation as text (or bytes, for `obj`): what `build --emit` and the REPL's `:emit` show.
#pragma once

#include <string>
#include <string_view>

#include "compiler/compile.h"
#include "vm/value/result.h"

namespace remit::cli {

inline constexpr std::string_view kStages = "ast|ir|program|index|llvm|asm|obj|header|wasm";

/// `compilation` must have been made with keep_ir_text for `ir`. An image has neither `ast` nor `ir`.
Result<std::string> emit_stage(const Compilation& compilation, std::string_view stage);

}  // namespace remit::cli
