// FIPS 180-4 in terms of Intel's SHA extensions: two instructions for the message schedule, one for two rounds. The state is kept as
// the instructions want it, in the order ABEF and CDGH.
#include "vm/value/sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <algorithm>
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

#define REMIT_SHA __attribute__((target("sha,sse4.1")))

const __m128i* vectors(const void* bytes) { return static_cast<const __m128i*>(bytes); }

/// A message as blocks: one that begins with the prefix (if there is one), those that stay where they are, and the padded rest.
class Blocks {
public:
    Blocks(std::string_view prefix, std::string_view bytes) {
        if (prefix.size() >= kBlock) __builtin_trap();
        const char* data = bytes.data();
        size_t left = bytes.size(), used = 0;
        if (const size_t room = kBlock - prefix.size(); !prefix.empty() && left >= room) {
            std::memcpy(head_, prefix.data(), prefix.size());
            std::memcpy(head_ + prefix.size(), data, room);
            data += room, left -= room;
            heads_ = 1;
        } else if (!prefix.empty()) {
            std::memcpy(tail_, prefix.data(), prefix.size());
            used = prefix.size();
        }
        body_ = reinterpret_cast<const uint8_t*>(data);
        bodies_ = left / kBlock;
        left %= kBlock;
        if (left > 0) std::memcpy(tail_ + used, body_ + bodies_ * kBlock, left);
        finish(used + left, static_cast<uint64_t>(prefix.size()) + bytes.size());
    }

    size_t size() const { return heads_ + bodies_ + tails_; }
    const uint8_t* operator[](size_t i) const {
        if (i < heads_) return head_;
        i -= heads_;
        return i < bodies_ ? body_ + i * kBlock : tail_ + (i - bodies_) * kBlock;
    }

private:
    /// A one bit, zeros, and the length in bits at the end of a block.
    void finish(size_t used, uint64_t length) {
        std::memset(tail_ + used, 0, sizeof(tail_) - used);
        tail_[used] = 0x80;
        tails_ = used + 9 <= kBlock ? 1 : 2;
        const uint64_t bits = __builtin_bswap64(length * 8);
        std::memcpy(tail_ + tails_ * kBlock - sizeof(bits), &bits, sizeof(bits));
    }

    uint8_t head_[kBlock], tail_[2 * kBlock];
    const uint8_t* body_;
    size_t heads_ = 0, bodies_ = 0, tails_ = 0;
};

struct State {
    __m128i abef, cdgh;
};

REMIT_SHA inline __m128i big_endian(__m128i words) {
    return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

REMIT_SHA inline State initial_state() {
    return {_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c)),
            _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
}

REMIT_SHA inline Hash digest(const State& state) {
    const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1B), dchg = _mm_shuffle_epi32(state.cdgh, 0xB1);
    Hash out;
    auto* at = reinterpret_cast<__m128i*>(out.data());
    _mm_storeu_si128(at, big_endian(_mm_blend_epi16(feba, dchg, 0xF0)));
    _mm_storeu_si128(at + 1, big_endian(_mm_alignr_epi8(dchg, feba, 8)));
    return out;
}

/// One block into each of N states. The rounds of one state wait for each other; those of another fill the wait.
template <int N>
REMIT_SHA inline __attribute__((always_inline)) void add_block(State (&states)[N], const uint8_t* const (&data)[N]) {
    State before[N];
    __m128i words[N][4];  // the latest sixteen of the schedule
    for (int n = 0; n < N; ++n) {
        before[n] = states[n];
        for (int i = 0; i < 4; ++i) words[n][i] = big_endian(_mm_loadu_si128(vectors(data[n]) + i));
    }
#pragma GCC unroll 16
    for (int r = 0; r < 16; ++r) {
#pragma GCC unroll 2
        for (int n = 0; n < N; ++n) {
            State& s = states[n];
            __m128i& oldest = words[n][r % 4];
            const __m128i sum = _mm_add_epi32(oldest, _mm_load_si128(vectors(kRounds + 4 * r)));
            s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, sum);
            s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (r >= 12) continue;
            const __m128i latest = words[n][(r + 3) % 4], earlier = words[n][(r + 2) % 4];
            const __m128i half = _mm_add_epi32(_mm_sha256msg1_epu32(oldest, words[n][(r + 1) % 4]),
                                               _mm_alignr_epi8(latest, earlier, 4));
            oldest = _mm_sha256msg2_epu32(half, latest);
        }
    }
    for (int n = 0; n < N; ++n) {
        states[n].abef = _mm_add_epi32(states[n].abef, before[n].abef);
        states[n].cdgh = _mm_add_epi32(states[n].cdgh, before[n].cdgh);
    }
}

REMIT_SHA void add_rest(State& state, const Blocks& blocks, size_t from) {
    State one[1] = {state};
    for (const size_t count = blocks.size(); from < count; ++from) add_block<1>(one, {blocks[from]});
    state = one[0];
}

REMIT_SHA Hash hash_of(const Blocks& blocks) {
    State state = initial_state();
    add_rest(state, blocks, 0);
    return digest(state);
}

REMIT_SHA void hash_both(const Blocks& a, const Blocks& b, Hash& out_a, Hash& out_b) {
    State states[2] = {initial_state(), initial_state()};
    const size_t common = std::min(a.size(), b.size());
    for (size_t i = 0; i < common; ++i) add_block<2>(states, {a[i], b[i]});
    add_rest(states[0], a, common);
    add_rest(states[1], b, common);
    out_a = digest(states[0]);
    out_b = digest(states[1]);
}

}  // namespace

bool has_sha256_instructions() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned kSha = 1U << 29, kSse41 = 1U << 19;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse41) == 0) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

Hash sha256_by_instructions(std::string_view bytes) { return hash_of(Blocks({}, bytes)); }

Hash sha256_prefixed_by_instructions(std::string_view prefix, std::string_view bytes) {
    return hash_of(Blocks(prefix, bytes));
}

void sha256_prefixed_pair_by_instructions(std::string_view prefix, std::string_view a, std::string_view b, Hash& out_a,
                                          Hash& out_b) {
    hash_both(Blocks(prefix, a), Blocks(prefix, b), out_a, out_b);
}

}  // namespace remit

#else

namespace remit {

bool has_sha256_instructions() { return false; }
Hash sha256_by_instructions(std::string_view bytes) { return sha256_portable(bytes); }
Hash sha256_prefixed_by_instructions(std::string_view prefix, std::string_view bytes) {
    return sha256_prefixed_portable(prefix, bytes);
}
void sha256_prefixed_pair_by_instructions(std::string_view prefix, std::string_view a, std::string_view b, Hash& out_a,
                                          Hash& out_b) {
    out_a = sha256_prefixed_portable(prefix, a);
    out_b = sha256_prefixed_portable(prefix, b);
}

}  // namespace remit

#endif
