#include "compiler/emit/cost.h"

#include <algorithm>

namespace remit {

namespace {

bool dearer(const RuleCost& a, const RuleCost& b) { return a.cost > b.cost; }

void keep_worst(std::vector<RuleCost>& rules) {
    std::stable_sort(rules.begin(), rules.end(), dearer);
    if (rules.size() > kMaxWorstRules) rules.resize(kMaxWorstRules);
}

/// A rule's place is long and rules are many: texts are made of those that are kept.
void note(std::vector<RuleCost>& worst, const RuleInfo& rule, uint64_t cost) {
    if (worst.size() == kMaxWorstRules && worst.back().cost >= cost) return;
    worst.push_back({rule.at, cost});
    keep_worst(worst);
}

ToolCost cost_of(const Program& program, const ToolDesc& tool) {
    ToolCost out{tool.name, 0, 0, {}, {}};
    for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
        const Segment& s = program.segments[program.tool_segments[i]];
        uint64_t each = program.shapes[s.shape].cost;
        if (s.value_shape != kNoShape) each += program.shapes[s.value_shape].cost;
        out.rules += s.row_end - s.row_begin;
        out.cost += (s.row_end - s.row_begin) * each;
        for (uint32_t row = s.row_begin; row < s.row_end; ++row)
            note(out.worst, program.rules[program.rows[row].rule], each);
    }
    for (uint32_t use : tool.facts) out.facts.push_back(program.facts[program.fact_uses[use].fact].name);
    return out;
}

/// A batch may have as many elements as its list.
void add_elements(const ToolDesc& tool, const ToolCost& element, ToolCost& out) {
    const uint64_t most = tool.params[tool.each_param].type.max_items;
    uint64_t all = 0;
    if (__builtin_mul_overflow(most, element.cost, &all) || __builtin_add_overflow(out.cost, all, &out.cost))
        out.cost = UINT64_MAX;
    out.rules += element.rules;
    for (const std::string& fact : element.facts)
        if (std::find(out.facts.begin(), out.facts.end(), fact) == out.facts.end()) out.facts.push_back(fact);
}

}  // namespace

std::vector<ToolCost> tool_costs(const Program& program) {
    std::vector<ToolCost> out;
    for (const ToolDesc& tool : program.tools) out.push_back(cost_of(program, tool));
    for (size_t t = 0; t < program.tools.size(); ++t)
        if (const uint32_t element = program.tools[t].each_tool; element != kNoTool)
            add_elements(program.tools[t], out[element], out[t]);
    return out;
}

std::vector<ToolCost> tool_costs(const std::vector<Program>& layers) {
    if (layers.empty()) return {};
    std::vector<ToolCost> total = tool_costs(layers.front());
    for (size_t i = 1; i < layers.size(); ++i) {
        for (const ToolCost& more : tool_costs(layers[i])) {
            const auto same = [&](const ToolCost& cost) { return cost.tool == more.tool; };
            const auto found = std::find_if(total.begin(), total.end(), same);
            if (found == total.end()) continue;
            found->cost += more.cost;
            found->rules += more.rules;
            found->worst.insert(found->worst.end(), more.worst.begin(), more.worst.end());
            keep_worst(found->worst);
            for (const std::string& fact : more.facts) {
                if (std::find(found->facts.begin(), found->facts.end(), fact) == found->facts.end())
                    found->facts.push_back(fact);
            }
        }
    }
    return total;
}

}  // namespace remit
