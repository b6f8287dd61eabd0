// Which rules cover a tool, asked anew for every request.
#pragma once

#include "tests/differential/oracle.h"

namespace remit::oracle {

bool covers(const Model& model, const ast::Rule& rule, const ast::ToolDecl& tool);

}  // namespace remit::oracle
