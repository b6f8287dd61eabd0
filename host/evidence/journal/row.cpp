#include "host/evidence/journal/row.h"

#include <algorithm>

#include <fmt/format.h>

#include "host/evidence/journal/scan.h"

namespace remit::evidence {

namespace {

/// Whether a header that is none is one that was damaged: then records follow.
Result<bool> had_records(Segment& segment) {
    std::string bytes(std::min(segment.file->size(), uint64_t{kSegmentHeaderBytes} + (1u << 20)), '\0');
    size_t got = 0;
    const DiskStatus status = segment.file->read(0, bytes, got);
    if (!status.ok()) return Failure{status.message};
    return later_batches_behind(std::string_view(bytes).substr(0, got), 0, 0);
}

}  // namespace

Result<std::vector<SegmentHeader>> read_row(Disk& disk, const std::string& folder) {
    const auto numbers = list_segments(disk, folder);
    if (!numbers) return Failure{numbers.error()};
    std::vector<SegmentHeader> row;  // newest first
    for (auto n = numbers->rbegin(); n != numbers->rend(); ++n) {
        if (!row.empty() && *n > row.back().previous) continue;  // came to nothing
        Segment segment;
        const DiskStatus status = open_segment(disk, folder, *n, OpenMode::Read, segment);
        if (!status.ok()) return Failure{status.message};
        if (segment.state == SegmentState::Used) {
            row.push_back(segment.header);
            continue;
        }
        const auto damaged = segment.state == SegmentState::Torn ? had_records(segment) : Result<bool>(false);
        if (!damaged) return Failure{damaged.error()};
        // Above the newest one there may be segments made ahead, and one that is just being begun.
        if (segment.state == SegmentState::Wrong || *damaged || !row.empty())
            return Failure{fmt::format("{} at 0: the header is damaged, or of another segment", segment.path)};
    }
    if (row.empty()) return Failure{fmt::format("there is no journal in {}", folder)};
    std::reverse(row.begin(), row.end());
    return row;
}

Result<bool> extend_row(Disk& disk, const std::string& folder, std::vector<SegmentHeader>& row) {
    constexpr uint64_t kMayComeToNothing = 2;
    for (uint64_t skipped = 0; skipped <= kMayComeToNothing;) {
        Segment segment;
        const uint64_t number = row.back().number + 1 + skipped;
        const DiskStatus status = open_segment(disk, folder, number, OpenMode::Read, segment);
        if (status.error == DiskError::NotFound) return true;
        if (!status.ok()) return Failure{status.message};
        if (segment.state != SegmentState::Used) {
            ++skipped;
            continue;
        }
        while (row.size() > 1 && segment.header.previous < row.back().number) row.pop_back();
        if (segment.header.previous != row.back().number)
            return Failure{fmt::format("{} at 0: the segment before it is another", segment.path)};
        row.push_back(segment.header);
        skipped = 0;
    }
    return true;
}

}  // namespace remit::evidence
