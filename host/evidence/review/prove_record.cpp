#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/review/verify.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

/// The right edge of the tree that the tiles hold.
Result<Frontier> edge_of(HashSource& tiles, uint64_t size) {
    std::string saved;
    for (unsigned byte = 0; byte < 8; ++byte) saved += static_cast<char>(size >> (8 * byte));
    uint64_t done = 0;
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1) == 0) continue;
        const auto peak = tiles.hash(level, done >> level);
        if (!peak) return Failure{peak.error()};
        saved.append(reinterpret_cast<const char*>(peak->data()), peak->size());
        done += uint64_t{1} << level;
    }
    std::string_view rest = saved;
    return Frontier::load(rest);
}

/// That `other` and the published tree are one history: by the tiles, and behind them by the records.
Result<bool> agrees(Reading& log, const Checkpoint& published, const Checkpoint& other) {
    const auto tiles = tile_source(log.disk(), kTilesFolder, published.size);
    if (other.size <= published.size) {
        const auto proof = consistency_proof(*tiles, other.size, published.size);
        if (!proof) return Failure{proof.error()};
        return verify_consistency(other.size, other.root, published.size, published.root, *proof);
    }
    auto edge = edge_of(*tiles, published.size);
    if (!edge) return Failure{edge.error()};
    if (edge->root() != published.root) return Failure{"the hash tiles are not those of the published checkpoint"};
    const auto found = log.journal().seek(published.size);
    if (!found) return Failure{found.error()};
    while (*found && edge->size() < other.size) {
        const auto record = log.journal().next();
        if (!record) return Failure{record.error()};
        if (*record == nullptr) break;
        edge->add(leaf_hash((*record)->entry));
    }
    if (edge->size() < other.size)
        return Failure{fmt::format("it covers {} records, {} are there", other.size, edge->size())};
    return edge->root() == other.root;
}

void demand_agreement(Reading& log, const Checkpoint& published, const std::optional<Checkpoint>& other,
                      const std::string& where, Problems& problems) {
    if (!other) return;
    const auto one = agrees(log, published, *other);
    if (!one) {
        problems.add(ProblemKind::Forked, where, "it cannot be compared with what is published: " + one.error());
    } else if (!*one) {
        problems.add(ProblemKind::Forked, where,
                     fmt::format("the published tree of {} records is another one", published.size));
    }
}

}  // namespace

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
    const SignedHead head = check_head(log, options, out.problems);

    const VerifierKey& key = options.key ? *options.key : log.config().key;
    std::string note;
    const std::string path = std::string(kTilesFolder) + "/checkpoint";
    if (const DiskStatus read = read_file(log.disk(), path, note, kMaxNoteBytes); !read.ok())
        return Failure{fmt::format("{}; `remit log publish` makes it", read.message)};
    auto checkpoint = open_checkpoint(note, key);
    if (checkpoint && checkpoint->origin != log.config().origin)
        checkpoint = Failure{"it is of another log: " + checkpoint->origin};
    if (!checkpoint) {
        out.problems.add(ProblemKind::Published, path, checkpoint.error());
        return out;
    }
    // The proof ends in this note, so it is the one that others must have vouched for.
    check_witnesses(note, path, options.witnesses, out.problems);
    demand_agreement(log, *checkpoint, head.checkpoint, kCheckpointPath, out.problems);
    demand_agreement(log, *checkpoint, head.known, "the known checkpoint", out.problems);
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
