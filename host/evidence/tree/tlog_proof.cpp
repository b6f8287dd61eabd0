// C2SP tlog-proof: an inclusion proof and the checkpoint it leads to, as one text.
#include "host/evidence/crypto/bytes.h"
#include "host/evidence/tree/text.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kProofForm = "c2sp.org/tlog-proof@v1", kExtra = "extra ", kIndex = "index ";
constexpr size_t kMaxProofHashes = 64;  // the height of the tallest tree

}  // namespace

std::string proof_text(uint64_t index, std::span<const Hash> proof, std::string_view signed_checkpoint) {
    std::string out(kProofForm);
    out += "\n" + std::string(kIndex) + std::to_string(index) + "\n";
    for (const Hash& hash : proof) out += base64_hash(hash) + "\n";
    out += "\n";
    out += signed_checkpoint;
    return out;
}

Result<OfflineProof> parse_proof(std::string_view text) {
    if (take_line(text) != kProofForm) return Failure{"it does not begin as a tlog-proof"};
    auto line = take_line(text);
    if (line && line->starts_with(kExtra)) {  // nobody signed it; it only must be well-formed
        if (!from_base64(line->substr(kExtra.size()))) return Failure{"the proof's extra data are not base64"};
        line = take_line(text);
    }
    const auto index = line && line->starts_with(kIndex) ? parse_count(line->substr(kIndex.size())) : std::nullopt;
    if (!index) return Failure{"the proof has no index"};
    OfflineProof out{*index, {}, {}};
    for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
        const auto hash = parse_base64_hash(*line);
        if (!hash || out.hashes.size() == kMaxProofHashes) return Failure{"the proof's hashes are malformed"};
        out.hashes.push_back(*hash);
    }
    if (!line) return Failure{"the proof has no checkpoint"};
    out.signed_checkpoint = text;
    return out;
}

}  // namespace remit::evidence
