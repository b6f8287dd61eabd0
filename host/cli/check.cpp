// `remit check`: what is wrong with policies, and what a decision costs at worst.
#include <fmt/format.h>

#include <iterator>

#include "compiler/lint/lint.h"
#include "compiler/source/render.h"
#include "host/cli/costs.h"
#include "host/cli/policy_file.h"
#include "host/cli/verbs.h"
#include "host/testing/cases.h"
#include "vm/value/scalar.h"
#include "vm/value/sha256.h"

namespace remit::cli {

namespace {

std::string plural(size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string summary(const std::string& path, const Compilation& compilation) {
    const Program& program = compilation.layers.front();
    return fmt::format("{}: fine: {}, {}, {}, {}; {}", path, plural(program.callable().size(), "tool"),
                       plural(program.rules.size(), "rule"), plural(program.facts.size(), "fact"),
                       plural(count_tests(compilation.files.front()), "test"), to_text(program.hash));
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
        all_.verb = "check";
        for (const std::string& path : arguments_.words) exit_ = worse(exit_, file(path));
        if (!human_) document();
        return exit_;
    }

private:
    Exit file(const std::string& path) {
        auto compilation = compile_file(path);
        if (!compilation) {
            console_.error(compilation.error());
            return Exit::Environment;
        }
        lint(*compilation, {arguments_.has("pedantic")}, compilation->diagnostics);
        const Diagnostics& diagnostics = compilation->diagnostics;
        if (human_) console_.err(render_human(compilation->sources, diagnostics, console_.color_err()));
        Findings findings = findings_of(compilation->sources, diagnostics);
        const bool compiled = !diagnostics.has_errors() && !compilation->layers.empty();
        const bool fits = !compiled || costs(path, *compilation, findings);
        const bool denied = arguments_.has("deny-warnings") && diagnostics.warnings() > 0;
        if (denied) deny(findings);
        if (!human_) add(std::move(findings));
        if (denied && compiled)
            console_.error(fmt::format("{}: {} denied", path, plural(diagnostics.warnings(), "warning")));
        if (!compiled || denied || !fits) return Exit::Wrong;
        if (human_) console_.out().line(summary(path, *compilation));
        return Exit::Fine;
    }
    /// Warnings that make the exit code 1 are errors to whoever reads the document.
    static void deny(Findings& findings) {
        for (Finding& found : findings.list) {
            if (found.level == Level::Warning) found.level = Level::Error;
        }
    }
    /// Shows the table if it is wanted; whether every tool is within the budget.
    bool costs(const std::string& path, const Compilation& compilation, Findings& findings) {
        if (!arguments_.has("costs") && budget_ == 0) return true;
        const auto table = tool_costs(compilation.layers);
        if (arguments_.has("costs") && human_) console_.out().write(cost_table(table));
        if (arguments_.has("costs") && !human_) costs_.push_back(cost_json(path, table));
        if (budget_ == 0) return true;
        const size_t before = findings.list.size();
        add_over_budget(findings, compilation, table, budget_);
        for (size_t i = before; human_ && i < findings.list.size(); ++i)
            console_.error(fmt::format("{}: {}; {}", path, findings.list[i].message, findings.list[i].help));
        return findings.list.size() == before;
    }
    /// Humans see everything file by file. A machine format is one document.
    void add(Findings findings) {
        for (FindingRule& rule : findings.rules) add_rule(all_, std::move(rule));
        std::move(findings.files.begin(), findings.files.end(), std::back_inserter(all_.files));
        std::move(findings.list.begin(), findings.list.end(), std::back_inserter(all_.list));
    }
    void document() {
        const RenderFormat format = *render_format(arguments_.get("format"));
        if (!arguments_.has("costs")) return console_.out().write(render(format, all_));
        std::string lists;  // arrays, one a file, as one
        for (const std::string& list : costs_) {
            if (list == "[]") continue;
            lists += (lists.empty() ? "" : ",") + list.substr(1, list.size() - 2);
        }
        all_.properties.emplace_back("costs", "[" + lists + "]");
        if (format == RenderFormat::Json)
            console_.out().write("{\"diagnostics\":" + render_json(all_) + ",\"costs\":[" + lists + "]}\n");
        else
            console_.out().write(render(format, all_));
    }

    const Arguments& arguments_;
    Console& console_;
    bool human_;
    uint64_t budget_ = 0;  // 0: none
    Findings all_;
    std::vector<std::string> costs_;  // JSON, one of each file
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
