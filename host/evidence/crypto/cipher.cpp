#include "host/evidence/crypto/cipher.h"

#include <sodium.h>

#include "host/evidence/crypto/sodium.h"
#include "host/evidence/crypto/stream_x86.h"

namespace remit::evidence {

namespace {

static_assert(sizeof(CipherKey) == crypto_core_hchacha20_KEYBYTES &&
              sizeof(CipherKey) == crypto_stream_chacha20_KEYBYTES);
static_assert(sizeof(Nonce::prefix) == crypto_core_hchacha20_INPUTBYTES);
static_assert(sizeof(Nonce::counter) == crypto_stream_chacha20_NONCEBYTES);

using StreamNonce = std::array<uint8_t, 8>;

StreamNonce nonce_of(uint64_t counter) {
    StreamNonce out;
    for (uint8_t& b : out) b = static_cast<uint8_t>(counter), counter >>= 8;
    return out;
}

}  // namespace

CipherKey subkey(const CipherKey& key, const std::array<uint8_t, 16>& prefix) {
    start_sodium();
    CipherKey out;
    crypto_core_hchacha20(out.data(), prefix.data(), key.data(), nullptr);
    return out;
}

Hash salt_of(const CipherKey& subkey, uint64_t counter) {
    start_sodium();
    Hash salt;
    crypto_stream_chacha20(salt.data(), salt.size(), nonce_of(counter).data(), subkey.data());
    return salt;
}

void apply_stream(const CipherKey& subkey, uint64_t counter, std::span<char> bytes) {
    if (bytes.empty()) return;
    constexpr uint64_t kBehindTheSalt = 1;  // blocks of 64 bytes
    if (has_wide_stream()) return apply_wide_stream(subkey, counter, kBehindTheSalt, bytes);
    start_sodium();
    auto* at = reinterpret_cast<unsigned char*>(bytes.data());
    crypto_stream_chacha20_xor_ic(at, at, bytes.size(), nonce_of(counter).data(), kBehindTheSalt, subkey.data());
}

Hash commitment(const Hash& salt, std::string_view payload) {
    return sha256_prefixed({reinterpret_cast<const char*>(salt.data()), salt.size()}, payload);
}

}  // namespace remit::evidence
