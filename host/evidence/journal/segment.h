// Segment: a file of the journal: its name, its header, and what the header block says of the file's state.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/frame.h"

namespace remit::evidence {

struct SegmentHeader {
    uint64_t number = 0;  // from 1
    uint64_t bytes = 0;   // of the file
    uint64_t first = 0;   // index of its first record
    uint64_t previous =
        0;  // the segment before it, 0 if none; numbers between are of segments that failed before their first record
    uint64_t previous_end = 0;  // where that one ends: frames behind it were never durable
    std::array<uint8_t, 16> salt{};
    uint32_t chain = 0;  // checksum of that one's last frame
};

std::string segment_path(const std::string& folder, uint64_t number);  // "segments/00000001.seg"
/// What the salt makes of a segment's first checksum.
uint32_t first_chain(const SegmentHeader& header);
/// The header block, kSegmentHeaderBytes long.
std::string header_block(const SegmentHeader& header);

enum class SegmentState : uint8_t {
    Prepared,  // zeros: not in use yet
    Used,
    Torn,   // neither, so an unfinished first write, or damage
    Wrong,  // a whole header that is not this file's: of another segment, or of a file with another length
};
struct Segment {
    uint64_t number = 0;
    std::string path;
    SegmentState state = SegmentState::Prepared;
    SegmentHeader header;  // if Used
    std::unique_ptr<File> file;
};
/// Opens the file and reads its header.
DiskStatus open_segment(Disk& disk, const std::string& folder, uint64_t number, OpenMode mode, Segment& out);
/// Reads the header again.
DiskStatus read_header(Segment& segment);

/// Numbers of the segments in a folder, rising. A hole is a failure: files were deleted.
Result<std::vector<uint64_t>> list_segments(Disk& disk, const std::string& folder);

/// Are these bytes all zero?
bool all_zero(std::string_view bytes);

}  // namespace remit::evidence
