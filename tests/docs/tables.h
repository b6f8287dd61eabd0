// Pages of documentation that are made from tables.
#pragma once

#include <string>

namespace remit::docs {

std::string operations_page();   // docs/operations.md
std::string diagnostics_page();  // docs/diagnostics.md
std::string lint_page();         // docs/lint.md

}  // namespace remit::docs
