// `remit test`: runs the `test` blocks of files and directories, says what they cover, and which changes of the policy they would miss.
#include <fmt/format.h>

#include "host/cli/files.h"
#include "host/cli/policy_file.h"
#include "host/cli/test_mutate.h"
#include "host/cli/test_suite.h"
#include "host/cli/test_watch.h"
#include "host/cli/verbs.h"
#include "host/testing/fixture.h"
#include "vm/value/scalar.h"

namespace remit::cli {

namespace {

std::vector<Engine> engines_of(const std::string& word) {
    if (word == "both") return {Engine::Interp, Engine::Jit};
    return {engine_named(word).value_or(Engine::Auto)};
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

void list(const std::vector<std::unique_ptr<TestFile>>& files, Console& console) {
    for (const auto& file : files) {
        for (const TestCase& test : file->cases)
            console.out().line(fmt::format("{}: {}", file->compilation.sources.at(test.at), printable(test.title)));
    }
}

/// Coverage to its file or after the report; too little of it is wrong.
Exit show_coverage(const Arguments& arguments, const Coverage& coverage, Console& console) {
    const std::string& format = arguments.get("coverage");
    const std::string text = format == "lcov"   ? coverage_lcov(coverage)
                             : format == "html" ? coverage_html(coverage)
                                                : coverage_text(coverage);
    if (const std::string& path = arguments.get("coverage-out"); !path.empty()) {
        const auto written = write_file(path, text);
        if (!written) {
            console.error(written.error());
            return Exit::Environment;
        }
    } else if (format == "text" && arguments.get("format") != "human") {
        console.err(text);
    } else {
        console.out().write(text);
    }
    const auto least = parse_decimal(arguments.has("coverage-min") ? arguments.get("coverage-min") : "0", 2);
    if (!least || static_cast<double>(*least) <= 100 * coverage.percent()) return Exit::Fine;
    console.error(fmt::format("coverage is {:.1f}%, less than {}%", coverage.percent(), arguments.get("coverage-min")));
    return Exit::Wrong;
}

void show_report(const Arguments& arguments, const TestReport& report, Console& console) {
    const std::string& format = arguments.get("format");
    console.err(report.warnings);
    if (format != "human") return console.out().write(format == "json" ? report.json() : report.junit());
    for (const auto& problem : report.problems) console.err(problem.text);
    console.out().write(report.human(console.color_out()));
}

struct Ran {
    Exit exit = Exit::Fine;
    std::vector<std::string> read;  // files
};

Ran run_once(const Arguments& arguments, const TestSettings& settings, const MutateSettings* mutation,
             Console& console) {
    TestReport report;
    const auto files = open_tests(arguments.words, settings, report);
    Ran ran;
    for (const auto& file : files)
        for (FileId id = 0; id < file->compilation.sources.size(); ++id)
            ran.read.push_back(file->compilation.sources.file(id).name());
    if (arguments.has("list")) {
        for (const auto& problem : report.problems) console.err(problem.text);
        list(files, console);
        ran.exit = report.exit;
        return ran;
    }
    Coverage coverage;
    const bool covers = arguments.has("coverage") || arguments.has("coverage-min") || arguments.has("coverage-out");
    run_suite(files, settings, console, report, covers ? &coverage : nullptr);
    if (report.cases.empty() && !settings.filter.empty() && report.exit == Exit::Fine) {
        console.error(fmt::format("no test has `{}` in its title", settings.filter));
        report.exit = Exit::Wrong;
    }
    const bool failed = report.failed() > 0 || report.exit != Exit::Fine;
    const bool alone = covers && arguments.get("coverage") != "text" && arguments.get("coverage-out").empty();
    if (failed || (!alone && mutation == nullptr)) show_report(arguments, report, console);
    ran.exit = worse(report.exit, report.failed() > 0 ? Exit::Wrong : Exit::Fine);
    if (covers) ran.exit = worse(ran.exit, show_coverage(arguments, coverage, console));
    if (mutation != nullptr && failed) {
        console.error("the tests fail, so there is nothing to be said of mutants");
    } else if (mutation != nullptr) {
        ran.exit = worse(ran.exit, run_mutation(files, *mutation, console));
    }
    return ran;
}

/// A flag that holds a number; nothing, after a message, if it does not.
std::optional<uint64_t> number_of(const Arguments& arguments, std::string_view flag, Console& console) {
    if (!arguments.has(flag)) return 0;
    const auto number = parse_int(arguments.get(flag));
    if (number && *number >= 0) return static_cast<uint64_t>(*number);
    console.error(fmt::format("--{} takes a whole number, not `{}`", flag, arguments.get(flag)));
    return std::nullopt;
}

bool is_percent(const Arguments& arguments, std::string_view flag, Console& console) {
    if (!arguments.has(flag)) return true;
    const auto percent = parse_decimal(arguments.get(flag), 2);
    if (percent && *percent >= 0 && *percent <= 10000) return true;
    console.error(fmt::format("--{} takes a percentage from 0 to 100, not `{}`", flag, arguments.get(flag)));
    return false;
}

}  // namespace

Exit run_test(const Arguments& arguments, Console& console) {
    if (arguments.has("show-defaults")) return show_defaults(arguments, console);
    if (arguments.words.empty()) {
        console.error("`remit test` needs PATH...");
        return Exit::Usage;
    }
    const auto jobs = number_of(arguments, "jobs", console), runs = number_of(arguments, "watch-runs", console);
    const auto max = number_of(arguments, "mutate-max", console), seed = number_of(arguments, "seed", console);
    if (!jobs || !runs || !max || !seed) return Exit::Usage;
    if (!is_percent(arguments, "coverage-min", console) || !is_percent(arguments, "mutation-min", console))
        return Exit::Usage;
    const bool human = arguments.get("format") == "human";
    const TestSettings settings{engines_of(arguments.get("engine")), arguments.get("filter"),
                                static_cast<unsigned>(*jobs), arguments.has("fail-fast"), human && console.color_err()};
    MutateSettings mutation{*max, *seed, static_cast<unsigned>(*jobs), 0, arguments.get("format") == "json"};
    if (arguments.has("mutation-min"))
        mutation.min_percent = static_cast<double>(parse_decimal(arguments.get("mutation-min"), 2).value_or(0)) / 100;
    const bool mutates = arguments.has("mutate") || arguments.has("mutate-max") || arguments.has("mutation-min");
    Exit exit = Exit::Fine;
    const auto once = [&] {
        Ran ran = run_once(arguments, settings, mutates ? &mutation : nullptr, console);
        exit = ran.exit;
        console.out().flush();
        return ran.read;
    };
    if (arguments.has("watch"))
        watch(arguments.words, *runs, once);
    else
        once();
    return exit;
}

}  // namespace remit::cli
