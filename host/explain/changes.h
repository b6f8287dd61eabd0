// Which change of a request would turn its verdict: candidates come from the literals of the rules' conditions, and each is decided.
#pragma once

#include <string_view>
#include <vector>

#include "host/explain/explain.h"
#include "host/explain/rule_text.h"

namespace remit::explain {

/// `rules`: those that cover the request's tool. At most kMostChanges, the smallest first; two things are changed at once only where one is not enough to
/// allow the call.
std::vector<Change> nearest_changes(const Program& program, const std::vector<const WrittenRule*>& rules,
                                    Decider& decider, std::string_view request, const Decision& decision);

inline constexpr size_t kMostChanges = 6;

}  // namespace remit::explain
