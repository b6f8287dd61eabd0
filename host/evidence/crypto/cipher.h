// XChaCha20 (draft-irtf-cfrg-xchacha) as a stream, for payloads. There is no authentication tag: a payload's commitment stands in the
// Merkle tree and is checked whenever the payload is read. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "vm/value/sha256.h"

namespace remit::evidence {

using CipherKey = std::array<uint8_t, 32>;
/// 16 bytes that are random for each opening of a log, then a counter: never twice under one key, whatever a crash undoes.
struct Nonce {
    std::array<uint8_t, 16> prefix;
    uint64_t counter;
};

/// HChaCha20: the key for all nonces with this prefix. Dear (100 ns), so kept by those who use it often.
CipherKey subkey(const CipherKey& key, const std::array<uint8_t, 16>& prefix);

/// The payload's salt: 32 bytes of the stream that encrypt nothing. Who destroys the key destroys the salt.
Hash salt_of(const CipherKey& subkey, uint64_t counter);
/// Encrypts or decrypts in place, with the stream behind the salt's block.
void apply_stream(const CipherKey& subkey, uint64_t counter, std::span<char> bytes);

/// SHA-256( salt, payload ): binding, and telling nothing of the payload to who does not know the salt.
Hash commitment(const Hash& salt, std::string_view payload);

}  // namespace remit::evidence
