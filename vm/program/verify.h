// The verifier: what stands between a program, wherever it comes from, and the engines, which trust it. A program that passes
// can neither crash nor hang an interpreter or native code, and cannot make them read beyond a frame that is as `slots` says.
// Total; linear in the size of the program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

/// The first thing that is wrong, or nothing.
std::optional<std::string> verify(const Program& program);

/// For each parameter of `shape` whether it is used as a regular expression (operand b of MatchesS).
std::vector<bool> pattern_params(const Program& program, const Shape& shape);

}  // namespace remit
