#include "vm/jit/plan.h"

#include <map>
#include <tuple>

namespace remit::jit {

namespace {

void plan_segments(const Program& program, Plan& plan) {
    std::map<std::tuple<Action, bool, uint32_t, uint32_t>, uint32_t> known;
    plan.function_of.reserve(program.segments.size());
    for (const Segment& s : program.segments) {
        const auto next = static_cast<uint32_t>(plan.functions.size());
        const auto [it, fresh] = known.try_emplace({s.action, s.must, s.shape, s.value_shape}, next);
        if (fresh) plan.functions.push_back({s.action, s.must, s.shape, s.value_shape});
        plan.function_of.push_back(it->second);
    }
}

size_t instrs(const Program& program, const Segment& s) {
    const auto of = [&](uint32_t shape) { return program.shapes[shape].end - program.shapes[shape].begin; };
    return size_t{of(s.shape)} + (s.value_shape == kNoShape ? 0 : of(s.value_shape));
}

ToolCode code_of(const Program& program, const ToolDesc& tool) {
    ToolCode code;
    for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
        const Segment& s = program.segments[program.tool_segments[i]];
        if (s.row_begin == s.row_end) continue;
        code.segments.push_back(program.tool_segments[i]);
        code.rows += s.row_end - s.row_begin;
    }
    return code;
}

/// One function for each different list of segments. False if that is more than is allowed.
bool plan_tools(const Program& program, bool limited, Plan& plan) {
    std::map<std::vector<uint32_t>, uint32_t> known;
    size_t rows = 0, work = 0;
    for (const ToolDesc& tool : program.tools) {
        ToolCode code = code_of(program, tool);
        if (code.segments.empty() || (limited && code.rows > kMostRowsInTool)) {
            plan.tool_of.push_back(kWalked);
            continue;
        }
        const auto [it, fresh] = known.try_emplace(code.segments, static_cast<uint32_t>(plan.tools.size()));
        plan.tool_of.push_back(it->second);
        if (!fresh) continue;
        rows += code.rows;
        for (const uint32_t index : code.segments) {
            const Segment& s = program.segments[index];
            work += (s.row_end - s.row_begin) * instrs(program, s);
        }
        if (limited && (rows > kMostRowsByTool || work > kMostInstrsByTool)) return false;
        plan.tools.push_back(std::move(code));
    }
    return true;
}

}  // namespace

Plan make_plan(const Program& program, const NativeOptions& options) {
    Plan plan;
    // Level 0 is for being ready soonest, which few functions are.
    const bool limited = options.form == NativeForm::Auto;
    const bool by_shape = options.form == NativeForm::ByShape || (limited && options.opt_level <= 0);
    plan_segments(program, plan);
    if (by_shape || !plan_tools(program, limited, plan)) {
        plan.tools.clear();
        plan.tool_of.assign(program.tools.size(), kWalked);
    }
    return plan;
}

namespace {

const char* action_word(Action action) {
    switch (action) {
        case Action::Note: return "note";
        case Action::Allow: return "allow";
        case Action::Block: return "block";
        case Action::Risk: return "risk";
        case Action::Lane: return "lane";
        case Action::Mark: return "mark";
        case Action::Count: return "count";
        case Action::CountDistinct: return "distinct";
    }
    return "none";
}

}  // namespace

std::string symbol(const Plan& plan, size_t index) {
    if (index >= plan.functions.size()) return "remit_tool_" + std::to_string(index - plan.functions.size());
    const SegmentCode& code = plan.functions[index];
    return "remit_segment_" + std::to_string(index) + "_" + action_word(code.action) + "_shape" +
           std::to_string(code.shape);
}

std::string decide_symbol(const Program& program) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string name = "remit_decide_";
    for (size_t i = 0; i < 8; ++i) {
        name += kHex[program.hash[i] >> 4];
        name += kHex[program.hash[i] & 15];
    }
    return name;
}

const ToolEntry* StepTables::reserve(const Program& program) {
    tools_.resize(program.tools.size());
    return tools_.data();
}

void StepTables::fill(const Program& program, const Plan& plan, const Code& code) {
    reserve(program);
    std::vector<std::pair<size_t, size_t>> ranges;
    for (const ToolDesc& tool : program.tools) {
        const size_t first = steps_.size();
        for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
            const uint32_t index = program.tool_segments[i];
            const Segment& s = program.segments[index];
            if (s.row_begin == s.row_end) continue;
            steps_.push_back({code.segments[plan.function_of[index]], program.rows.data() + s.row_begin,
                              program.rows.data() + s.row_end});
        }
        ranges.emplace_back(first, steps_.size());
    }
    for (size_t t = 0; t < ranges.size(); ++t) {
        const ToolFunction run = plan.tool_of[t] == kWalked ? code.walk : code.tools[plan.tool_of[t]];
        tools_[t] = {run, steps_.data() + ranges[t].first, steps_.data() + ranges[t].second};
    }
}

}  // namespace remit::jit
