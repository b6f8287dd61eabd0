#include "host/cli/test_report.h"

#include <fmt/format.h>

#include <map>

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

}  // namespace

void TestReport::add(const std::string& file, const std::string& engine, const Sources& sources, TestResult result) {
    const auto locate = [&](Span span) { return sources.file(span.file).locate(span.begin); };
    Case test{file, engine, result.title, locate(result.span), result.seconds, {}, result.request, result.decision};
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
    std::map<std::string, std::vector<const Case*>> by_file;
    for (const Case& test : cases) by_file[test.file].push_back(&test);
    std::string suites;
    for (const auto& [file, tests] : by_file) {
        std::string body;
        size_t bad = 0;
        for (const Case* test : tests) {
            body += fmt::format("    <testcase classname=\"{}\" name=\"{} [{}]\" time=\"{:.6f}\">\n", xml_text(file),
                                xml_text(test->title), test->engine, test->seconds);
            for (const auto& failure : test->failures) {
                const std::string text = fmt::format("{}:{}: expected {}, got {}", file, failure.at.line,
                                                     failure.expected, failure.got);
                body += fmt::format("      <failure message=\"{}\">{}</failure>\n", xml_text(text),
                                    xml_text(test->decision));
            }
            bad += test->failures.empty() ? 0 : 1;
            body += "    </testcase>\n";
        }
        suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n",
                              xml_text(file), tests.size(), bad, body);
    }
    for (const Problem& problem : problems) {
        suites += fmt::format(
            "  <testsuite name=\"{0}\" tests=\"1\" failures=\"0\" errors=\"1\">\n    <testcase classname=\"{0}\" "
            "name=\"compiles\">\n"
            "      <error>{1}</error>\n    </testcase>\n  </testsuite>\n",
            xml_text(problem.file), xml_text(problem.text));
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites + "</testsuites>\n";
}

}  // namespace remit::cli
