// Which records belong to an action.
#pragma once

#include <vector>

#include "host/evidence/review/packet.h"
#include "host/evidence/review/parsed.h"

namespace remit::evidence {

struct PacketItem {
    PacketRole role;
    Parsed record;
};

/// The action that the record at `index` is or speaks of, first; then what belongs to it, each record once.
Result<std::vector<PacketItem>> collect_packet(Reading& log, FindIndex& find, uint64_t index);

}  // namespace remit::evidence
