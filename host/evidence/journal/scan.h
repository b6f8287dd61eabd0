// Scan: walks the frames of one segment, believing nothing but checksums, and tells a torn end from damage.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "host/evidence/journal/segment.h"

namespace remit::evidence {

struct ScanVisitor {
    /// The first frame, and its kind: Snapshot or Edge.
    std::function<Result<bool>(FrameKind kind, std::string_view body)> snapshot;
    std::function<void(const Meta& meta, std::string_view entry)> record;
};
struct ScanEnd {
    size_t end = 0;          // behind the last whole record; 0 if not even a snapshot is there
    uint32_t chain = 0;      // its checksum
    uint32_t batch = 0;      // and batch
    size_t batch_begin = 0;  // where that batch begins; 0 if it is the snapshot
    bool last = false;       // that record ends its batch
    bool sealed = false;     // the journal was closed there
};
/// `bytes`: the whole segment, or as much of it as counts.
Result<ScanEnd> scan_segment(std::string_view bytes, const SegmentHeader& header, const ScanVisitor& visitor);

/// Looks behind `from`, where no frame follows, for frames of a batch later than `torn`: then what stands at `from` was durable once
/// and is damaged, for batches are written one after the other.
bool later_batches_behind(std::string_view bytes, size_t from, uint32_t torn);

}  // namespace remit::evidence
