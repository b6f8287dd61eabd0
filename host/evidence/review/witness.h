// Witness: signs a log's published head, if it extends what this witness signed before. It believes its own memory and the log's key,
// and nothing else that the log says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/disk/disk.h"
#include "host/evidence/tree/checkpoint.h"

namespace remit::evidence {

/// What a witness remembers of one log, as a file: the log's verifier key and the checkpoint that it signed last.
struct WitnessMemory {
    VerifierKey log;
    std::optional<Checkpoint> last;
};
std::string to_text(const WitnessMemory& memory);
Result<WitnessMemory> parse_witness_memory(std::string_view text);

struct Cosigned {
    std::string note;      // the head with the witness's cosignature
    WitnessMemory memory;  // to be kept durably before the note leaves the witness
};
/// A failure says why the witness does not sign: the head's signature, a smaller tree, one that does not extend the last.
Result<Cosigned> cosign_head(Disk& log, const WitnessMemory& memory, const SignerKey& witness, int64_t unix_seconds);

/// Puts the cosignature into the log's own head and the published one where they are the same head, unless somebody has the log open
/// for writing (false).
Result<bool> keep_cosignature(Disk& log, const std::string& note);

}  // namespace remit::evidence
