// `remit test`: runs the `test` blocks of files and directories, on one engine or on both.
#include <fmt/format.h>

#include <filesystem>

#include "host/cli/files.h"
#include "host/cli/policy_file.h"
#include "host/cli/test_report.h"
#include "host/cli/verbs.h"
#include "host/testing/fixture.h"
#include "host/testing/run_tests.h"
#include "vm/program/limits.h"

namespace remit::cli {

namespace {

struct Settings {
    std::vector<std::pair<Engine, std::string>> engines;
    std::string filter;
    bool color = false;
};

std::vector<std::pair<Engine, std::string>> engines_of(const std::string& word) {
    if (word == "both") return {{Engine::Interp, "interp"}, {Engine::Jit, "jit"}};
    return {{engine_named(word).value_or(Engine::Auto), word}};
}

/// A `test` stands at column 0. Files below a directory that have none may be parts of others, and are left alone.
bool mentions_tests(std::string_view text) {
    return text.starts_with("test ") || text.find("\ntest ") != std::string_view::npos;
}

void add_problem(TestReport& report, const std::string& file, Exit exit, std::string text) {
    report.problems.push_back({file, std::move(text)});
    report.exit = worse(report.exit, exit);
}

void run_file(const std::string& path, const Settings& settings, TestReport& report) {
    Opened opened = open_policy(path, settings.color);
    if (!opened.ok()) return add_problem(report, path, opened.exit, opened.report);
    if (opened.is_image)
        return add_problem(report, path, Exit::Wrong,
                           error_line(path + ": this is a compiled policy; tests are in the text that it was made from",
                                      settings.color));
    report.warnings += opened.report;
    const Compilation& compilation = *opened.compilation;
    for (const auto& [engine, name] : settings.engines) {
        const auto policy = make_policy(compilation.layers, engine);
        if (!policy)
            return add_problem(report, path, Exit::Environment,
                               error_line(fmt::format("{}: {}", path, policy.error()), settings.color));
        for (TestResult& result : run_tests(compilation.files.front(), *policy, settings.filter)) {
            report.add(path, (*policy)->layers().front().kernel->name(), compilation.sources, std::move(result));
        }
    }
}

void run_path(const std::string& path, const Settings& settings, TestReport& report) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return run_file(path, settings, report);
    const auto files = policy_files_under(path);
    if (!files) return add_problem(report, path, Exit::Environment, error_line(files.error(), settings.color));
    for (const std::string& file : *files) {
        const auto text = read_file(file, limits::kMaxSourceBytes);
        if (!text)
            add_problem(report, file, Exit::Environment, error_line(text.error(), settings.color));
        else if (mentions_tests(*text))
            run_file(file, settings, report);
    }
}

/// The defaults of a policy without declarations of its own, or of the given file.
Exit show_defaults(const Arguments& arguments, Console& console) {
    Opened opened;
    if (arguments.words.empty()) {
        opened.compilation = compile_text("defaults.remit", "policy defaults\n");
    } else {
        opened = open_policy(arguments.words[0], console.color_err());
        console.err(opened.report);
        if (!opened.ok()) return opened.exit;
    }
    std::vector<const Program*> layers;
    for (const Program& program : opened.compilation->layers) layers.push_back(&program);
    console.out().line(Fixture(layers).request());
    return Exit::Fine;
}

}  // namespace

Exit run_test(const Arguments& arguments, Console& console) {
    if (arguments.has("show-defaults")) return show_defaults(arguments, console);
    if (arguments.words.empty()) {
        console.error("`remit test` needs PATH...");
        return Exit::Usage;
    }
    const std::string& format = arguments.get("format");
    const bool human = format == "human";
    const Settings settings{engines_of(arguments.get("engine")), arguments.get("filter"), human && console.color_err()};
    TestReport report;
    for (const std::string& path : arguments.words) run_path(path, settings, report);
    if (report.cases.empty() && !settings.filter.empty() && report.exit == Exit::Fine) {
        console.error(fmt::format("no test has `{}` in its title", settings.filter));
        report.exit = Exit::Wrong;
    }
    console.err(report.warnings);
    if (human) {
        for (const auto& problem : report.problems) console.err(problem.text);
        console.out().write(report.human(console.color_out()));
    } else {
        console.out().write(format == "json" ? report.json() : report.junit());
    }
    return worse(report.exit, report.failed() > 0 ? Exit::Wrong : Exit::Fine);
}

}  // namespace remit::cli
