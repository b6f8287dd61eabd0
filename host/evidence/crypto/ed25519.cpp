#include "host/evidence/crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/crypto/sodium.h"

namespace remit::evidence {

static_assert(sizeof(PublicKey) == crypto_sign_PUBLICKEYBYTES && sizeof(Signature) == crypto_sign_BYTES);

PrivateKey PrivateKey::generate() {
    start_sodium();
    PrivateKey out;
    crypto_sign_keypair(out.public_.data(), out.secret_.data());
    return out;
}

PrivateKey PrivateKey::from_seed(const std::array<uint8_t, 32>& seed) {
    start_sodium();
    PrivateKey out;
    crypto_sign_seed_keypair(out.public_.data(), out.secret_.data(), seed.data());
    return out;
}

PrivateKey::PrivateKey(PrivateKey&& other) noexcept : secret_(other.secret_), public_(other.public_) {
    wipe(other.secret_);
}

PrivateKey& PrivateKey::operator=(PrivateKey&& other) noexcept {
    if (this == &other) return *this;
    secret_ = other.secret_;
    public_ = other.public_;
    wipe(other.secret_);
    return *this;
}

PrivateKey::~PrivateKey() { wipe(secret_); }

std::array<uint8_t, 32> PrivateKey::seed() const {
    std::array<uint8_t, 32> out;
    std::copy_n(secret_.begin(), out.size(), out.begin());
    return out;
}

Signature PrivateKey::sign(std::string_view message) const {
    start_sodium();
    Signature out;
    crypto_sign_detached(out.data(), nullptr, reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         secret_.data());
    return out;
}

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
    start_sodium();
    return crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(message.data()),
                                       message.size(), key.data()) == 0;
}

std::string to_pem(const PublicKey& key) {
    // SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }
    std::string der("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
    der.append(key.begin(), key.end());
    return "-----BEGIN PUBLIC KEY-----\n" + base64(der) + "\n-----END PUBLIC KEY-----\n";
}

}  // namespace remit::evidence
