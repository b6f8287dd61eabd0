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

/// What was gathered is the file, or its end, if the records before were not there to be read.
void Published::compare(int level, Gathered& gathered) {
    const ProblemKind kind = level < 0 ? ProblemKind::Bundle : ProblemKind::Tile;
    const std::string path = fmt::format("{}/{}", kTilesFolder, tile_path(level, gathered.tile, gathered.width));
    const DiskStatus read = read_file(log_.disk(), path, file_, kMostFileBytes);
    if (!read.ok()) {
        problems_.add(kind, path, read.message);
    } else if (gathered.from == 0 ? file_ != gathered.bytes : !file_.ends_with(gathered.bytes)) {
        const uint64_t from = level < 0 ? gathered.tile * kTileWidth
                                        : (gathered.tile * kTileWidth) << (kTileHeight * static_cast<unsigned>(level));
        problems_.add(kind, path, fmt::format("it does not match the records from {} on", from));
    } else if (level >= 0 && file_.size() != gathered.width * sizeof(Hash)) {
        problems_.add(kind, path, "it has the wrong length");
    }
    gathered.bytes.clear();
}

}  // namespace remit::evidence
