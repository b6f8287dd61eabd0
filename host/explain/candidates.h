// What might be changed in a request: one thing each, suggested by what the rules compare it with.
#pragma once

#include <string>
#include <vector>

#include "host/explain/edit.h"
#include "host/explain/rule_text.h"
#include "vm/engine/decision.h"

namespace remit::explain {

struct Candidate {
    std::string what;  // `data were "confidential" (is "restricted")`
    std::vector<Edit> edits;
    int size = 1;  // steps between symbols; what a host would not do lightly is larger
};

std::vector<Candidate> candidates(const Program& program, const std::vector<const WrittenRule*>& rules,
                                  const Json& request, const Decision& decision);

}  // namespace remit::explain
