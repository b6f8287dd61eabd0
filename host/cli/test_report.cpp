#include "host/cli/test_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/render.h"
#include "host/testing/literal.h"

namespace remit::cli {

namespace {

std::string human_case(const TestReport::Case& test, bool color) {
    if (test.failures.empty()) {
        return fmt::format("{} {}: {} [{}]\n", paint(color, Paint::Green, "ok  "), test.file, printable(test.title),
                           test.engine);
    }
    std::string out = fmt::format("{} {}:{}:{}: {} [{}]\n", paint(color, Paint::Red, "FAIL"), test.file, test.at.line,
                                  test.at.column, printable(test.title), test.engine);
    for (const auto& failure : test.failures) {
        const std::string number = std::to_string(failure.at.line);
        out += fmt::format("       {} | {}\n", number, printable(failure.source_line));
        out += fmt::format("       {:{}} | {:{}}{}\n", "", number.size(), "", failure.at.column - 1,
                           paint(color, Paint::Red, "^"));
        out += fmt::format("       expected {}\n       got      {}\n", printable(failure.expected),
                           printable(failure.got));
    }
    return out;
}

std::string json_case(const TestReport::Case& test) {
    std::vector<std::string> failures;
    for (const auto& failure : test.failures) {
        failures.push_back(object_of({{"line", std::to_string(failure.at.line)},
                                      {"column", std::to_string(failure.at.column)},
                                      {"expected", json_string(failure.expected)},
                                      {"got", json_string(failure.got)}}));
    }
    return object_of({{"file", json_string(test.file)},
                      {"line", std::to_string(test.at.line)},
                      {"title", json_string(test.title)},
                      {"engine", json_string(test.engine)},
                      {"passed", test.failures.empty() ? "true" : "false"},
                      {"seconds", fmt::format("{:.6f}", test.seconds)},
                      {"failures", array_of(failures)},
                      {"request", test.request},
                      {"decision", test.decision}});
}

/// One `failure` element, which is all that most readers take: what did not hold, a line each, and the decision.
std::string junit_case(const TestReport::Case& test) {
    std::string out = fmt::format(
        "    <testcase classname=\"{}\" name=\"{} [{}]\" file=\"{}\" line=\"{}\" time=\"{:.6f}\"", xml_text(test.file),
        xml_text(test.title), test.engine, xml_text(test.file), test.at.line, test.seconds);
    if (test.failures.empty()) return out + "/>\n";
    std::string said;
    for (const auto& failure : test.failures)
        said += fmt::format("{}:{}: expected {}, got {}\n", test.file, failure.at.line, failure.expected, failure.got);
    const auto& first = test.failures.front();
    return out + fmt::format(">\n      <failure message=\"{}\" type=\"expectation\">{}</failure>\n    </testcase>\n",
                             xml_text(fmt::format("expected {}, got {}", first.expected, first.got)),
                             xml_text(said + test.decision));
}

}  // namespace

void TestReport::problem(const std::string& file, Exit how_bad, std::string text) {
    problems.push_back({file, std::move(text)});
    exit = worse(exit, how_bad);
}

void TestReport::add(const std::string& file, const std::string& engine, const Sources& sources, TestResult result) {
    const auto locate = [&](Span span) { return sources.file(span.file).locate(span.begin); };
    Case test{file,           engine, result.title,   locate(result.span),
              result.seconds, {},     result.request, to_json(result.decision, true)};
    for (const Mismatch& mismatch : result.mismatches) {
        const LineColumn at = locate(mismatch.span);
        test.failures.push_back(
            {at, std::string(sources.file(mismatch.span.file).line(at.line)), mismatch.expected, mismatch.got});
    }
    cases.push_back(std::move(test));
}

size_t TestReport::failed() const {
    size_t count = 0;
    for (const Case& test : cases) count += test.failures.empty() ? 0 : 1;
    return count;
}

std::string TestReport::human(bool color) const {
    std::string out;
    for (const Case& test : cases) out += human_case(test, color);
    const size_t bad = failed();
    std::string summary = fmt::format("{} passed, {} failed", cases.size() - bad, bad);
    if (!problems.empty()) summary += fmt::format(", {} could not be run", problems.size());
    return out + paint(color, bad == 0 && problems.empty() ? Paint::Green : Paint::Red, summary) + "\n";
}

std::string TestReport::json() const {
    std::vector<std::string> tests, unable;
    for (const Case& test : cases) tests.push_back(json_case(test));
    for (const Problem& problem : problems)
        unable.push_back(object_of({{"file", json_string(problem.file)}, {"error", json_string(problem.text)}}));
    return object_of({{"passed", std::to_string(cases.size() - failed())},
                      {"failed", std::to_string(failed())},
                      {"tests", array_of(tests)},
                      {"problems", array_of(unable)}}) +
           "\n";
}

std::string TestReport::junit() const {
    std::vector<std::pair<std::string, std::vector<const Case*>>> files;  // in the order of the run
    for (const Case& test : cases) {
        const auto same = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.first == test.file; });
        (same == files.end() ? files.emplace_back(test.file, std::vector<const Case*>()) : *same)
            .second.push_back(&test);
    }
    std::string suites;
    double all_seconds = 0;
    for (const auto& [file, tests] : files) {
        std::string body;
        size_t bad = 0;
        double seconds = 0;
        for (const Case* test : tests) {
            body += junit_case(*test);
            bad += test->failures.empty() ? 0 : 1;
            seconds += test->seconds;
        }
        suites += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
            "time=\"{:.6f}\">\n{}  </testsuite>\n",
            xml_text(file), tests.size(), bad, seconds, body);
        all_seconds += seconds;
    }
    for (const Problem& problem : problems) {
        suites += fmt::format(
            "  <testsuite name=\"{0}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n"
            "    <testcase classname=\"{0}\" name=\"compiles\" time=\"0\">\n"
            "      <error message=\"it does not compile\" type=\"problem\">{1}</error>\n    </testcase>\n  "
            "</testsuite>\n",
            xml_text(problem.file), xml_text(problem.text));
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"remit test\" tests=\"{}\" failures=\"{}\" "
        "errors=\"{}\" time=\"{:.6f}\">\n{}</testsuites>\n",
        cases.size() + problems.size(), failed(), problems.size(), all_seconds, suites);
}

}  // namespace remit::cli
