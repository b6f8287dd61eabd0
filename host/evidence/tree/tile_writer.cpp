#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/tree/checkpoint.h"
#include "host/evidence/tree/open_tiles.h"
#include "host/evidence/tree/tile_files.h"
#include "host/evidence/tree/tile_progress.h"

namespace remit::evidence {

namespace {

// Syncing is spread over publications, and mostly over quiet ones, so that the journal, which answers callers, need not wait for the
// disk. After a crash what was not synced is hashed again.
constexpr unsigned kTilesSyncedWhenBusy = 2, kTilesSyncedWhenQuiet = 16;
constexpr uint64_t kTilesBetweenMarks = 256;
constexpr unsigned kAnyPartial = kTileWidth;  // `published` of a tile whose partials an earlier run may have left

bool hashes_to(const std::vector<std::string_view>& entries, const std::vector<Hash>& hashes) {
    size_t i = 0;
    for (Hash a, b; i + 1 < entries.size(); i += 2) {
        leaf_hash_pair(entries[i], entries[i + 1], a, b);
        if (a != hashes[i] || b != hashes[i + 1]) return false;
    }
    return i == entries.size() || leaf_hash(entries[i]) == hashes[i];
}

}  // namespace

struct TileWriter::Impl {
    Impl(Disk& disk, std::string folder) : files(disk, std::move(folder)) {}

    TileFiles files;
    uint64_t size = 0, published_size = 0;
    std::vector<OpenTile> levels = std::vector<OpenTile>(1);
    std::string bundle;
    std::vector<std::pair<int, uint64_t>> superseded;  // partials to remove
    TileProgress progress;
    uint64_t synced = 0;  // full tiles, of which the names may not be durable
    bool broken = false;

    DiskStatus resume();
    DiskStatus resume_edge();
    bool resume_tile(uint64_t index, unsigned width);
    DiskStatus push(unsigned level, const Hash& hash, bool write_leaves);
    DiskStatus take(std::string_view entry, const Hash& leaf);
    DiskStatus publish(std::string_view note);
    DiskStatus sync_some(uint64_t tiles);
    DiskStatus mark();
    DiskStatus prune(uint64_t index);
    DiskStatus note_failure(DiskStatus status) {
        broken |= !status.ok();
        return status;
    }
    uint64_t full_tiles() const { return size / kTileWidth; }
};

/// Adds a hash to the open tile of its level. One that is full is written, and its root goes one level up.
DiskStatus TileWriter::Impl::push(unsigned level, const Hash& hash, bool write_leaves) {
    const unsigned left_behind = write_leaves ? 0 : kAnyPartial;
    if (levels.size() == level) levels.emplace_back().published = left_behind;
    OpenTile& tile = levels[level];
    tile.add(hash);
    if (!tile.full()) return {};
    const uint64_t index = tile.index();
    if (level > 0 || write_leaves) {
        const DiskStatus status = files.write(static_cast<int>(level), index, kTileWidth, tile.bytes());
        if (!status.ok()) return status;
    }
    if (tile.published > 0) {
        superseded.emplace_back(level, index);
        if (level == 0) superseded.emplace_back(kEntries, index);
    }
    const Hash root = tile.edge().root();
    levels[level] = OpenTile(index + 1);
    levels[level].published = left_behind;
    return push(level + 1, root, write_leaves);
}

DiskStatus TileWriter::Impl::take(std::string_view entry, const Hash& leaf) {
    if (broken) return {DiskError::Io, "the tiles' writer failed before"};
    if (entry.size() > kMaxBundleEntryBytes) return {DiskError::Io, fmt::format("entry {} is too long", size)};
    append_to_bundle(bundle, entry);
    if ((size + 1) % kTileWidth == 0) {
        const DiskStatus status = files.write(kEntries, size / kTileWidth, kTileWidth, bundle);
        if (!status.ok()) return status;
        bundle.clear();
    }
    ++size;
    return push(0, leaf, true);
}

/// The open tiles above `progress.durable` full tiles of leaves: each of their hashes is the root of a full tile below.
DiskStatus TileWriter::Impl::resume_edge() {
    size = progress.durable * kTileWidth;
    synced = progress.durable;
    levels.assign(1, OpenTile(progress.durable));
    for (uint64_t below = progress.durable; below > 0; below /= kTileWidth) {
        const auto level = static_cast<int>(levels.size()) - 1;
        OpenTile tile(below / kTileWidth);
        for (uint64_t n = tile.index() * kTileWidth; n < below; ++n) {
            std::vector<Hash> hashes;
            if (DiskStatus status = files.read_hashes(level, n, kTileWidth, hashes); !status.ok()) return status;
            Frontier edge;
            for (const Hash& hash : hashes) edge.add(hash);
            tile.add(edge.root());
        }
        levels.push_back(std::move(tile));
    }
    return {};
}

/// Takes a tile of leaves from disk, if it and its bundle are whole.
bool TileWriter::Impl::resume_tile(uint64_t index, unsigned width) {
    std::vector<Hash> hashes;
    std::string bytes;
    if (!files.read_hashes(0, index, width, hashes).ok() || !files.read(kEntries, index, width, bytes).ok())
        return false;
    const auto entries = split_bundle(bytes, width);
    if (!entries || !hashes_to(*entries, hashes)) return false;
    if (width < kTileWidth) bundle = std::move(bytes);
    for (const Hash& hash : hashes) {
        ++size;
        if (const DiskStatus status = push(0, hash, false); !status.ok()) {
            broken = true;
            return false;
        }
    }
    return true;
}

DiskStatus TileWriter::Impl::resume() {
    std::string text;
    if (files.get(kTileProgress, text, kMaxTileProgressBytes).ok()) progress = parse_tile_progress(text);
    if (!resume_edge().ok()) {
        progress.durable = 0;
        if (DiskStatus status = resume_edge(); !status.ok()) return status;
    }
    for (OpenTile& tile : levels) tile.published = kAnyPartial;
    while (resume_tile(full_tiles(), kTileWidth)) {}
    for (unsigned width : broken ? std::vector<unsigned>() : files.partials(kEntries, full_tiles())) {
        if (resume_tile(full_tiles(), width) || broken) break;
    }
    return broken ? DiskStatus{DiskError::Io, "the tiles cannot be written"} : DiskStatus();
}

DiskStatus TileWriter::Impl::publish(std::string_view note) {
    if (broken) return {DiskError::Io, "the tiles' writer failed before"};
    const auto parsed = parse_note(note);
    const auto checkpoint = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(Failure{parsed.error()});
    if (!checkpoint) return {DiskError::Io, checkpoint.error()};
    if (checkpoint->size != size)
        return {DiskError::Io, fmt::format("the checkpoint is of size {}, the tiles of {}", checkpoint->size, size)};
    for (unsigned level = 0; level < levels.size(); ++level) {
        OpenTile& tile = levels[level];
        if (tile.width() == 0 || tile.published == tile.width()) continue;
        DiskStatus status = level == 0 ? files.write(kEntries, tile.index(), tile.width(), bundle) : DiskStatus();
        if (status.ok()) status = files.write(static_cast<int>(level), tile.index(), tile.width(), tile.bytes());
        if (!status.ok()) return status;
        tile.published = tile.width();
    }
    if (DiskStatus status = files.put("checkpoint", note); !status.ok()) return status;
    for (const auto& [level, index] : superseded) {
        if (DiskStatus status = files.remove_partials(level, index); !status.ok()) return status;
    }
    superseded.clear();
    const bool quiet = size - published_size < kTileWidth;
    published_size = size;
    const DiskStatus status = sync_some(quiet ? kTilesSyncedWhenQuiet : kTilesSyncedWhenBusy);
    return status.ok() && synced - progress.durable >= kTilesBetweenMarks ? mark() : status;
}

DiskStatus TileWriter::Impl::sync_some(uint64_t tiles) {
    DiskStatus status;
    for (const uint64_t end = synced + std::min(tiles, full_tiles() - synced); status.ok() && synced < end;) {
        status = files.sync(kEntries, synced);
        // The tile of leaves, and those above that it makes full.
        uint64_t index = synced;
        for (int level = 0; status.ok(); ++level, index /= kTileWidth) {
            status = files.sync(level, index);
            if ((index + 1) % kTileWidth != 0) break;
        }
        if (status.ok()) ++synced;
    }
    return status;
}

DiskStatus TileWriter::Impl::mark() {
    DiskStatus status = files.sync_folders(kEntries, progress.durable, synced);
    uint64_t from = progress.durable, to = synced;
    for (int level = 0; status.ok() && from < to; ++level, from /= kTileWidth, to /= kTileWidth)
        status = files.sync_folders(level, from, to);
    if (!status.ok()) return status;
    progress.durable = synced;
    return files.put_durably(kTileProgress, to_text(progress));
}

/// First it is said durably what will be missing, then it goes: whoever opens in between knows.
DiskStatus TileWriter::Impl::prune(uint64_t index) {
    if (broken) return {DiskError::Io, "the tiles' writer failed before"};
    const uint64_t end = std::max(progress.minimum, std::min(index / kTileWidth, full_tiles()));
    if (end == progress.removed) return {};
    DiskStatus status = sync_some(UINT64_MAX);
    progress.minimum = end;
    if (status.ok()) status = mark();
    for (uint64_t n = progress.removed; status.ok() && n < end; ++n) status = files.remove(kEntries, n);
    if (status.ok()) status = files.sync_folders(kEntries, progress.removed, end);
    if (!status.ok()) return status;
    progress.removed = end;
    return files.put_durably(kTileProgress, to_text(progress));
}

TileWriter::TileWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TileWriter::~TileWriter() = default;

Result<std::unique_ptr<TileWriter>> TileWriter::open(Disk& disk, std::string folder) {
    auto impl = std::make_unique<Impl>(disk, std::move(folder));
    if (const DiskStatus status = impl->resume(); !status.ok()) return Failure{status.message};
    return std::unique_ptr<TileWriter>(new TileWriter(std::move(impl)));
}

uint64_t TileWriter::size() const { return impl_->size; }
Frontier TileWriter::frontier() const { return join(impl_->levels, impl_->size); }
DiskStatus TileWriter::add(std::string_view entry, const Hash& leaf) {
    return impl_->note_failure(impl_->take(entry, leaf));
}
DiskStatus TileWriter::publish(std::string_view signed_checkpoint) {
    return impl_->note_failure(impl_->publish(signed_checkpoint));
}
DiskStatus TileWriter::prune(uint64_t index) { return impl_->note_failure(impl_->prune(index)); }
uint64_t TileWriter::minimum() const { return impl_->progress.minimum * kTileWidth; }

}  // namespace remit::evidence
