// Batches: tools whose calls are decided element by element, as calls of another tool.
#pragma once

#include "compiler/check/world.h"

namespace remit {

/// `decl` says `each`, and all tools are declared: sets each_param and each_tool of its tool, or reports why not.
void declare_batch(World& world, const ast::ToolDecl& decl);
/// After declare_batch of all: elements are no batches themselves.
void check_batches(World& world, const ast::ToolDecl& decl);

}  // namespace remit
