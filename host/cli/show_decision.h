// A decision for people: a few lines, or every rule that spoke. Pure.
#pragma once

#include <string>

#include "vm/engine/decision.h"

namespace remit::cli {

/// Verdict, why, obligations, and what binds the call if it goes ahead.
std::string show_decision(const Decision& decision, bool color);
/// Each rule that spoke with its place and reason, the terms of the risk sum, all obligations.
std::string show_details(const Decision& decision, bool color);

}  // namespace remit::cli
