// What a Journal is made of; for the files that implement it.
#pragma once

#include <deque>

#include "host/evidence/journal/journal.h"
#include "host/evidence/journal/segment.h"

namespace remit::evidence {

/// A segment that was made ahead.
struct ReadySegment {
    uint64_t number = 0;
    uint64_t bytes = 0;
    std::shared_ptr<File> file;
};
/// The segment that is being written. Number 0: none yet.
struct CurrentSegment {
    uint64_t number = 0;
    uint64_t bytes = 0;  // of the file
    uint64_t end = 0;    // behind the last durable frame
    uint32_t chain = 0;  // its checksum
    uint32_t batch = 0;  // and batch
    std::shared_ptr<File> file;
    bool sealed = false;  // that frame is a seal
};

struct Journal::Impl {
    Impl(Disk& d, std::string f, const JournalSettings& s, Fold& state)
        : disk(&d), folder(std::move(f)), settings(s), fold(&state) {}

    DiskStatus commit(Batch& batch);
    DiskStatus write_frames(std::string_view frames);
    /// Leaves the segment, which is in order, for the next one.
    DiskStatus rotate();
    /// Leaves the segment, which failed, for the next one.
    void give_up_segment();
    /// Begins the next segment: its snapshot, and once that is durable its header.
    DiskStatus enter_next();
    std::string snapshot_frame(SegmentHeader& header) const;
    bool takes_records() const { return !broken && !closed; }
    uint64_t room_in_current() const;
    uint64_t room_in_next() const;  // as far as can be told now

    Disk* disk;
    const std::string folder;
    const JournalSettings settings;
    Fold* fold;
    Frontier frontier;
    CurrentSegment current;
    std::deque<ReadySegment> ready;
    uint64_t base = 0;            // newest segment with a whole snapshot: the next opening begins there
    uint64_t snapshot_bytes = 0;  // of the current segment
    uint64_t failures = 0;
    bool broken = false, closed = false;
};

/// Everything behind the header that a snapshot, or a record, may fill: both fit together.
constexpr uint64_t half_of_segment(uint64_t segment_bytes) {
    constexpr uint64_t kLeast = 64;  // for a seal, and rounding
    return ((segment_bytes - kSegmentHeaderBytes) / 2 - kLeast) & ~uint64_t{7};
}

}  // namespace remit::evidence
