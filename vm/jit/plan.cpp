#include "vm/jit/plan.h"

#include <map>
#include <tuple>

namespace remit::jit {

Plan make_plan(const Program& program) {
    Plan plan;
    std::map<std::tuple<Action, bool, uint32_t, uint32_t>, uint32_t> known;
    plan.function_of.reserve(program.segments.size());
    for (const Segment& s : program.segments) {
        const auto next = static_cast<uint32_t>(plan.functions.size());
        const auto [it, fresh] = known.try_emplace({s.action, s.must, s.shape, s.value_shape}, next);
        if (fresh) plan.functions.push_back({s.action, s.must, s.shape, s.value_shape});
        plan.function_of.push_back(it->second);
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

std::string segment_symbol(const Plan& plan, size_t function) {
    const SegmentCode& code = plan.functions[function];
    return "remit_segment_" + std::to_string(function) + "_" + action_word(code.action) + "_shape" +
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

const ToolSteps* StepTables::reserve(const Program& program) {
    tools_.resize(program.tools.size());
    return tools_.data();
}

void StepTables::fill(const Program& program, const Plan& plan, const std::vector<SegmentFunction>& run) {
    reserve(program);
    std::vector<std::pair<size_t, size_t>> ranges;
    for (const ToolDesc& tool : program.tools) {
        const size_t first = steps_.size();
        for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
            const uint32_t index = program.tool_segments[i];
            const Segment& s = program.segments[index];
            if (s.row_begin == s.row_end) continue;
            steps_.push_back(
                {run[plan.function_of[index]], program.rows.data() + s.row_begin, program.rows.data() + s.row_end});
        }
        ranges.emplace_back(first, steps_.size());
    }
    for (size_t t = 0; t < ranges.size(); ++t)
        tools_[t] = {steps_.data() + ranges[t].first, steps_.data() + ranges[t].second};
}

}  // namespace remit::jit
