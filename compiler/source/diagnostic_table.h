// The rows of diagnostics.def at run time: for the documentation's list and for tests that look for rows without a case.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "compiler/source/diagnostic.h"

namespace remit {

struct DiagnosticRow {
    DiagId id;
    Severity severity;
    std::string_view code, name;
    std::string_view message, help;  // message: with `{}` for its arguments
};

/// All rows, in the order of diagnostics.def; a row's index is its DiagId.
std::span<const DiagnosticRow> diagnostic_rows();

/// The rows as a Markdown table.
std::string diagnostics_markdown();

}  // namespace remit
