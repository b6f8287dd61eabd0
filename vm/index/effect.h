// Rules that give the same: in a leaf one stands for all of them.
#pragma once

#include "vm/program/program.h"

namespace remit::indexing {

/// For each rule the first one that gives the same obligation, isolation, reach, record, redaction or retention. Limits and quotas
/// are told apart by identity.
std::vector<uint32_t> same_effects(const Program& program);

}  // namespace remit::indexing
