// A segment that no writer made: it follows the newest one of a journal by all checksums, and says what a test wants.
#pragma once

#include <string>

#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/scan.h"
#include "host/evidence/tree/merkle.h"
#include "tests/catch.h"

namespace remit::evidence::testing {

/// Writes it over segment `before` + 1, whose file there is: a snapshot of `tree` and `state`, and behind it one record if `entry` is not
/// empty.
inline void forge_segment(Disk& disk, const std::string& folder, uint64_t before, const Frontier& tree,
                          const std::string& state, const std::string& entry = {}) {
    Segment old, made;
    REQUIRE(open_segment(disk, folder, before, OpenMode::Read, old).ok());
    REQUIRE(open_segment(disk, folder, before + 1, OpenMode::Write, made).ok());
    std::string bytes(old.file->size(), '\0');
    size_t got = 0;
    REQUIRE(old.file->read(0, bytes, got).ok());
    const ScanVisitor nothing{[](FrameKind, std::string_view) -> Result<bool> { return true; },
                              [](const Meta&, std::string_view) {}};
    const auto end = scan_segment(bytes, old.header, nothing);
    REQUIRE(end.ok());

    SegmentHeader header;
    header.number = before + 1;
    header.bytes = made.file->size();
    header.first = tree.size();
    header.previous = before;
    header.previous_end = end->end;
    header.chain = end->chain;
    header.salt.fill(9);
    std::string body, frames;
    tree.save(body);
    append_frame(frames, FrameKind::Snapshot, body + state);
    const size_t snapshot = frames.size();
    if (!entry.empty()) append_record(frames, {}, entry, {});
    uint32_t chain = first_chain(header);
    finish_frame(frames.data(), snapshot, 0, chain);
    if (!entry.empty()) finish_frame(&frames[snapshot], frames.size() - snapshot, 1, chain);
    REQUIRE(made.file->write(kSegmentHeaderBytes, frames).ok());
    REQUIRE(made.file->write(0, header_block(header)).ok());
    REQUIRE(made.file->sync().ok());
}

}  // namespace remit::evidence::testing
