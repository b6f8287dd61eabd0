// Kernel: one engine ready to decide for one loaded program. The interpreter and the native compiler each make one; the
// engine knows only this.
#pragma once

#include <memory>

#include "vm/ops/outcome.h"
#include "vm/value/value.h"

namespace remit {

class Kernel {
public:
    virtual ~Kernel() = default;
    /// Runs all guards of tool `tool` over `frame` (slots.size() values, written by this call: risk, lane, state), fills `out`.
    /// Thread-safe: all state is in the arguments. No allocation, no exception.
    virtual void decide(uint32_t tool, V* frame, Outcome& out) const noexcept = 0;
    virtual const char* name() const noexcept = 0;  // "interp" | "jit"
};

}  // namespace remit
