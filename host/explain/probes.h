// What each condition of a rule comes to for a request, as the engine itself says: the policy is compiled once more with a rule for each condition.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/explain/explain.h"
#include "host/explain/rule_text.h"

namespace remit::explain {

/// For each rule the truth of each of its conditions. `tool`: the one that the request calls and the rules cover. A condition that is guarded by
/// earlier ones (`has args.x and ...`) is asked together with those.
std::vector<std::vector<Truth>> truths(const Compilation& compilation, const std::vector<const WrittenRule*>& rules,
                                       std::string_view tool, std::string_view request, const Remake& remake);

}  // namespace remit::explain
