// The functions of this process that native code calls: operations too long to inline, the index's searches, and what
// the compiler itself puts in.
#pragma once

#include <span>

namespace remit::jit {

struct External {
    const char* name = nullptr;
    const void* address = nullptr;
};
std::span<const External> externals() noexcept;

}  // namespace remit::jit
