// A policy as a WebAssembly module: a kernel that was compiled once, with this program, and the policy's image in one
// more segment of its data. So making a module needs no compiler and takes milliseconds. docs/wasm.md says what the
// module exports.
#pragma once

#include <string>
#include <vector>

#include "vm/program/program.h"
#include "vm/value/result.h"

namespace remit {

/// `layers`: the policy itself first. Fails where a module could not decide as the other engines do: regular
/// expressions, or more than its memory holds; and in a build without the kernel.
Result<std::string> emit_wasm(const std::vector<Program>& layers);

}  // namespace remit
