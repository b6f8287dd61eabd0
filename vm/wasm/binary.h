// A WebAssembly module as bytes, as far as adding data to it needs: sections, numbers, one memory. For modules that our
// own linker made; anything else is a Failure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vm/value/result.h"

namespace remit::wasm {

inline constexpr uint64_t kPageBytes = 65536;

/// The module's memory, in bytes.
struct MemorySize {
    uint64_t initial = 0, most = 0;
};
Result<MemorySize> memory_of(std::string_view module);

/// The module with `data` in memory right above what it began with, and with `data`'s address and size (both u32)
/// written to where the exported global `record` points. Its memory is made that much larger.
Result<std::string> with_data(std::string_view module, std::string_view data, std::string_view record);

}  // namespace remit::wasm
