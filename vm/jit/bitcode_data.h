// The bytes of the operations' bitcode, made by the build (bitcode.cmake) and put into the library.
#pragma once

#include <string_view>

namespace remit::jit {

std::string_view ops_bitcode() noexcept;

}  // namespace remit::jit
