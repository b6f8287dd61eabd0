// Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as the text of a signed note.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/tree/merkle.h"
#include "host/evidence/tree/note.h"

namespace remit::evidence {

struct Checkpoint {
    std::string origin;
    uint64_t size = 0;
    Hash root{};
    bool operator==(const Checkpoint&) const = default;
};

std::string to_text(const Checkpoint& checkpoint);
Result<Checkpoint> parse_checkpoint(std::string_view text);  // extension lines are refused: we write none
/// Parses the note, demands the log's own signature, then reads the checkpoint.
Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log);

}  // namespace remit::evidence
