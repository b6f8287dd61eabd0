// Any bytes as the texts of C2SP: notes, checkpoints, keys and proofs. What is read and written again is the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/evidence/tree/checkpoint.h"
#include "host/evidence/tree/tile_files.h"
#include "tests/fuzz/trap.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace remit::evidence;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto note = parse_note(text)) {
        remit::fuzz::must(to_text(*note) == text, "a note is what it was");
        for (const NoteSignature& signature : note->signatures)
            static_cast<void>(signed_by(*note, {signature.name, signature.id, SignatureType::Ed25519, {}}));
    }
    if (const auto checkpoint = parse_checkpoint(text))
        remit::fuzz::must(to_text(*checkpoint) == text, "a checkpoint is what it was");
    if (const auto key = parse_verifier_key(text))
        remit::fuzz::must(to_text(*key) == text, "a verifier key is what it was");
    if (const auto key = parse_signer_key(text))
        remit::fuzz::must(to_text(*key) == text, "a private key is what it was");
    if (const auto proof = parse_proof(text)) {
        const auto again = parse_proof(proof_text(proof->index, proof->hashes, proof->signed_checkpoint));
        remit::fuzz::must(again.ok() && again->hashes == proof->hashes, "a proof is what it was");
    }
    for (unsigned width : {1U, 2U, 256U}) {
        const auto entries = split_bundle(text, width);
        if (!entries) continue;
        std::string bytes;
        for (const std::string_view entry : *entries) append_to_bundle(bytes, entry);
        remit::fuzz::must(bytes == text, "a bundle is what it was");
    }
    return 0;
}
