// What native code a program needs. Always one function for each shape and way it is used, which any number of rows run
// through; and if the program is small, one function for each tool, with all that the tool runs. Knows nothing of LLVM.
#pragma once

#include <string>
#include <vector>

#include "vm/jit/jit.h"
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

/// One native function: all rows of `segments`, in order. For one tool, or for several that run the same.
struct ToolCode {
    std::vector<uint32_t> segments;
    size_t rows = 0;
};
/// Code grows with rows here, so there must be few: in a function, in a program; and instructions in a program. At
/// these limits LLVM takes about a tenth of a second of one core.
inline constexpr size_t kMostRowsInTool = 128, kMostRowsByTool = 256, kMostInstrsByTool = 1536;

/// As many tools are found by comparing, more by a jump through the table.
inline constexpr size_t kMostTested = 8;

/// One step of the walk.
struct Step {
    SegmentFunction run = nullptr;
    const Row* rows = nullptr;
    const Row* end = nullptr;
};
/// What the decision function needs of a tool: its code, and the steps for the walk.
struct ToolEntry;
using ToolFunction = void (*)(V* frame, Outcome* out, const ToolEntry* tool);
struct alignas(32) ToolEntry {
    ToolFunction run = nullptr;
    const Step* begin = nullptr;
    const Step* end = nullptr;
};

inline constexpr uint32_t kWalked = UINT32_MAX;
struct Plan {
    std::vector<SegmentCode> functions;
    std::vector<uint32_t> function_of;  // segment -> index into functions
    std::vector<ToolCode> tools;
    std::vector<uint32_t> tool_of;  // tool -> index into tools, or kWalked

    size_t size() const { return functions.size() + tools.size(); }
};

Plan make_plan(const Program& program, const NativeOptions& options);
/// Names of the plan's functions: first those of segments, then those of tools.
std::string symbol(const Plan& plan, size_t index);
inline constexpr const char* kWalkSymbol = "remit_walk";
/// `remit_decide_` and the first 16 hex digits of the version hash.
std::string decide_symbol(const Program& program);

/// The tables that the decision function walks. Address-stable once filled.
class StepTables {
public:
    struct Code {
        std::vector<SegmentFunction> segments;  // as plan.functions
        std::vector<ToolFunction> tools;        // as plan.tools
        ToolFunction walk = nullptr;
    };
    /// The program must outlive the tables.
    void fill(const Program& program, const Plan& plan, const Code& code);
    /// The address of the table by tool; valid before `fill`, as its size depends on the program alone.
    const ToolEntry* reserve(const Program& program);

private:
    std::vector<Step> steps_;
    std::vector<ToolEntry> tools_;
};

}  // namespace remit::jit
