// One rule: its selector, its payload, its guard for each group of tools.
#pragma once

#include "compiler/check/world.h"

namespace remit {

/// Checks `rule` and appends it to the world's policy. `at` is where it stands, "file:line:column".
void check_rule(World& world, const ast::File& file, const ast::Rule& rule);

/// The tools that a selector covers, sorted; its canonical text is appended to `text`. `allow` gives the special rule for writes.
std::vector<uint32_t> select_tools(World& world, const ast::Rule& rule, std::string& text);

}  // namespace remit
