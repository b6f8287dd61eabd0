#include "compiler/emit/cost.h"

namespace remit {

std::vector<ToolCost> tool_costs(const Program& program) {
    std::vector<ToolCost> out;
    for (const ToolDesc& tool : program.tools) {
        ToolCost cost{tool.name, 0, 0, {}};
        for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
            const Segment& s = program.segments[program.tool_segments[i]];
            const uint64_t rows = s.row_end - s.row_begin;
            uint64_t each = program.shapes[s.shape].cost;
            if (s.value_shape != kNoShape) each += program.shapes[s.value_shape].cost;
            cost.rules += rows;
            cost.cost += rows * each;
        }
        for (uint32_t use : tool.facts) cost.facts.push_back(program.facts[program.fact_uses[use].fact].name);
        out.push_back(std::move(cost));
    }
    return out;
}

}  // namespace remit
