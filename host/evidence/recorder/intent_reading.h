// What an intent's own record says of it, for who finishes it after a restart.
#pragma once

#include "host/evidence/disk/disk.h"
#include "host/evidence/recorder/chain_book.h"

namespace remit::evidence {

/// The key of the intent's payloads and what it still lacks, from its record at `index`. Nothing of what cannot be read: without a key
/// no output is kept, so that nothing outlives the erasure of its subject.
void read_intent(Disk& disk, const ActionId& action, uint64_t index, OpenIntent& out);

}  // namespace remit::evidence
