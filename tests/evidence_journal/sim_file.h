// What SimDisk does to the bytes of one file.
#pragma once

#include "tests/evidence_journal/sim_disk.h"

namespace remit::evidence::testing {

void write_file(SimFile& file, uint64_t offset, std::string_view bytes);
void sync_file(SimFile& file);
/// Any part reached the platter, and the page cache takes the rest for clean.
void fail_sync(SimFile& file, Random& random);
void evict(SimFile& file, Random& random);
std::shared_ptr<SimFile> cut_file(const SimFile& file, Random& random);

}  // namespace remit::evidence::testing
