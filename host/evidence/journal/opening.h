// Opening: what Journal::open does. Finds the newest segment in use, brings fold and frontier to its end, and puts its end in order.
#pragma once

#include "host/evidence/journal/journal_impl.h"
#include "host/evidence/journal/scan.h"

namespace remit::evidence {

struct Journal::Opening {
    Impl& j;
    Recovery& recovery;
    std::vector<uint64_t> numbers{};  // of all segments, rising
    std::vector<Segment> unused{};    // those above the newest in use, highest first
    std::string bytes{};              // of the newest in use
    ScanEnd end{};
    SegmentHeader lost{};  // of the oldest segment that was set aside; number 0: none
    bool running = false;  // fold and frontier stand where the next segment begins

    Result<bool> run();
    Result<Segment> newest();
    /// Applies the records of `segment`, whose bytes are `all`. The result's `end` is 0 if it has no whole snapshot.
    Result<ScanEnd> apply(const Segment& segment, std::string_view all);
    Result<bool> enter(const Segment& segment, FrameKind kind, std::string_view snapshot);
    /// Brings fold and frontier to where `newest` begins without its snapshot, if it can be had cheaply.
    Result<bool> prove_state(const Segment& newest);
    bool holds_few(const Segment& newest) const;
    /// Brings the fold to the beginning of `newest`, from the last segment before it that has the whole state. False if that one was
    /// dropped.
    Result<bool> replay_up_to(const Segment& newest);
    Result<Segment> before(const SegmentHeader& header);
    Result<bool> damaged(const Segment& segment, size_t at, std::string_view what);
    Result<bool> repair(const Segment& segment);
    void end_torn_batch();
    Result<bool> take_ready();
    Result<uint64_t> oldest_record();
};

}  // namespace remit::evidence
