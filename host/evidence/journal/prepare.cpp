// Segments made ahead, and segments removed.
#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "host/evidence/journal/journal_impl.h"

namespace remit::evidence {

namespace {

constexpr uint64_t kZeroedInHurry = 1u << 20, kZeroedAtLeisure = 64u << 10;
constexpr auto kPause = std::chrono::microseconds(500);

/// Piece by piece on its way to the disk, and one sync at the end: a sync of a file that grows commits the file system's own journal,
/// and all commits beside it wait for that.
DiskStatus write_zeros(File& file, uint64_t bytes, const std::function<bool()>& hurry) {
    const std::string zeros(std::min(bytes, kZeroedInHurry), '\0');
    for (uint64_t at = 0; at < bytes;) {
        const bool fast = !hurry || hurry();
        const uint64_t piece = std::min(bytes - at, fast ? kZeroedInHurry : kZeroedAtLeisure);
        const DiskStatus status = file.write(at, std::string_view(zeros).substr(0, piece));
        if (!status.ok()) return status;
        file.write_out(at, piece);
        at += piece;
        if (!fast) std::this_thread::sleep_for(kPause);
    }
    return file.sync();
}

}  // namespace

unsigned Journal::wanted() const {
    const size_t made = impl_->ready.size();
    return !impl_->takes_records() || made >= impl_->settings.ahead
               ? 0
               : impl_->settings.ahead - static_cast<unsigned>(made);
}

Journal::Preparation Journal::begin_preparing() const {
    Preparation out;
    out.disk_ = impl_->disk;
    out.folder_ = impl_->folder;
    out.bytes_ = impl_->settings.segment_bytes;
    out.number_ = impl_->ready.empty() ? impl_->current.number + 1 : impl_->ready.back().number + 1;
    return out;
}

// Under another name until all zeros are durable: a segment's name never stands for a file that is not wholly zeroed, whatever it held
// before and wherever the power goes.
DiskStatus Journal::Preparation::run(const std::function<bool()>& hurry) {
    const std::string path = segment_path(folder_, number_), making = path + ".new";
    DiskStatus status = disk_->remove(making);  // left by a crash
    if (!status.ok() && status.error != DiskError::NotFound) return status;
    std::unique_ptr<File> file;
    status = disk_->open(making, OpenMode::CreateNew, file);
    if (!status.ok()) return status;
    status = write_zeros(*file, bytes_, hurry);
    if (status.ok()) status = disk_->rename(making, path);
    if (!status.ok()) {
        file.reset();
        (void)disk_->remove(making);  // a full disk gets its space back
        return status;
    }
    status = disk_->sync_folder(folder_);
    if (status.ok()) file_ = std::move(file);
    return status;
}

void Journal::prepared(const Preparation& done) {
    const uint64_t expected = impl_->ready.empty() ? impl_->current.number + 1 : impl_->ready.back().number + 1;
    if (done.file_ == nullptr || done.number_ != expected) return;
    impl_->ready.push_back({done.number_, done.bytes_, done.file_});
}

Result<uint64_t> Journal::drop_before(uint64_t index) {
    const auto numbers = list_segments(*impl_->disk, impl_->folder);
    if (!numbers) return Failure{numbers.error()};
    uint64_t first = size();
    bool found = false;
    size_t oldest = 0;
    for (const uint64_t number : *numbers) {
        Segment segment;
        const DiskStatus status = open_segment(*impl_->disk, impl_->folder, number, OpenMode::Read, segment);
        if (!status.ok()) return Failure{status.message};
        if (segment.state != SegmentState::Used) continue;
        if (found && (number > impl_->base || segment.header.first > index)) break;
        found = true;
        first = segment.header.first;
        if ((*numbers)[oldest] < number) {
            // What an earlier removal failed to make durable comes first: no power cut may leave a hole.
            const DiskStatus synced = impl_->disk->sync_folder(impl_->folder);
            if (!synced.ok()) return Failure{synced.message};
        }
        for (; (*numbers)[oldest] < number; ++oldest) {
            DiskStatus removed = impl_->disk->remove(segment_path(impl_->folder, (*numbers)[oldest]));
            // One after the other, for the same reason.
            if (removed.ok()) removed = impl_->disk->sync_folder(impl_->folder);
            if (!removed.ok()) return Failure{removed.message};
        }
    }
    return first;
}

}  // namespace remit::evidence
