// What a policy declares, as JSON for bindings and generators.
#pragma once

#include <cstdint>
#include <string>

#include "vm/engine/policy.h"

namespace remit::embed {

std::string describe(const Policy& policy, uint32_t version);

}  // namespace remit::embed
