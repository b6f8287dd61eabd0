// The wide ChaCha20 against libsodium's, over sizes, blocks and counters.
#include <sodium.h>

#include <cstring>

#include "host/evidence/crypto/stream_x86.h"
#include "tests/catch.h"

using namespace remit::evidence;

namespace {

std::string by_libsodium(const CipherKey& key, uint64_t nonce, uint64_t block, std::string text) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(nonce >> (8 * i));
    auto* at = reinterpret_cast<unsigned char*>(text.data());
    if (!text.empty()) crypto_stream_chacha20_xor_ic(at, at, text.size(), bytes, block, key.data());
    return text;
}

}  // namespace

TEST_CASE("the wide stream is libsodium's") {
    if (!has_wide_stream()) return;
    CipherKey key;
    for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i * 37 + 11);
    for (size_t size = 0; size <= 2200; ++size) {
        std::string text(size, 'x');
        for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7);
        const uint64_t nonce = size * 0x9E3779B97F4A7C15;
        // Counters that carry into the upper word, and over its end.
        for (const uint64_t block : {uint64_t{0}, uint64_t{1}, uint64_t{0xFFFFFFF7}, ~uint64_t{0} - 20}) {
            std::string wide = text;
            apply_wide_stream(key, nonce, block, wide);
            REQUIRE(wide == by_libsodium(key, nonce, block, text));
        }
        key[size % key.size()] ^= static_cast<uint8_t>(size);
    }
}
