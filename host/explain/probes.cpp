#include "host/explain/probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "vm/engine/policy.h"

namespace remit::explain {

namespace {

constexpr size_t kMostProbes = 4000;

/// Whether a condition may stand under `not`: state, risk and lane only tighten. They are never in doubt either.
bool may_be_negated(const std::string& text) {
    for (const std::string_view word : {"state.", "risk", "lane"})
        if (text.find(word) != std::string::npos) return false;
    return true;
}

bool narrows(const std::string& text) { return text.starts_with("has ") || text.ends_with(" is not null"); }

struct Probe {
    size_t rule = 0, condition = 0;
    bool negated = false;
    std::string guard;
};

std::vector<Probe> probes_of(const std::vector<const WrittenRule*>& rules) {
    std::vector<Probe> out;
    for (size_t r = 0; r < rules.size(); ++r) {
        std::string known;  // what narrows the conditions after it
        for (size_t c = 0; c < rules[r]->conditions.size() && out.size() < kMostProbes; ++c) {
            const Condition& condition = rules[r]->conditions[c];
            const std::string guard = fmt::format("{}({})", known, condition.text);
            out.push_back({r, c, false, guard});
            if (may_be_negated(guard)) out.push_back({r, c, true, fmt::format("{}not ({})", known, condition.text)});
            if (!condition.except && narrows(condition.text)) known += fmt::format("({}) and ", condition.text);
        }
    }
    return out;
}

}  // namespace

std::vector<std::vector<Truth>> truths(const Compilation& compilation, const std::vector<const WrittenRule*>& rules,
                                       std::string_view tool, std::string_view request, const Remake& remake) {
    std::vector<std::vector<Truth>> out;
    for (const WrittenRule* rule : rules) out.emplace_back(rule->conditions.size(), Truth::Unknown);
    std::vector<Probe> probes = probes_of(rules);
    const SourceFile& main = compilation.sources.file(compilation.files.front().file);
    const std::string base = std::string(main.text()) + "\n";
    const auto first = static_cast<uint32_t>(std::count(base.begin(), base.end(), '\n')) + 1;
    // One that cannot stand by itself is left out in the second round, and stays unknown.
    for (int round = 0; round < 2 && !probes.empty(); ++round) {
        std::string text = base;
        for (size_t i = 0; i < probes.size(); ++i)
            text += fmt::format("record probe_{} for \"{}\" when {}\n", i, tool, probes[i].guard);
        std::vector<uint32_t> wrong;
        const auto policy = remake(text, wrong);
        if (!policy) {
            const std::set<uint32_t> lines(wrong.begin(), wrong.end());
            std::vector<Probe> kept;
            for (size_t i = 0; i < probes.size(); ++i)
                if (!lines.contains(first + static_cast<uint32_t>(i))) kept.push_back(std::move(probes[i]));
            probes = std::move(kept);
            continue;
        }
        const Decision decision = Decider(policy).decide(request);
        std::set<std::string> spoke;
        for (const SpokenRule& rule : decision.rules) spoke.insert(rule.at);
        const auto speaks = [&](size_t i) { return spoke.contains(fmt::format("{}:{}:1", main.name(), first + i)); };
        for (size_t i = 0; i < probes.size(); ++i) {
            if (probes[i].negated) continue;
            const bool opposite = i + 1 < probes.size() && probes[i + 1].negated &&
                                  probes[i + 1].rule == probes[i].rule &&
                                  probes[i + 1].condition == probes[i].condition && speaks(i + 1);
            out[probes[i].rule][probes[i].condition] = !speaks(i) ? Truth::False
                                                       : opposite ? Truth::Error
                                                                  : Truth::True;
        }
        break;
    }
    return out;
}

}  // namespace remit::explain
