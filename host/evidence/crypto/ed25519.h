// Ed25519 (RFC 8032) over libsodium: what signs checkpoints, packets and cosignatures. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace remit::evidence {

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

/// A private key; its bytes are wiped when it goes.
class PrivateKey {
public:
    static PrivateKey generate();
    static PrivateKey from_seed(const std::array<uint8_t, 32>& seed);
    PrivateKey(PrivateKey&&) noexcept;
    PrivateKey& operator=(PrivateKey&&) noexcept;
    ~PrivateKey();

    const PublicKey& public_key() const { return public_; }
    std::array<uint8_t, 32> seed() const;
    Signature sign(std::string_view message) const;

private:
    PrivateKey() = default;
    std::array<uint8_t, 64> secret_{};
    PublicKey public_{};
};

bool verify(const PublicKey& key, std::string_view message, const Signature& signature);

/// The key as SubjectPublicKeyInfo in PEM (RFC 8410), the form `openssl pkeyutl` takes.
std::string to_pem(const PublicKey& key);

}  // namespace remit::evidence
