// What making and verifying packets have in common.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/record/canonical.h"
#include "host/evidence/review/packet.h"
#include "host/evidence/review/parsed.h"

namespace remit::evidence {

/// The statement's subjects: the action's entry, and what came out of it.
std::string subjects_of(const std::string& origin, const Parsed& action, const Parsed* outcome);

/// Why `record` has no business in the packet of `action`; empty if it has. `others`: all records of the packet.
std::string relation_problem(PacketRole role, const Parsed& record, const Parsed& action,
                             const std::vector<const Parsed*>& others);

/// The commitment that a record makes to its payload in that role; nothing if it lists none.
std::optional<Hash> listed_commitment(const Parsed& record, std::string_view role);

}  // namespace remit::evidence
