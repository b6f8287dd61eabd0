// FIPS 180-4 in terms of Intel's SHA extensions: two instructions for the message schedule, one for two rounds. The state is kept as
// the instructions want it, in the order ABEF and CDGH.
#include "vm/value/sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <cstring>

namespace remit {

namespace {

alignas(16) constexpr uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
constexpr size_t kBlock = 64;

using State = uint32_t[8];

__m128i* vectors(uint32_t* words) { return reinterpret_cast<__m128i*>(words); }
const __m128i* vectors(const uint32_t* words) { return reinterpret_cast<const __m128i*>(words); }

__attribute__((target("sha,sse4.1"))) void add_blocks(State& state, const uint8_t* data, size_t blocks) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(vectors(state)), 0xB1);
    const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(vectors(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
    for (; blocks > 0; --blocks, data += kBlock) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i words[4];  // the latest sixteen of the schedule
        for (int i = 0; i < 4; ++i)
            words[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data) + i), big_endian);
#pragma GCC unroll 16
        for (int r = 0; r < 16; ++r) {
            __m128i& oldest = words[r % 4];
            const __m128i sum = _mm_add_epi32(oldest, _mm_load_si128(vectors(kRounds + 4 * r)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (r >= 12) continue;
            const __m128i latest = words[(r + 3) % 4], before = words[(r + 2) % 4];
            const __m128i half = _mm_add_epi32(_mm_sha256msg1_epu32(oldest, words[(r + 1) % 4]),
                                               _mm_alignr_epi8(latest, before, 4));
            oldest = _mm_sha256msg2_epu32(half, latest);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(vectors(state), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(vectors(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace

bool has_sha256_instructions() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned kSha = 1U << 29, kSse41 = 1U << 19;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse41) == 0) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

Hash sha256_by_instructions(std::string_view bytes) {
    State state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
    const size_t whole = bytes.size() / kBlock, rest = bytes.size() % kBlock;
    add_blocks(state, data, whole);
    // A one bit, zeros, and the length in bits at the end of a block.
    uint8_t tail[2 * kBlock] = {};
    if (rest > 0) std::memcpy(tail, data + whole * kBlock, rest);
    tail[rest] = 0x80;
    const size_t tail_blocks = rest + 9 <= kBlock ? 1 : 2;
    uint64_t bits = static_cast<uint64_t>(bytes.size()) * 8;
    for (size_t i = 1; i <= 8; ++i, bits >>= 8) tail[tail_blocks * kBlock - i] = static_cast<uint8_t>(bits);
    add_blocks(state, tail, tail_blocks);
    Hash out;
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    return out;
}

}  // namespace remit

#else

namespace remit {

bool has_sha256_instructions() { return false; }
Hash sha256_by_instructions(std::string_view bytes) { return sha256_portable(bytes); }

}  // namespace remit

#endif
