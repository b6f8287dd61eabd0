// Which tools a selector covers, over the Model: for hover, completion and hints. compiler/check/select.cpp is the real thing, and
// tests/lsp holds this against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/lsp/index/model.h"

namespace remit::lsp {

/// `*` is any run, dots included.
bool matches_pattern(std::string_view pattern, std::string_view name);
/// Sorted names. `allow`: patterns leave out tools that write, unless `including_write`.
std::vector<std::string> covered(const Model& model, const ast::Selector& selector, bool allow, bool including_write);
std::vector<std::string> covered(const Model& model, const ast::Rule& rule);
/// Whether it covers this one tool.
bool covers(const Model& model, const ast::Rule& rule, const ast::ToolDecl& tool);

}  // namespace remit::lsp
