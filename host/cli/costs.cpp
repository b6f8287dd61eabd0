#include "host/cli/costs.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/testing/literal.h"

namespace remit::cli {

namespace {

std::string worst_of(const ToolCost& cost) {
    std::string out;
    for (const RuleCost& rule : cost.worst)
        out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", rule.at, rule.cost);
    return out.empty() ? "-" : out;
}

std::string facts_of(const ToolCost& cost) {
    return cost.facts.empty() ? "-" : fmt::format("{}", fmt::join(cost.facts, ", "));
}

/// Where the tool is declared, in whichever file that is.
std::optional<Span> declaration_of(const Compilation& compilation, const std::string& tool) {
    for (const ast::File& file : compilation.files) {
        for (const ast::Decl& decl : file.decls) {
            const auto* declared = std::get_if<ast::ToolDecl>(&decl.body);
            if (declared != nullptr && declared->name.text == tool) return declared->name.span;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string cost_table(const std::vector<ToolCost>& costs) {
    size_t tool = 4, facts = 5;
    for (const ToolCost& cost : costs) {
        tool = std::max(tool, cost.tool.size());
        facts = std::max(facts, facts_of(cost).size());
    }
    const auto row = [&](std::string_view name, const auto& rules, const auto& units, std::string_view read,
                         std::string_view worst) {
        return fmt::format("  {:<{}}  {:>6}  {:>8}  {:<{}}  {}\n", name, tool, rules, units, read, facts, worst);
    };
    std::string out = row("tool", "rules", "cost", "facts", "dearest rules");
    for (const ToolCost& cost : costs) out += row(cost.tool, cost.rules, cost.cost, facts_of(cost), worst_of(cost));
    return out;
}

std::string cost_json(const std::string& file, const std::vector<ToolCost>& costs) {
    std::vector<std::string> out;
    for (const ToolCost& cost : costs) {
        std::vector<std::string> facts, worst;
        for (const std::string& fact : cost.facts) facts.push_back(json_string(fact));
        for (const RuleCost& rule : cost.worst)
            worst.push_back(object_of({{"at", json_string(rule.at)}, {"cost", std::to_string(rule.cost)}}));
        out.push_back(object_of({{"file", json_string(file)},
                                 {"tool", json_string(cost.tool)},
                                 {"rules", std::to_string(cost.rules)},
                                 {"cost", std::to_string(cost.cost)},
                                 {"facts", array_of(facts)},
                                 {"worst", array_of(worst)}}));
    }
    return array_of(out);
}

void add_over_budget(Findings& findings, const Compilation& compilation, const std::vector<ToolCost>& costs,
                     uint64_t budget) {
    for (const ToolCost& cost : costs) {
        if (cost.cost <= budget) continue;
        add_rule(findings,
                 {"budget", "OverBudget", "a decision may cost more than the budget allows",
                  "bound the lists, narrow the selectors of the dearest rules, or raise --budget", Level::Error});
        Finding found{"budget", Level::Error, {}, {}, {}, {}, {}, {}, {}};
        found.message = fmt::format("a call of {} costs up to {} units, more than the budget of {}", cost.tool,
                                    cost.cost, budget);
        found.help = "the dearest rules: " + worst_of(cost);
        found.properties = {{"cost", std::to_string(cost.cost)}, {"budget", std::to_string(budget)}};
        if (const auto span = declaration_of(compilation, cost.tool)) {
            found.at = region_of(compilation.sources, *span);
            found.line = std::string(compilation.sources.file(span->file).line(found.at->begin.line));
        }
        findings.list.push_back(std::move(found));
    }
}

}  // namespace remit::cli
