// Hand over: a call's result without what the decision redacts, for gateways. Pure; throws std::bad_alloc only.
#pragma once

#include <set>
#include <string>

#include "vm/engine/json.h"

namespace remit {

/// `result` (Request::result) as JSON, with null in place of each part that `redact` (Decision::redact) names. Paths that lead nowhere,
/// because the part is optional, change nothing.
std::string hand_over(const Json& result, const std::set<std::string>& redact);

}  // namespace remit
