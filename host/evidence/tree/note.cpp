#include "host/evidence/tree/note.h"

#include <algorithm>
#include <cstring>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/tree/text.h"

namespace remit::evidence {

namespace {

constexpr size_t kMaxNoteBytes = 1'000'000, kMaxNoteSignatures = 100;
constexpr size_t kIdBytes = 4, kTimeBytes = 8;
constexpr std::string_view kDash = "\u2014 ";

void append_big_endian(std::string& out, uint64_t value, size_t bytes) {
    while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
}

uint64_t big_endian(std::string_view bytes) {
    uint64_t value = 0;
    for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
    return value;
}

std::string_view text_of(const Signature& signature) {
    return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

std::string cosigned_text(std::string_view note_text, uint64_t unix_seconds) {
    return "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(note_text);
}

Result<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(kDash)) return Failure{"a signature line does not begin with a dash"};
    line.remove_prefix(kDash.size());
    const size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space)))
        return Failure{"a signature line does not name its key"};
    const auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= kIdBytes) return Failure{"a signature is not base64"};
    NoteSignature out;
    out.name = line.substr(0, space);
    out.id = static_cast<uint32_t>(big_endian(std::string_view(*bytes).substr(0, kIdBytes)));
    out.bytes = bytes->substr(kIdBytes);
    return out;
}

/// Does it hold? `when`: a cosignature's seconds.
bool holds(const NoteSignature& signature, std::string_view text, const VerifierKey& key, int64_t& when) {
    std::string_view bytes = signature.bytes;
    std::string cosigned;
    if (key.type == SignatureType::Cosignature) {
        if (bytes.size() != kTimeBytes + sizeof(Signature)) return false;
        const uint64_t seconds = big_endian(bytes.substr(0, kTimeBytes));
        if (seconds > INT64_MAX) return false;
        when = static_cast<int64_t>(seconds);
        text = cosigned = cosigned_text(text, seconds);
        bytes.remove_prefix(kTimeBytes);
    }
    Signature raw;
    if (bytes.size() != raw.size()) return false;
    std::memcpy(raw.data(), bytes.data(), raw.size());
    return verify(key.key, text, raw);
}

}  // namespace

Result<Note> parse_note(std::string_view bytes) {
    if (bytes.size() > kMaxNoteBytes) return Failure{"the note is too long"};
    if (!is_note_text(bytes)) return Failure{"the note has control characters or is not UTF-8"};
    const size_t blank = bytes.rfind("\n\n");
    if (blank == std::string_view::npos) return Failure{"the note has no signatures"};
    Note out;
    out.text = bytes.substr(0, blank + 1);
    std::string_view rest = bytes.substr(blank + 2);
    if (!rest.ends_with('\n')) return Failure{"the note does not end with a newline"};
    while (const auto line = take_line(rest)) {
        if (out.signatures.size() == kMaxNoteSignatures) return Failure{"the note has too many signatures"};
        Result<NoteSignature> signature = parse_signature(*line);
        if (!signature) return Failure{signature.error()};
        out.signatures.push_back(std::move(*signature));
    }
    return out;
}

std::string to_text(const Note& note) {
    std::string out = note.text + "\n";
    for (const NoteSignature& signature : note.signatures) {
        std::string bytes;
        append_big_endian(bytes, signature.id, kIdBytes);
        bytes += signature.bytes;
        out += std::string(kDash) + signature.name + " " + base64(bytes) + "\n";
    }
    return out;
}

void sign(Note& note, const SignerKey& signer) {
    note.signatures.push_back(
        {signer.verifier.name, signer.verifier.id, std::string(text_of(signer.key.sign(note.text)))});
}

void cosign(Note& note, const SignerKey& witness, int64_t unix_seconds) {
    const auto seconds = static_cast<uint64_t>(std::max<int64_t>(unix_seconds, 0));
    std::string bytes;
    append_big_endian(bytes, seconds, kTimeBytes);
    bytes += text_of(witness.key.sign(cosigned_text(note.text, seconds)));
    note.signatures.push_back({witness.verifier.name, witness.verifier.id, std::move(bytes)});
}

bool signed_by(const Note& note, const VerifierKey& key, int64_t* when) {
    bool found = false;
    int64_t newest = 0;
    for (const NoteSignature& signature : note.signatures) {
        if (signature.name != key.name || signature.id != key.id) continue;
        int64_t seconds = 0;
        if (!holds(signature, note.text, key, seconds))
            return false;  // forged in the key's name: nothing here is to be trusted
        newest = std::max(newest, seconds);
        found = true;
    }
    if (found && when != nullptr) *when = newest;
    return found;
}

}  // namespace remit::evidence
