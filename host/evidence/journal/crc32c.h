// CRC-32C (Castagnoli), by the processor's instruction where it has one.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit::evidence {

/// The checksum of `bytes` after `seed`, the checksum of what stood before them (0: nothing).
uint32_t crc32c(uint32_t seed, std::string_view bytes);
uint32_t crc32c_portable(uint32_t seed, std::string_view bytes);

}  // namespace remit::evidence
