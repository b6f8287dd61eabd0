#include "host/evidence/review/published.h"

#include <fmt/format.h>

#include "host/evidence/log/config.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr size_t kMostFileBytes = kTileWidth * (2 + kMaxEntryBytes);  // an entry bundle at its largest
constexpr unsigned kLevels = 8;                                       // 256^8 leaves are all that there can be

}  // namespace

Published::Published(const Reading& log, const VerifierKey& key, Problems& problems)
    : log_(log), problems_(problems), levels_(kLevels) {
    const std::string path = std::string(kTilesFolder) + "/checkpoint";
    std::string note;
    const DiskStatus read = read_file(log.disk(), path, note, kMaxNoteBytes);
    if (read.error == DiskError::NotFound) return;
    auto checkpoint = read.ok() ? open_checkpoint(note, key) : Result<Checkpoint>(Failure{read.message});
    if (checkpoint && checkpoint->origin != log.config().origin)
        checkpoint = Failure{"it is of another log: " + checkpoint->origin};
    if (!checkpoint) {
        problems_.add(ProblemKind::Published, path, checkpoint.error());
        return;
    }
    checkpoint_ = std::move(*checkpoint);
}

void Published::reach(Gathered& gathered, uint64_t index) {
    const auto slot = static_cast<unsigned>(index % kTileWidth);
    if (gathered.bytes.empty()) gathered.from = slot;
    gathered.tile = index / kTileWidth;
    gathered.width = slot + 1;
}

void Published::entry(uint64_t index, std::string_view bytes) {
    if (index >= checkpoint_.size) return;
    reach(entries_, index);
    entries_.bytes += static_cast<char>(bytes.size() >> 8);
    entries_.bytes += static_cast<char>(bytes.size());
    entries_.bytes += bytes;
    if (entries_.width == kTileWidth) compare(-1, entries_);
}

void Published::hash(unsigned level, uint64_t index, const Hash& root) {
    if (level >= kLevels || index >= checkpoint_.size >> (kTileHeight * level)) return;
    Gathered& tile = levels_[level];
    reach(tile, index);
    tile.bytes.append(reinterpret_cast<const char*>(root.data()), root.size());
    if (tile.width == kTileWidth) compare(static_cast<int>(level), tile);
}

void Published::finish() {
    if (!entries_.bytes.empty()) compare(-1, entries_);
    for (unsigned level = 0; level < kLevels; ++level) {
        if (!levels_[level].bytes.empty()) compare(static_cast<int>(level), levels_[level]);
    }
}

void Published::skip() {
    entries_.bytes.clear();
    for (Gathered& level : levels_) level.bytes.clear();
}

/// Is what was gathered at its place in the file, which may go on behind it if it is `longer`?
bool Published::fits(int level, const Gathered& gathered, bool longer) const {
    if (level >= 0) {
        const size_t from = gathered.from * sizeof(Hash), size = gathered.width * sizeof(Hash);
        const bool whole = longer ? file_.size() >= size : file_.size() == size;
        return whole && std::string_view(file_).substr(from, gathered.bytes.size()) == gathered.bytes;
    }
    // The entries before were not there to be read, so neither is where they end.
    if (gathered.from > 0)
        return longer ? file_.find(gathered.bytes) != std::string::npos : file_.ends_with(gathered.bytes);
    return longer ? file_.starts_with(gathered.bytes) : file_ == gathered.bytes;
}

void Published::compare(int level, Gathered& gathered) {
    const ProblemKind kind = level < 0 ? ProblemKind::Bundle : ProblemKind::Tile;
    const std::string folder = std::string(kTilesFolder) + "/",
                      path = folder + tile_path(level, gathered.tile, gathered.width);
    DiskStatus read = read_file(log_.disk(), path, file_, kMostFileBytes);
    // A writer that has gone on puts the full tile in the place of an incomplete one.
    const bool longer =
        read.error == DiskError::NotFound && gathered.width < kTileWidth &&
        read_file(log_.disk(), folder + tile_path(level, gathered.tile, kTileWidth), file_, kMostFileBytes).ok();
    if (!read.ok() && !longer) {
        problems_.add(kind, path, read.message);
    } else if (!fits(level, gathered, longer)) {
        const uint64_t from = gathered.tile * kTileWidth
                              << (level < 0 ? 0 : kTileHeight * static_cast<unsigned>(level));
        problems_.add(kind, path, fmt::format("it does not match the records from {} on", from));
    }
    gathered.bytes.clear();
}

}  // namespace remit::evidence
