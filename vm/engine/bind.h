// Bind: from a Request and one layer's Program to the frame that its kernel decides from, collecting the built-in denials of
// docs/semantics.md section 8 on the way. The frame and all that it points to live in the arena.
#pragma once

#include <vector>

#include "vm/engine/arena.h"
#include "vm/engine/carry.h"
#include "vm/engine/denials.h"
#include "vm/engine/labels.h"
#include "vm/engine/read_value.h"
#include "vm/engine/request.h"
#include "vm/index/loaded.h"

namespace remit {

struct Bound {
    const Program* program = nullptr;
    bool stopped = false;  // a denial that stops: the frame is not to be decided from
    uint32_t tool = 0;     // the tool that was called, or the one that decides its results
    bool after = false;    // a result is decided
    bool ruled = true;     // false: no rule says anything about such results
    V* frame = nullptr;
    std::vector<Argument> arguments;  // as the tool's parameters, normal forms; results: those of the call
    Labelled labelled;
    Water water;
    Denials denials;
};

/// `carry`: null unless state is carried from request to request. `out` is reused.
void bind(const Request& request, const LoadedProgram& program, const Defaults& defaults, const Carry* carry,
          Arena& arena, Bound& out);

}  // namespace remit
