// How what a policy admits for a parameter compares with what a server takes for it. Pure.
#pragma once

#include <string>

#include "vm/program/program.h"

namespace remit {

/// Of two sets of values: the same, the policy's inside the server's, the server's inside the policy's, or neither.
enum class Fit : uint8_t { Same, PolicyNarrower, ServerNarrower, Apart };

Fit fit_of(const FieldDesc& policy, const FieldDesc& server);

/// `list<string> max 8 optional`, as a declaration says it.
std::string field_text(const FieldDesc& field, const Program& program);

}  // namespace remit
