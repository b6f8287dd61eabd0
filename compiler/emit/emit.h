// Ir -> Program: guards become shapes and rows, rows are grouped by the tools that they cover, tools get their segments.
#pragma once

#include "compiler/ir/ir.h"
#include "compiler/source/diagnostic.h"

namespace remit {

/// `policy` is verified and folded. Reports guards that are larger than limits.h allows, and guards that never hold.
Program emit(ir::Policy policy, Diagnostics& diagnostics);

}  // namespace remit
