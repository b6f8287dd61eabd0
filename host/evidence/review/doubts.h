// Doubts: the state of a log's chains at its end, read without opening it for writing.
#pragma once

#include <vector>

#include "host/evidence/log/chains.h"
#include "host/evidence/review/reading.h"
#include "host/evidence/review/tree_walk.h"

namespace remit::evidence {

/// Takes over what a segment saved at its start. False: it saved the tree alone, because the chains would have filled it.
Result<bool> load_saved(std::string_view saved, TreeWalk& tree, Chains& chains);
/// The chains after the last record: from the newest segment's saved state and what follows. Costs one segment.
Result<Chains> chains_at_end(const Reading& log);
/// Intents without an outcome, oldest first. Beside a running gateway these may simply be at work.
Result<std::vector<InDoubt>> doubts_of(const Reading& log);

}  // namespace remit::evidence
