#include "host/evidence/journal/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace remit::evidence {

namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, lowest bit first
constexpr size_t kSlices = 8;
using Tables = std::array<std::array<uint32_t, 256>, kSlices>;

// tables[n][b]: what byte b does to the checksum when n more bytes follow it.
constexpr Tables make_tables() {
    Tables t{};
    for (uint32_t b = 0; b < 256; ++b) {
        uint32_t c = b;
        for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) != 0 ? kPolynomial : 0);
        t[0][b] = c;
    }
    for (size_t n = 1; n < kSlices; ++n)
        for (uint32_t b = 0; b < 256; ++b) t[n][b] = (t[n - 1][b] >> 8) ^ t[0][t[n - 1][b] & 0xff];
    return t;
}
constexpr Tables kTables = make_tables();

static_assert(std::endian::native == std::endian::little);

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t by_instruction(uint32_t seed, std::string_view bytes) {
    uint64_t c = ~seed;
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word = 0;
        std::memcpy(&word, at, sizeof(word));
        c = _mm_crc32_u64(c, word);
    }
    auto narrow = static_cast<uint32_t>(c);
    for (; left > 0; ++at, --left) narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*at));
    return ~narrow;
}

bool has_instruction() {
    static const bool has = __builtin_cpu_supports("sse4.2") != 0;
    return has;
}
#endif

}  // namespace

uint32_t crc32c_portable(uint32_t seed, std::string_view bytes) {
    uint32_t c = ~seed;
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= kSlices; at += kSlices, left -= kSlices) {
        uint64_t word = 0;
        std::memcpy(&word, at, sizeof(word));
        word ^= c;
        c = 0;
        for (size_t n = 0; n < kSlices; ++n) c ^= kTables[kSlices - 1 - n][(word >> (8 * n)) & 0xff];
    }
    for (; left > 0; ++at, --left) c = (c >> 8) ^ kTables[0][(c ^ static_cast<unsigned char>(*at)) & 0xff];
    return ~c;
}

uint32_t crc32c(uint32_t seed, std::string_view bytes) {
#if defined(__x86_64__)
    if (has_instruction()) return by_instruction(seed, bytes);
#endif
    return crc32c_portable(seed, bytes);
}

}  // namespace remit::evidence
