// OCSF 1.9.0 (Open Cybersecurity Schema Framework). The whole record stands in `raw_data`. What proves it stands in `unmapped`, under
// the names of the profile record_integrity, and not in the profile itself: an attestation there is over the event, ours over raw_data.
#pragma once

#include <string>

#include "host/evidence/review/parsed.h"
#include "host/evidence/tree/checkpoint.h"

namespace remit::evidence {

/// `outcome`: merged into the event of an intent. `proved`: the signed checkpoint that covers the record.
std::string ocsf_event(const std::string& origin, const Parsed& record, const Parsed* outcome = nullptr,
                       const Checkpoint* proved = nullptr);

}  // namespace remit::evidence
