#include "host/evidence/review/witness.h"

#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/review/reading.h"
#include "host/evidence/tree/proof.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

const std::string kPublishedHead = std::string(kTilesFolder) + "/checkpoint";

Result<bool> extends(Disk& log, const Checkpoint& last, const Checkpoint& head) {
    if (head.size < last.size)
        return Failure{fmt::format("the head covers {} records; {} were signed before", head.size, last.size)};
    const auto source = tile_source(log, kTilesFolder, head.size);
    const auto proof = consistency_proof(*source, last.size, head.size);
    if (!proof) return Failure{proof.error()};
    if (!verify_consistency(last.size, last.root, head.size, head.root, *proof))
        return Failure{fmt::format("the head does not extend the {} records that were signed before", last.size)};
    return true;
}

}  // namespace

std::string to_text(const WitnessMemory& memory) {
    return to_text(memory.log) + "\n" + (memory.last ? to_text(*memory.last) : "");
}

Result<WitnessMemory> parse_witness_memory(std::string_view text) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return Failure{"a witness's memory begins with the log's verifier key"};
    auto key = parse_verifier_key(text.substr(0, end));
    if (!key) return Failure{key.error()};
    WitnessMemory memory{std::move(*key), std::nullopt};
    text.remove_prefix(end + 1);
    if (text.empty()) return memory;
    auto last = parse_checkpoint(text);
    if (!last) return Failure{last.error()};
    memory.last = std::move(*last);
    return memory;
}

Result<Cosigned> cosign_head(Disk& log, const WitnessMemory& memory, const SignerKey& witness, int64_t unix_seconds) {
    std::string text;
    if (const DiskStatus read = read_file(log, kPublishedHead, text, kMaxNoteBytes); !read.ok())
        return Failure{fmt::format("{}; `remit log publish` makes it", read.message)};
    auto head = open_checkpoint(text, memory.log);
    if (!head) return Failure{head.error()};
    if (memory.last) {
        if (const auto extended = extends(log, *memory.last, *head); !extended) return Failure{extended.error()};
    }
    auto note = parse_note(text);
    if (!note) return Failure{note.error()};
    // A second signature of the same witness would only be weight.
    std::erase_if(note->signatures, [&](const NoteSignature& s) {
        return s.name == witness.verifier.name && s.id == witness.verifier.id;
    });
    cosign(*note, witness, unix_seconds);
    return Cosigned{to_text(*note), {memory.log, std::move(*head)}};
}

Result<bool> keep_cosignature(Disk& log, const std::string& note) {
    std::unique_ptr<File> lock;
    const DiskStatus locked = log.lock(kLockPath, lock);
    if (locked.error == DiskError::Locked) return false;
    if (!locked.ok()) return Failure{locked.message};
    const auto mine = parse_note(note);
    if (!mine) return Failure{mine.error()};
    for (const std::string& path : {std::string(kCheckpointPath), kPublishedHead}) {
        std::string text;
        if (const DiskStatus read = read_file(log, path, text, kMaxNoteBytes); !read.ok()) return Failure{read.message};
        const auto there = parse_note(text);
        if (!there || there->text != mine->text) continue;
        if (const DiskStatus done = replace_file(log, path, note); !done.ok()) return Failure{done.message};
    }
    return true;
}

}  // namespace remit::evidence
