// Tables -> Program: what a version's rules use is numbered anew, rows are grouped by the tools that they cover, tools get their
// segments. Linear in the rules, and the same whatever else the tables hold: a version that was reached by edits is byte for byte the
// one compiled from nothing.
#pragma once

#include <span>

#include "compiler/emit/lower.h"

namespace remit {

struct LinkedRule {
    const ir::Rule* rule = nullptr;
    const LoweredRule* lowered = nullptr;
};

/// `schema` with the code of `rules`, which are in the order of their canonical forms. Reports rules that never speak.
Program link(Program schema, const LoweringTables& tables, std::span<const LinkedRule> rules, Diagnostics& diagnostics);

}  // namespace remit
