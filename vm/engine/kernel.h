// Kernel: one engine ready to decide for one loaded program. The interpreter and the native compiler each make one; the
// engine knows only this.
#pragma once

#include <cstddef>
#include <memory>

#include "vm/ops/outcome.h"
#include "vm/value/value.h"

namespace remit {

/// What a bound session settles: see vm/engine/session.h. Arrays are indexed by Table::id.
struct BoundTables {
    const uint32_t* bases = nullptr;       // cells to skip for the classes of the session's slots
    const uint64_t* role_words = nullptr;  // the session's role word for each table
};

/// Many requests as columns, for replay and audits: column[s] holds slot s of every request as int64_t, or is null if no layout reads
/// slot s. No value is an error. Only for programs whose index has no runs and reads no text.
struct Columns {
    size_t size = 0;
    const uint32_t* tool = nullptr;
    const int64_t* const* slot = nullptr;  // slots.size() pointers
    uint8_t* verdict = nullptr;            // out: a Verdict each, before signatures and built-in denials
    int64_t* risk = nullptr;               // out, may be null
};

class Kernel {
public:
    virtual ~Kernel() = default;
    /// Runs all guards of tool `tool` over `frame` (slots.size() values, written by this call: risk, lane, state), fills `out`
    /// with every rule that speaks: for explanations, tests and evidence. The caller sets `out.matched` and zeroes the rest.
    /// Thread-safe: all state is in the arguments. No allocation, no exception.
    virtual void decide(uint32_t tool, V* frame, Outcome& out) const noexcept = 0;

    /// The same decision through the index, at a cost that does not depend on the number of rules. `frame` ends up the same. `out`:
    /// allowed, blocked and asked; `matched` only what was a run; the rest as leaves in `spoken`. Together they
    /// give the same verdict, risk, lane, obligations, leases, isolation, reach, records and state as `decide`.
    virtual void judge(uint32_t tool, V* frame, Outcome& out) const noexcept = 0;
    /// `judge` for a session that was bound: the session's slots and roles are not read from the frame but from `bound`.
    /// (Runs still read them, so the frame must hold them.)
    virtual void judge_bound(uint32_t tool, const BoundTables& bound, V* frame, Outcome& out) const noexcept = 0;
    /// False if this program cannot be decided in columns.
    virtual bool judge_columns(const Columns& columns) const noexcept = 0;

    virtual const char* name() const noexcept = 0;  // "interp" | "jit"
};

}  // namespace remit
