// What native code a program needs: one function for each shape and way it is used, and for each segment which
// function runs it. Knows nothing of LLVM.
#pragma once

#include <string>
#include <vector>

#include "vm/ops/outcome.h"
#include "vm/program/program.h"

namespace remit::jit {

/// One native function: the guard `shape` over a run of rows, doing `action` for each that hits.
struct SegmentCode {
    Action action = Action::Note;
    bool must = false;
    uint32_t shape = 0;
    uint32_t value_shape = kNoShape;
    friend bool operator==(const SegmentCode&, const SegmentCode&) = default;
};

using SegmentFunction = void (*)(V* frame, Outcome* out, const Row* rows, const Row* end, const V* params);

/// One step of a decision, laid out for the decision function to read.
struct Step {
    SegmentFunction run = nullptr;
    const Row* rows = nullptr;
    const Row* end = nullptr;
};
struct ToolSteps {
    const Step* begin = nullptr;
    const Step* end = nullptr;
};

struct Plan {
    std::vector<SegmentCode> functions;
    std::vector<uint32_t> function_of;  // segment -> index into functions
};

Plan make_plan(const Program& program);
std::string segment_symbol(const Plan& plan, size_t function);
/// `remit_decide_` and the first 16 hex digits of the version hash.
std::string decide_symbol(const Program& program);

/// The tables that the decision function walks. Address-stable once filled.
class StepTables {
public:
    /// `run[i]` is the code of plan.functions[i]. The program must outlive the tables.
    void fill(const Program& program, const Plan& plan, const std::vector<SegmentFunction>& run);
    /// The address of the table by tool; valid before `fill`, as its size depends on the program alone.
    const ToolSteps* reserve(const Program& program);

private:
    std::vector<Step> steps_;
    std::vector<ToolSteps> tools_;
};

}  // namespace remit::jit
