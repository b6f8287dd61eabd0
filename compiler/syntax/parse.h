// Text to Ast. The one door to ANTLR: nothing of it is visible here, and nothing it throws passes.
#pragma once

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"

namespace remit {

/// Parses a whole file. The file is cut into declarations by its layout and each is parsed by itself, so that every declaration
/// reports its own errors; those with errors are left out of the result. Never throws. Bounded by limits.h.
ast::File parse_file(const Sources& sources, FileId file, Diagnostics& diagnostics);

/// Parses one line of the REPL: a call (`payments.refund(order: "A-1", amount: 300) data confidential`), with labels as in a test.
std::optional<ast::File> parse_call(const Sources& sources, FileId file, Diagnostics& diagnostics, ast::TestCall& call);

/// As s-expressions, one declaration a line; the tests' golden form and `build --emit ast`.
std::string print(const ast::File& file);

}  // namespace remit
