#include "host/evidence/log/publisher.h"

#include <fmt/format.h>

namespace remit::evidence {

void Publisher::start() {
    thread_ = std::thread([this] { run(); });
}

void Publisher::offer(Head head) {
    {
        const std::lock_guard lock(mutex_);
        offered_ = std::move(head);
    }
    wake_.notify_one();
}

void Publisher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

std::string Publisher::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

void Publisher::run() {
    for (;;) {
        Head head;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || offered_; });
            if (stopping_) return;
            head = std::move(*offered_);
            offered_.reset();
        }
        static_cast<void>(publish(head));  // what went wrong is `trouble`
    }
}

DiskStatus Publisher::publish(const Head& head) {
    const std::lock_guard one(publishing_);
    DiskStatus done = tiles_ ? DiskStatus() : open_tiles();
    if (done.ok()) done = catch_up(head);
    if (!done.ok()) {  // begin from what is on disk the next time
        tiles_.reset();
        reader_.reset();
    }
    const std::lock_guard lock(mutex_);
    trouble_ = done.message;
    return done;
}

DiskStatus Publisher::prune(uint64_t index) {
    const std::lock_guard one(publishing_);
    if (!tiles_) {
        if (const DiskStatus opened = open_tiles(); !opened.ok()) return opened;
    }
    return tiles_->prune(index);
}

DiskStatus Publisher::open_tiles() {
    auto tiles = TileWriter::open(disk_, kTilesFolder);
    if (!tiles) return {DiskError::Io, tiles.error()};
    auto reader = JournalReader::open(disk_, kSegmentsFolder);
    if (!reader) return {DiskError::Io, reader.error()};
    const uint64_t from = (*tiles)->size();
    auto found = (*reader)->seek(from);
    if (!found) return {DiskError::Io, found.error()};
    if (from < (*reader)->first())
        return {DiskError::NotFound, fmt::format("{}: the tiles end at record {}, and the records up to {} were pruned",
                                                 kTilesFolder, from, (*reader)->first())};
    tiles_ = std::move(*tiles);
    reader_ = std::move(*reader);
    return {};
}

DiskStatus Publisher::catch_up(const Head& head) {
    const uint64_t size = head.checkpoint.size;
    if (tiles_->size() > size) return {DiskError::Io, fmt::format("{}: it is ahead of the log", kTilesFolder)};
    while (tiles_->size() < size) {
        auto record = reader_->next();
        if (!record) return {DiskError::Io, record.error()};
        if (*record == nullptr)
            return {DiskError::Io, fmt::format("record {} is signed and cannot be read", tiles_->size())};
        if (const DiskStatus added = tiles_->add((*record)->entry, leaf_hash((*record)->entry)); !added.ok())
            return added;
    }
    if (tiles_->frontier().root() != head.checkpoint.root)
        return {DiskError::Io, "what the segments hold is not what was signed"};
    return tiles_->publish(head.note);
}

}  // namespace remit::evidence
