// A small log that is published, and a reader of published logs that believes nothing but the key.
#pragma once

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/tree/checkpoint.h"
#include "host/evidence/tree/tiles.h"
#include "tests/evidence_tree/naive_tree.h"

namespace remit::evidence {

inline const SignerKey& log_key() {
    static const SignerKey key = std::move(*make_signer("log.example/test", PrivateKey::from_seed({7})));
    return key;
}

inline std::string signed_checkpoint(uint64_t size, const Hash& root, const SignerKey& key = log_key()) {
    Note note{to_text(Checkpoint{key.verifier.name, size, root}), {}};
    sign(note, key);
    return to_text(note);
}

/// Adds entries until there are `size`, and publishes.
inline bool publish(TileWriter& tiles, std::span<const std::string> entries, size_t size) {
    while (tiles.size() < size) {
        const std::string& entry = entries[tiles.size()];
        if (!tiles.add(entry, leaf_hash(entry)).ok()) return false;
    }
    return tiles.publish(signed_checkpoint(size, tiles.frontier().root())).ok();
}
inline bool publish_log(Disk& disk, const std::string& folder, std::span<const std::string> entries) {
    const auto tiles = TileWriter::open(disk, folder);
    return tiles.ok() && publish(**tiles, entries, entries.size());
}

/// What is wrong with the log in `folder`; empty if nothing is. Reads each file that a log of that size has.
inline std::string fault_of(Disk& disk, const std::string& folder, const VerifierKey& key) {
    std::string note;
    if (!read_file(disk, folder + "/checkpoint", note, 1'000'000).ok()) return "no checkpoint";
    const Result<Checkpoint> checkpoint = open_checkpoint(note, key);
    if (!checkpoint) return checkpoint.error();
    const uint64_t size = checkpoint->size;
    std::vector<Hash> hashes;
    for (uint64_t first = 0; first < size; first += kTileWidth) {
        const auto width = static_cast<unsigned>(std::min<uint64_t>(kTileWidth, size - first));
        const auto entries = read_bundle(disk, folder, first / kTileWidth, width);
        if (!entries) return entries.error();
        for (const std::string& entry : *entries) hashes.push_back(leaf_hash(entry));
    }
    if (naive_root(hashes) != checkpoint->root) return "the entries are not those of the root";
    const std::unique_ptr<HashSource> source = tile_source(disk, folder, size);
    for (unsigned level = 0; !hashes.empty(); level += kTileHeight) {
        std::vector<Hash> above;
        for (size_t i = 0; i < hashes.size(); ++i) {
            const Result<Hash> hash = source->hash(level, i);
            if (!hash) return hash.error();
            if (*hash != hashes[i]) return "a tile has another hash than its entries";
            if ((i + 1) % kTileWidth == 0)
                above.push_back(naive_root(std::span(hashes).subspan(i + 1 - kTileWidth, kTileWidth)));
        }
        hashes = std::move(above);
    }
    return "";
}

}  // namespace remit::evidence
