#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/review/verify.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

Result<RecordProof> prove_record(Reading& log, uint64_t index, const VerifyOptions& options) {
    RecordProof out;
    const auto next = log.record(index);
    if (!next) return Failure{next.error()};
    if (*next == nullptr)
        return Failure{fmt::format("there is no record {} (the oldest is {})", index, log.journal().first())};
    out.entry = (*next)->entry;
    out.leaf = leaf_hash(out.entry);
    if (const auto view = read_entry(out.entry); !view) {
        out.problems.at_record(ProblemKind::Entry, index, view.error());
    } else if (view->head.kind != (*next)->meta.kind || view->head.chain != (*next)->meta.chain ||
               view->head.number != (*next)->meta.number) {
        out.problems.at_record(ProblemKind::Meta, index, "the segment says otherwise of it than the record");
    }
    check_head(log, options, out.problems);

    const VerifierKey& key = options.key ? *options.key : log.config().key;
    std::string note;
    const std::string path = std::string(kTilesFolder) + "/checkpoint";
    if (const DiskStatus read = read_file(log.disk(), path, note, kMaxNoteBytes); !read.ok())
        return Failure{fmt::format("{}; `remit log publish` makes it", read.message)};
    auto checkpoint = open_checkpoint(note, key);
    if (!checkpoint) {
        out.problems.add(ProblemKind::Published, path, checkpoint.error());
        return out;
    }
    if (checkpoint->size <= index)
        return Failure{
            fmt::format("the published tree has {} records only; `remit log publish` extends it", checkpoint->size)};
    const auto source = tile_source(log.disk(), kTilesFolder, checkpoint->size);
    const auto proof = inclusion_proof(*source, index, checkpoint->size);
    if (!proof) {
        out.problems.add(ProblemKind::Tile, fmt::format("record {}", index), proof.error());
        return out;
    }
    if (!verify_inclusion(out.leaf, index, checkpoint->size, *proof, checkpoint->root))
        out.problems.at_record(ProblemKind::Root, index, "it is not in the tree that was signed");
    out.proof = proof_text(index, *proof, note);
    out.checkpoint = std::move(*checkpoint);
    return out;
}

}  // namespace remit::evidence
