// The files of a tiled log: where they are and what form they have. Knows nothing of trees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

inline constexpr int kEntries = -1;         // the level of bundles
inline constexpr unsigned kTileLevels = 8;  // 256^8 leaves: more cannot be counted
inline constexpr size_t kMaxBundleEntryBytes = 65'535;
inline constexpr size_t kMaxBundleBytes = kTileWidth * (2 + kMaxBundleEntryBytes);

/// What a bundle's bytes hold; views into them. Fails unless they are exactly `width` entries.
Result<std::vector<std::string_view>> split_bundle(std::string_view bytes, unsigned width);
void append_to_bundle(std::string& bytes, std::string_view entry);

class TileFiles {
public:
    TileFiles(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

    std::string path(int level, uint64_t index, unsigned width) const;
    DiskStatus write(int level, uint64_t index, unsigned width, std::string_view bytes);
    DiskStatus read(int level, uint64_t index, unsigned width, std::string& bytes) const;
    DiskStatus read_hashes(int level, uint64_t index, unsigned width, std::vector<Hash>& hashes) const;
    /// Widths of the partial tiles that are there, widest first.
    std::vector<unsigned> partials(int level, uint64_t index) const;
    DiskStatus remove_partials(int level, uint64_t index);
    DiskStatus remove(int level, uint64_t index);  // a full one; not there is fine
    /// A file that cannot be synced is removed: what the system still shows of it need not be what the disk has.
    DiskStatus sync(int level, uint64_t index);
    /// The folders of full tiles [from, to) of a level, and those above them.
    DiskStatus sync_folders(int level, uint64_t from, uint64_t to);

    DiskStatus put(const std::string& name, std::string_view bytes);          // swapped
    DiskStatus put_durably(const std::string& name, std::string_view bytes);  // replaced
    DiskStatus get(const std::string& name, std::string& bytes, size_t most) const;

private:
    Disk& disk_;
    std::string folder_;
    std::string made_[kTileLevels + 1];  // the folder made last, level by level
};

}  // namespace remit::evidence
