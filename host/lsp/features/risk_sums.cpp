#include "host/lsp/features/risk_sums.h"

#include <algorithm>
#include <set>

#include "host/lsp/index/cover.h"
#include "vm/value/scalar.h"

namespace remit::lsp {

RiskSums::RiskSums(const Model& model) {
    for (const auto& [tool, decl] : model.tools) sums_[tool];
    std::set<std::pair<std::string, std::string>> counted;  // a term counts once, however often it is written
    for (const RuleAt& at : model.rules) {
        const ast::Rule& rule = *at.rule;
        if (rule.verb != ast::Verb::Risk || rule.names.empty() || !rule.number || rule.watch) continue;
        const int64_t weight = parse_int(rule.number->text).value_or(0);
        for (const std::string& tool : covered(model, rule)) {
            if (!counted.emplace(tool, rule.names[0].text).second) continue;
            sums_[tool].most += weight;
            sums_[tool].terms.push_back({rule.names[0].text, weight});
        }
    }
    for (auto& [tool, sum] : sums_)
        std::stable_sort(sum.terms.begin(), sum.terms.end(),
                         [](const auto& a, const auto& b) { return a.weight > b.weight; });
}

const RiskSum& RiskSums::of(const std::string& tool) const {
    static const RiskSum kNone;
    const auto it = sums_.find(tool);
    return it == sums_.end() ? kNone : it->second;
}

const std::string* RiskSums::riskiest(const std::vector<std::string>& tools) const {
    const std::string* out = nullptr;
    for (const std::string& tool : tools)
        if (!out || of(tool).most > of(*out).most) out = &tool;
    return out;
}

}  // namespace remit::lsp
