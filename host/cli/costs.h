// What decisions cost at worst, as `remit check` shows it: a table for people, JSON for machines, and what is over the budget.
#pragma once

#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/emit/cost.h"
#include "compiler/source/findings.h"

namespace remit::cli {

/// A line for each tool: rules, cost, facts, and the dearest rules with what each costs.
std::string cost_table(const std::vector<ToolCost>& costs);

/// An array of {"file","tool","rules","cost","facts","worst":[{"at","cost"}]}.
std::string cost_json(const std::string& file, const std::vector<ToolCost>& costs);

/// A finding of the rule `budget` for each tool that costs more, at its declaration.
void add_over_budget(Findings& findings, const Compilation& compilation, const std::vector<ToolCost>& costs,
                     uint64_t budget);

}  // namespace remit::cli
