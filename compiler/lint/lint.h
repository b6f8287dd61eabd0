// Lints: what compiles and is most likely not meant. Each is a row of lints.def; docs/lint.md is made from it.
//
// A comment `// remit: allow NAME because ...` above a declaration, or beside its last line, silences one lint there.
#pragma once

#include <span>
#include <string_view>

#include "compiler/compile.h"

namespace remit {

struct LintOptions {
    bool pedantic = false;  // also what is a matter of taste or of thoroughness
};

struct LintRow {
    DiagId id;
    std::string_view name;  // `dead-guard`
    bool pedantic = false;
    std::string_view why, bad, good;
};
/// All of lints.def, in its order.
std::span<const LintRow> lint_rows();

/// Adds warnings about the policy's own files (not its parents', not the library's) to `diagnostics`; does nothing if `compilation` has errors or
/// kept no files. Pure, linear in the text but for shadowed rules, which are quadratic in the rules without a condition.
void lint(const Compilation& compilation, const LintOptions& options, Diagnostics& diagnostics);

}  // namespace remit
