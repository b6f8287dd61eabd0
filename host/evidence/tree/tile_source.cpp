// Hashes and entries out of published tiles.
#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "host/evidence/tree/tile_files.h"

namespace remit::evidence {

namespace {

class TileSource : public HashSource {
public:
    TileSource(Disk& disk, std::string folder, uint64_t size) : files_(disk, std::move(folder)), size_(size) {}

    Result<Hash> hash(unsigned level, uint64_t index) override {
        if (level >= 64 || index >= size_ >> level) return Failure{"the tree does not have that subtree"};
        const unsigned tile_level = level / kTileHeight, below = level % kTileHeight;
        const uint64_t first = index << below;
        const Result<const Tile*> tile = find(tile_level, first / kTileWidth);
        if (!tile) return Failure{tile.error()};
        Frontier subtree;
        const size_t from = first % kTileWidth;
        for (size_t i = from; i < from + (size_t{1} << below); ++i) subtree.add((*tile)->hashes[i]);
        return subtree.root();
    }

private:
    struct Tile {
        unsigned level;
        uint64_t index;
        std::vector<Hash> hashes;
    };
    static constexpr size_t kKept = 32;

    Result<const Tile*> find(unsigned level, uint64_t index) {
        const auto wanted = [&](const Tile& tile) { return tile.level == level && tile.index == index; };
        if (const auto at = std::find_if(tiles_.begin(), tiles_.end(), wanted); at != tiles_.end()) {
            tiles_.splice(tiles_.begin(), tiles_, at);
            return &tiles_.front();
        }
        Tile tile{level, index, {}};
        const uint64_t hashes = size_ >> (kTileHeight * level), left = hashes - index * kTileWidth;
        const unsigned width = left < kTileWidth ? static_cast<unsigned>(left) : kTileWidth;
        DiskStatus status = files_.read_hashes(static_cast<int>(level), index, width, tile.hashes);
        // A partial tile goes when the full one has come.
        if (!status.ok() && width < kTileWidth &&
            files_.read_hashes(static_cast<int>(level), index, kTileWidth, tile.hashes).ok())
            status = {};
        if (!status.ok()) return Failure{status.message};
        if (tiles_.size() == kKept) tiles_.pop_back();
        tiles_.push_front(std::move(tile));
        return &tiles_.front();
    }

    TileFiles files_;
    uint64_t size_;
    std::list<Tile> tiles_;  // used last, first
};

}  // namespace

std::unique_ptr<HashSource> tile_source(Disk& disk, std::string folder, uint64_t size) {
    return std::make_unique<TileSource>(disk, std::move(folder), size);
}

Result<std::vector<std::string>> read_bundle(Disk& disk, const std::string& folder, uint64_t index, unsigned width) {
    const TileFiles files(disk, folder);
    std::string bytes;
    if (const DiskStatus status = files.read(kEntries, index, width, bytes); !status.ok())
        return Failure{status.message};
    const auto entries = split_bundle(bytes, width);
    if (!entries) return Failure{fmt::format("{}: {}", files.path(kEntries, index, width), entries.error())};
    return std::vector<std::string>(entries->begin(), entries->end());
}

}  // namespace remit::evidence
