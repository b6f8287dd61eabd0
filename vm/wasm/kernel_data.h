// The compiled kernel, as it was embedded when this program was built.
#pragma once

#include <string_view>

namespace remit::wasm {

/// Empty in a build without it.
std::string_view kernel_bytes() noexcept;

}  // namespace remit::wasm
