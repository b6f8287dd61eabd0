#include "host/evidence/crypto/stream_x86.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "host/evidence/crypto/bytes.h"

namespace remit::evidence {

#if defined(__x86_64__)

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kLanes = 16, kWords = 16, kBlockBytes = 64, kDoubleRounds = 10;

// One word of sixteen blocks.
using Lanes = uint32_t __attribute__((vector_size(kLanes * sizeof(uint32_t))));
using Blocks = Lanes[kWords];

#define REMIT_WIDE __attribute__((target("avx512f"), always_inline)) inline

REMIT_WIDE Lanes rotated(Lanes v, int by) { return v << by | v >> (32 - by); }
REMIT_WIDE Lanes all(uint32_t word) { return Lanes{} + word; }

REMIT_WIDE void quarter_round(Lanes& a, Lanes& b, Lanes& c, Lanes& d) {
    a += b, d = rotated(d ^ a, 16);
    c += d, b = rotated(b ^ c, 12);
    a += b, d = rotated(d ^ a, 8);
    c += d, b = rotated(b ^ c, 7);
}

/// Exchanges the upper right and the lower left square of side `S` in each square of side 2 * S.
template <size_t S, size_t... J>
REMIT_WIDE void exchange(Blocks& x, std::index_sequence<J...>) {
#pragma GCC unroll 16
    for (size_t i = 0; i < kWords; ++i) {
        if ((i & S) != 0) continue;
        const Lanes a = x[i], b = x[i + S];
        x[i] = __builtin_shufflevector(a, b, static_cast<int>((J & S) != 0 ? kLanes + J - S : J)...);
        x[i + S] = __builtin_shufflevector(a, b, static_cast<int>((J & S) != 0 ? kLanes + J : J + S)...);
    }
}

/// Sixteen blocks of the stream from `block` on, one after another.
__attribute__((target("avx512f"))) void make_blocks(const uint32_t (&key)[8], uint64_t nonce, uint64_t block,
                                                    Blocks& x) {
    Blocks first;
    first[0] = all(0x61707865), first[1] = all(0x3320646e), first[2] = all(0x79622d32), first[3] = all(0x6b206574);
    for (size_t i = 0; i < 8; ++i) first[4 + i] = all(key[i]);
    for (size_t i = 0; i < kLanes; ++i) {
        first[12][i] = static_cast<uint32_t>(block + i);
        first[13][i] = static_cast<uint32_t>((block + i) >> 32);
    }
    first[14] = all(static_cast<uint32_t>(nonce)), first[15] = all(static_cast<uint32_t>(nonce >> 32));
#pragma GCC unroll 16
    for (size_t i = 0; i < kWords; ++i) x[i] = first[i];
    for (size_t round = 0; round < kDoubleRounds; ++round) {
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; ++i) quarter_round(x[i], x[4 + i], x[8 + i], x[12 + i]);
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; ++i) quarter_round(x[i], x[4 + (i + 1) % 4], x[8 + (i + 2) % 4], x[12 + (i + 3) % 4]);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < kWords; ++i) x[i] += first[i];
    constexpr std::make_index_sequence<kLanes> lanes;
    // Words of one block stand in one lane; they are to stand in one register.
    exchange<1>(x, lanes);
    exchange<2>(x, lanes);
    exchange<4>(x, lanes);
    exchange<8>(x, lanes);
}

}  // namespace

bool has_wide_stream() {
    static const bool has = __builtin_cpu_supports("avx512f") != 0;
    return has;
}

__attribute__((target("avx512f"))) void apply_wide_stream(const CipherKey& key, uint64_t nonce, uint64_t block,
                                                          std::span<char> bytes) {
    uint32_t words[8];
    std::memcpy(words, key.data(), sizeof words);
    Blocks stream;
    for (; !bytes.empty(); block += kLanes) {
        make_blocks(words, nonce, block, stream);
        size_t whole = 0;
        for (; whole < kLanes && bytes.size() >= kBlockBytes; ++whole) {
            Lanes text;
            std::memcpy(&text, bytes.data(), sizeof text);
            text ^= stream[whole];
            std::memcpy(bytes.data(), &text, sizeof text);
            bytes = bytes.subspan(kBlockBytes);
        }
        if (whole == kLanes || bytes.empty()) continue;
        char last[kBlockBytes];
        std::memcpy(last, &stream[whole], sizeof last);
        for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ last[i]);
        break;
    }
    wipe({reinterpret_cast<uint8_t*>(words), sizeof words});
    wipe({reinterpret_cast<uint8_t*>(stream), sizeof stream});
}

#else

bool has_wide_stream() { return false; }
void apply_wide_stream(const CipherKey&, uint64_t, uint64_t, std::span<char>) {}

#endif

}  // namespace remit::evidence
