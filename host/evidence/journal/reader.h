// Reader: records in order, from the segments, without opening the journal for writing: what verification, search and replay use. May
// run beside a writer; sees whole records only. A reader per thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/frame.h"

namespace remit::evidence {

/// Views are valid until the reader moves on to another segment, or goes.
struct RecordView {
    uint64_t index = 0;
    Meta meta;
    std::string_view entry;
    std::vector<SealedPayload> payloads;
    uint64_t segment = 0;
};

struct SegmentInfo {
    uint64_t number = 0;
    uint64_t first = 0;  // index of its first record
    std::string path;
};

class JournalReader {
public:
    /// Lists the segments. A hole between two of them is a failure.
    static Result<std::unique_ptr<JournalReader>> open(Disk& disk, std::string folder);
    ~JournalReader();

    const std::vector<SegmentInfo>& segments() const;
    uint64_t first() const;  // index of the oldest record
    /// Goes to the record `index`; false if it is not there.
    Result<bool> seek(uint64_t index);
    /// The next record; nothing at the end, where later calls see what a writer added since. A failure if the segments end before the next one begins, or contradict it: a torn
    /// frame in the middle, a wrong checksum, a missing file. It names segment and offset.
    Result<const RecordView*> next();
    /// The snapshot frame's body of the segment the reader is in, once `next` has entered it.
    std::string_view snapshot() const;
    bool snapshot_is_edge() const;  // the tree alone was saved

private:
    struct Impl;
    explicit JournalReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
