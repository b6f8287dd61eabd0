// Row: the segments that hold records, in order, as their headers say: each names the one before it, and where that one ends.
#pragma once

#include "host/evidence/journal/segment.h"

namespace remit::evidence {

/// Headers of the segments in use, oldest first, without those that came to nothing.
Result<std::vector<SegmentHeader>> read_row(Disk& disk, const std::string& folder);
/// Appends what a writer began behind the row since. A newer header that names an older segment than the last one says that the last
/// ones came to nothing.
Result<bool> extend_row(Disk& disk, const std::string& folder, std::vector<SegmentHeader>& row);

}  // namespace remit::evidence
