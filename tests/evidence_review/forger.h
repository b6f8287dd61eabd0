// A forger who knows the format: takes a log's segments apart into frames, lets a test change them, and writes them again with
// checksums, headers and indices that fit. What it cannot make is the log's signature.
#pragma once

#include <functional>

#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/segment.h"
#include "tests/evidence_review/made_log.h"

namespace remit::evidence::testing {

struct ForgedFrame {
    FrameKind kind = FrameKind::End;
    uint32_t batch = 0;
    std::string body;
    std::string_view entry() const { return entry_bytes(body); }
    Meta meta() const { return entry_meta(body); }
};
struct ForgedSegment {
    SegmentHeader header;
    std::string path;
    std::vector<ForgedFrame> frames;
};

class Forger {
public:
    explicit Forger(Files files);
    std::vector<ForgedSegment>& segments() { return segments_; }
    /// Calls `each` for every entry frame, with its place.
    void entries(const std::function<void(size_t segment, size_t frame, ForgedFrame&)>& each);
    /// Removes the record of this place with its payloads.
    void remove(size_t segment, size_t frame);
    /// All files, the segments as they are now; with `states` also the saved states such as the records give them.
    Files files(bool states = true) const;
    /// Where the frames of a segment end that say something: the seal behind them says nothing about records.
    size_t end_of(const std::string& path) const;

private:
    Files files_;
    std::vector<ForgedSegment> segments_;
};

}  // namespace remit::evidence::testing
