// Signed notes (C2SP signed-note), Ed25519 signatures (type 0x01) and timestamped cosignatures (C2SP tlog-cosignature, type 0x04).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/crypto/ed25519.h"
#include "vm/value/result.h"

namespace remit::evidence {

enum class SignatureType : uint8_t { Ed25519 = 0x01, Cosignature = 0x04 };

/// `name+hash+base64`: who may sign, as verifiers write it.
struct VerifierKey {
    std::string name;
    uint32_t id = 0;
    SignatureType type = SignatureType::Ed25519;
    PublicKey key{};
};
Result<VerifierKey> parse_verifier_key(std::string_view text);
std::string to_text(const VerifierKey& key);

/// The same with the private half: `PRIVATE+KEY+name+hash+base64`.
struct SignerKey {
    VerifierKey verifier;
    PrivateKey key;
};
/// A name has no white space and no `+`.
Result<SignerKey> make_signer(std::string name, PrivateKey key, SignatureType type = SignatureType::Ed25519);
Result<SignerKey> parse_signer_key(std::string_view text);
std::string to_text(const SignerKey& key);

struct NoteSignature {
    std::string name;
    uint32_t id = 0;
    std::string bytes;  // what follows the key id
};
struct Note {
    std::string text;  // ends with a newline
    std::vector<NoteSignature> signatures;
};
Result<Note> parse_note(std::string_view bytes);
std::string to_text(const Note& note);

void sign(Note& note, const SignerKey& signer);                           // type 0x01
void cosign(Note& note, const SignerKey& witness, int64_t unix_seconds);  // type 0x04
/// True if a signature of this key is there and holds; `when` gets a cosignature's seconds.
bool signed_by(const Note& note, const VerifierKey& key, int64_t* when = nullptr);

}  // namespace remit::evidence
