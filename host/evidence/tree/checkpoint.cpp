#include "host/evidence/tree/checkpoint.h"

#include "host/evidence/tree/text.h"

namespace remit::evidence {

std::string to_text(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64_hash(checkpoint.root) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    if (!is_note_text(text)) return Failure{"the checkpoint has control characters or is not UTF-8"};
    const auto origin = take_line(text), size = take_line(text), root = take_line(text);
    if (!origin || !size || !root || origin->empty())
        return Failure{"a checkpoint is origin, size and root, a line each"};
    if (!text.empty()) return Failure{"the checkpoint has lines that are not known here"};
    Checkpoint out;
    out.origin = *origin;
    const auto count = parse_count(*size);
    if (!count) return Failure{"the checkpoint's size is not a number"};
    out.size = *count;
    const auto hash = parse_base64_hash(*root);
    if (!hash) return Failure{"the checkpoint's root is not a hash"};
    out.root = *hash;
    return out;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& log) {
    const Result<Note> parsed = parse_note(note);
    if (!parsed) return Failure{parsed.error()};
    if (!signed_by(*parsed, log)) return Failure{"the checkpoint is not signed by " + log.name};
    Result<Checkpoint> checkpoint = parse_checkpoint(parsed->text);
    if (checkpoint.ok() && checkpoint->origin != log.name)
        return Failure{"the checkpoint is of " + checkpoint->origin + ", not of " + log.name};
    return checkpoint;
}

}  // namespace remit::evidence
