// The hash of the texts that rules name, of TextClasses and of its copies in object files. It only narrows: bytes are compared after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace remit {

inline uint64_t text_hash(const char* data, size_t size) noexcept {
    uint64_t h = size * 0x9E3779B97F4A7C15u;
    while (size >= 8) {
        uint64_t word = 0;
        std::memcpy(&word, data, 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
        data += 8;
        size -= 8;
    }
    uint64_t word = 0;
    if (size != 0) std::memcpy(&word, data, size);  // an empty text may be nowhere
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

}  // namespace remit
