// ChaCha20's stream by wide registers: sixteen blocks at once, for payloads of some hundred bytes, which libsodium's portable code takes
// one block after another. Bit for bit what libsodium does.
#pragma once

#include <cstdint>
#include <span>

#include "host/evidence/crypto/cipher.h"

namespace remit::evidence {

/// Whether this processor has the registers.
bool has_wide_stream();
/// XORs the stream from `block` on (64 bytes each) into `bytes`; `nonce` and `block` are the words that ChaCha20 of 64-bit nonces has them
/// in. Only where has_wide_stream().
void apply_wide_stream(const CipherKey& key, uint64_t nonce, uint64_t block, std::span<char> bytes);

}  // namespace remit::evidence
