// What native code a program needs: the code of `judge`, and one function for each shape and way it is used, which
// any number of rows run through. Knows nothing of LLVM.
#pragma once

#include <string>
#include <vector>

#include "vm/jit/jit.h"
#include "vm/jit/judge_code.h"
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

struct Plan {
    JudgePlan judge;
    std::vector<SegmentCode> segments;
    std::vector<uint32_t> function_of;  // segment -> index into segments, or kNoFunction

    static constexpr uint32_t kNoFunction = UINT32_MAX;
    /// Functions are numbered: those of `judge`, then those of segments.
    size_t judge_functions() const;
    size_t size() const { return judge_functions() + segments.size(); }
};

/// Without an explainer the functions of all segments, else of those alone that the index runs rows of.
Plan make_plan(const LoadedProgram& program, const NativeOptions& options);
/// `decide`: the functions of all segments, else of those alone that the index runs rows of.
Plan make_plan(const LoadedProgram& program, bool columns, bool decide);

/// The cells of a table.
inline uint32_t cell_count(const Layout& layout, const Table& table) {
    return layout.dims.empty() ? 1 : (table.dims[0].top + 2) * table.dims[0].stride;
}

std::string segment_symbol(const Plan& plan, size_t segment);
inline constexpr const char *kJudgeSymbol = "remit_judge", *kJudgeBoundSymbol = "remit_judge_bound",
                            *kJudgeColumnsSymbol = "remit_judge_columns";
/// Of a walked probe.
std::string probe_symbol(size_t probe, bool bound);

/// Rows of one segment, one after another.
struct Step {
    SegmentFunction run = nullptr;
    const Row* rows = nullptr;
    const Row* end = nullptr;
};
struct StepRange {
    const Step* begin = nullptr;
    const Step* end = nullptr;
};

/// What is walked rather than compiled: all segments of a tool, and the rows that a leaf leaves to be run.
/// Address-stable.
class Steps {
public:
    /// `functions`: as plan.segments. The program must outlive the steps.
    void fill(const LoadedProgram& program, const Plan& plan, const std::vector<SegmentFunction>& functions,
              bool decide);

    void run_tool(uint32_t tool, V* frame, Outcome& out) const noexcept { run(tools_[tool], frame, out); }
    void run_list(uint32_t list, V* frame, Outcome& out) const noexcept { run(lists_[list], frame, out); }

private:
    void run(const StepRange& range, V* frame, Outcome& out) const noexcept {
        for (const Step* s = range.begin; s != range.end; ++s) s->run(frame, &out, s->rows, s->end, params_);
    }

    std::vector<Step> steps_;
    std::vector<StepRange> tools_, lists_;
    const V* params_ = nullptr;
};

}  // namespace remit::jit
