// Zeroes what a crash left in a segment, touching only pages that are not zero already.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/evidence/disk/disk.h"

namespace remit::evidence {

/// `bytes` are those of the file from `offset` on. `wiped` gets the distance from there to behind the last byte that was not zero.
/// Does not sync.
DiskStatus wipe_bytes(File& file, uint64_t offset, std::string_view bytes, uint64_t& wiped);
/// The same of the file's bytes from `offset` to `end`, which are read for it. Syncs if there was something.
DiskStatus wipe_range(File& file, uint64_t offset, uint64_t end);

}  // namespace remit::evidence
