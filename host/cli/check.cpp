// `remit check`: what is wrong with policies, and what a decision costs at worst.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/emit/cost.h"
#include "compiler/source/render.h"
#include "host/cli/policy_file.h"
#include "host/cli/verbs.h"
#include "host/testing/run_tests.h"
#include "vm/value/scalar.h"
#include "vm/value/sha256.h"

namespace remit::cli {

namespace {

/// All files of the command in one list, so that a machine format is one document.
struct Findings {
    Sources sources;
    Diagnostics diagnostics;

    void add(const Compilation& compilation) {
        const auto first = static_cast<FileId>(sources.size());
        for (FileId id = 0; id < compilation.sources.size(); ++id) {
            const SourceFile& file = compilation.sources.file(id);
            sources.add(file.name(), std::string(file.text()));
        }
        diagnostics.append(compilation.diagnostics, first);
    }
};

std::string plural(size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string summary(const std::string& path, const Compilation& compilation) {
    const Program& program = compilation.layers.front();
    return fmt::format("{}: fine: {}, {}, {}, {}; {}", path, plural(program.tools.size(), "tool"),
                       plural(program.rules.size(), "rule"), plural(program.facts.size(), "fact"),
                       plural(count_tests(compilation.files.front()), "test"), to_text(program.hash));
}

std::string facts_of(const ToolCost& cost) {
    return cost.facts.empty() ? "-" : fmt::format("{}", fmt::join(cost.facts, ", "));
}

std::string cost_table(const std::vector<ToolCost>& costs) {
    size_t width = 4;
    for (const ToolCost& cost : costs) width = std::max(width, cost.tool.size());
    std::string out = fmt::format("  {:<{}}  {:>6}  {:>8}  {}\n", "tool", width, "rules", "cost", "facts");
    for (const ToolCost& cost : costs)
        out += fmt::format("  {:<{}}  {:>6}  {:>8}  {}\n", cost.tool, width, cost.rules, cost.cost, facts_of(cost));
    return out;
}

/// The cost of a call is that of all its layers: each decides.
std::vector<ToolCost> costs_of(const Compilation& compilation) {
    std::vector<ToolCost> total = tool_costs(compilation.layers.front());
    for (size_t i = 1; i < compilation.layers.size(); ++i) {
        for (const ToolCost& more : tool_costs(compilation.layers[i])) {
            const auto found = std::find_if(total.begin(), total.end(),
                                            [&](const ToolCost& cost) { return cost.tool == more.tool; });
            if (found == total.end()) continue;
            found->cost += more.cost;
            found->rules += more.rules;
            for (const std::string& fact : more.facts) {
                if (std::find(found->facts.begin(), found->facts.end(), fact) == found->facts.end())
                    found->facts.push_back(fact);
            }
        }
    }
    return total;
}

class Check {
public:
    Check(const Arguments& arguments, Console& console)
        : arguments_(arguments), console_(console), human_(arguments.get("format") == "human") {}

    bool read_budget() {
        if (!arguments_.has("budget")) return true;
        const auto budget = parse_int(arguments_.get("budget"));
        if (!budget || *budget <= 0) return false;
        budget_ = static_cast<uint64_t>(*budget);
        return true;
    }
    Exit run() {
        for (const std::string& path : arguments_.words) exit_ = worse(exit_, file(path));
        // Humans have seen everything, file by file. A machine format is one document.
        if (!human_)
            console_.out().write(
                render(*render_format(arguments_.get("format")), findings_.sources, findings_.diagnostics));
        return exit_;
    }

private:
    Exit file(const std::string& path) {
        const auto compilation = compile_file(path);
        if (!compilation) {
            console_.error(compilation.error());
            return Exit::Environment;
        }
        const Diagnostics& diagnostics = compilation->diagnostics;
        if (human_)
            console_.err(render_human(compilation->sources, diagnostics, console_.color_err()));
        else
            findings_.add(*compilation);
        if (diagnostics.has_errors() || compilation->layers.empty()) return Exit::Wrong;
        const bool denied = arguments_.has("deny-warnings") && diagnostics.warnings() > 0;
        const bool costs_fit = costs(path, *compilation);
        if (denied) console_.error(fmt::format("{}: {} denied", path, plural(diagnostics.warnings(), "warning")));
        if (denied || !costs_fit) return Exit::Wrong;
        if (human_) console_.out().line(summary(path, *compilation));
        return Exit::Fine;
    }
    /// Prints the table if it is wanted; whether every tool is within the budget.
    bool costs(const std::string& path, const Compilation& compilation) {
        if (!arguments_.has("costs") && budget_ == 0) return true;
        const auto table = costs_of(compilation);
        // Beside a machine format the table would spoil the document.
        if (arguments_.has("costs") && human_)
            console_.out().write(cost_table(table));
        else if (arguments_.has("costs"))
            console_.err(cost_table(table));
        bool fits = true;
        for (const ToolCost& cost : table) {
            if (budget_ == 0 || cost.cost <= budget_) continue;
            console_.error(fmt::format("{}: a call of {} costs up to {} units, more than the budget of {}", path,
                                       cost.tool, cost.cost, budget_));
            fits = false;
        }
        return fits;
    }

    const Arguments& arguments_;
    Console& console_;
    bool human_;
    uint64_t budget_ = 0;  // 0: none
    Findings findings_;
    Exit exit_ = Exit::Fine;
};

}  // namespace

Exit run_check(const Arguments& arguments, Console& console) {
    Check check(arguments, console);
    if (!check.read_budget()) {
        console.error(fmt::format("--budget takes a number of units above 0, not `{}`", arguments.get("budget")));
        return Exit::Usage;
    }
    return check.run();
}

}  // namespace remit::cli
