// A log as static files (C2SP tlog-tiles): `tile/LEVEL/N`, `tile/entries/N` and `checkpoint`. Derived from the journal and made again
// from it whenever it is missing; what is served is what other people's verifiers read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/tree/proof.h"

namespace remit::evidence {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;

/// `tile/0/x001/x234/067`, with `.p/W` for a partial tile. Level -1: entry bundles.
std::string tile_path(int level, uint64_t index, unsigned width);

/// Writes tiles as entries come, in order. Not thread-safe. Readers never see half a file, and none that a checkpoint needs later than
/// the checkpoint. Nothing waits for the disk: files become durable bit by bit, `progress` says up to where, and what lies behind
/// that is read and hashed again when the writer opens. After a failure: open it anew.
class TileWriter {
public:
    /// `folder` is a path of `disk`. Goes on where the files end; a torn end is written again.
    static Result<std::unique_ptr<TileWriter>> open(Disk& disk, std::string folder);
    ~TileWriter();
    uint64_t size() const;  // entries taken, those in incomplete tiles too
    /// The next entry, at most 65,535 bytes.
    DiskStatus add(std::string_view entry, const Hash& leaf);
    Frontier frontier() const;
    /// Writes the incomplete tiles and then `checkpoint`, whose size must be size(). Removes partial tiles that full ones replace.
    DiskStatus publish(std::string_view signed_checkpoint);
    /// Removes bundles whose entries are all below `index` (the minimum index of C2SP tlog-tiles). Hashes stay, and with them proofs.
    DiskStatus prune(uint64_t index);
    uint64_t minimum() const;  // bundles below may be gone

private:
    struct Impl;
    explicit TileWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Reads hashes from tiles of a tree of `size` leaves, keeping the last ones it read.
std::unique_ptr<HashSource> tile_source(Disk& disk, std::string folder, uint64_t size);

/// The entries of bundle `index` as `width` texts; a failure says what is wrong with the file.
Result<std::vector<std::string>> read_bundle(Disk& disk, const std::string& folder, uint64_t index, unsigned width);

/// C2SP tlog-proof: index, hashes and a signed checkpoint, as one text.
std::string proof_text(uint64_t index, std::span<const Hash> proof, std::string_view signed_checkpoint);
struct OfflineProof {
    uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string signed_checkpoint;
};
Result<OfflineProof> parse_proof(std::string_view text);

}  // namespace remit::evidence
