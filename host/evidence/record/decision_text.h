// A Decision as canonical JSON: what a record holds and what replay compares byte by byte. The members are those of docs/cli.md without
// `id`, `policy` and `engine`, which stand beside it in the record, and without what is empty; docs/evidence.md lists them.
#pragma once

#include <string>
#include <string_view>

#include "vm/engine/decision.h"

namespace remit::evidence {

void append_decision(std::string& out, const Decision& decision);

std::string_view verdict_text(Verdict verdict);

}  // namespace remit::evidence
