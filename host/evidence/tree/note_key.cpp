// The keys of signed notes as texts.
#include <cstring>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/tree/note.h"
#include "host/evidence/tree/text.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr size_t kIdBytes = 4, kIdDigits = 2 * kIdBytes;

/// Type and key, as verifier keys and key ids have them.
std::string typed(SignatureType type, std::string_view key) {
    std::string out(1, static_cast<char>(type));
    return out.append(key);
}

std::string_view raw(const std::array<uint8_t, 32>& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

std::span<uint8_t> bytes_of(std::string& text) { return {reinterpret_cast<uint8_t*>(text.data()), text.size()}; }

uint32_t key_id(std::string_view name, SignatureType type, const PublicKey& key) {
    const Hash hash = sha256(std::string(name) + "\n" + typed(type, raw(key)));
    uint32_t id = 0;
    for (size_t i = 0; i < kIdBytes; ++i) id = id << 8 | hash[i];
    return id;
}

std::string id_text(uint32_t id) {
    const uint8_t bytes[kIdBytes] = {static_cast<uint8_t>(id >> 24), static_cast<uint8_t>(id >> 16),
                                     static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)};
    return to_hex(bytes);
}

/// `name+id+base64`, public or private.
struct KeyText {
    std::string name;
    uint32_t id = 0;
    SignatureType type = SignatureType::Ed25519;
    std::array<uint8_t, 32> key{};
};

Result<KeyText> parse_key_text(std::string_view text) {
    const size_t first = text.find('+');
    const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return Failure{"a key is `name+id+base64`"};
    KeyText out;
    out.name = text.substr(0, first);
    uint8_t id[kIdBytes];
    if (!is_key_name(out.name) || !from_hex(text.substr(first + 1, second - first - 1), id))
        return Failure{"a key is `name+id+base64`"};
    for (uint8_t b : id) out.id = out.id << 8 | b;
    auto bytes = from_base64(text.substr(second + 1));
    if (!bytes || bytes->size() != 1 + out.key.size()) return Failure{"the key is not 33 bytes of base64"};
    out.type = static_cast<SignatureType>((*bytes)[0]);
    std::memcpy(out.key.data(), bytes->data() + 1, out.key.size());
    wipe(bytes_of(*bytes));
    if (out.type != SignatureType::Ed25519 && out.type != SignatureType::Cosignature)
        return Failure{"the key is of a type that is not known here"};
    return out;
}

}  // namespace

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    const Result<KeyText> parts = parse_key_text(text);
    if (!parts) return Failure{parts.error()};
    if (parts->id != key_id(parts->name, parts->type, parts->key))
        return Failure{"the key's id is not that of the key"};
    return VerifierKey{parts->name, parts->id, parts->type, parts->key};
}

std::string to_text(const VerifierKey& key) {
    return key.name + "+" + id_text(key.id) + "+" + base64(typed(key.type, raw(key.key)));
}

Result<SignerKey> make_signer(std::string name, PrivateKey key, SignatureType type) {
    if (!is_key_name(name)) return Failure{"a key's name has no white space and no `+`"};
    const uint32_t id = key_id(name, type, key.public_key());
    VerifierKey verifier{std::move(name), id, type, key.public_key()};
    return SignerKey{std::move(verifier), std::move(key)};
}

Result<SignerKey> parse_signer_key(std::string_view text) {
    if (!text.starts_with(kPrivate)) return Failure{"a private key begins with `PRIVATE+KEY+`"};
    Result<KeyText> parts = parse_key_text(text.substr(kPrivate.size()));
    if (!parts) return Failure{parts.error()};
    Result<SignerKey> signer = make_signer(parts->name, PrivateKey::from_seed(parts->key), parts->type);
    wipe(parts->key);
    if (signer.ok() && signer->verifier.id != parts->id) return Failure{"the key's id is not that of the key"};
    return signer;
}

std::string to_text(const SignerKey& key) {
    auto seed = key.key.seed();
    std::string secret = typed(key.verifier.type, raw(seed));
    std::string out = std::string(kPrivate) + key.verifier.name + "+" + id_text(key.verifier.id) + "+" + base64(secret);
    wipe(seed);
    wipe(bytes_of(secret));
    return out;
}

}  // namespace remit::evidence
