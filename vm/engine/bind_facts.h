// The facts' part of the frame: for each fact that a tool's rules read, the entry with its key, if it is there and fresh
// (docs/semantics.md section 8).
#pragma once

#include <span>

#include "vm/engine/arena.h"
#include "vm/engine/denials.h"
#include "vm/engine/read_value.h"
#include "vm/engine/request.h"
#include "vm/index/loaded.h"

namespace remit {

/// Fills the fields' slots of all facts that `tool` uses; what is missing or stale becomes an error and one denial each.
/// Arguments, session and state must be in `frame`: keys come from there.
void bind_facts(std::span<const FactIn> facts, const LoadedProgram& program, const Defaults& defaults,
                const ToolDesc& tool, int64_t now, Arena& arena, V* frame, Denials& denials);

}  // namespace remit
