#include "host/testing/run_tests.h"

#include <chrono>

#include "host/testing/fixture.h"

namespace remit {

namespace {

std::vector<const Program*> programs_of(const Policy& policy) {
    std::vector<const Program*> programs;
    for (const Layer& layer : policy.layers()) programs.push_back(&layer.program->program());
    return programs;
}

void note(std::vector<Mismatch>& mismatches, Span span, const std::string& error) {
    if (!error.empty()) mismatches.push_back({span, "a setting that the policy knows", error});
}

/// Lays the settings and facts of a test or fixture over what is there.
void lay(Fixture& fixture, const ast::File& file, const ast::Test& test, std::vector<Mismatch>& mismatches) {
    for (const auto& setting : test.session) note(mismatches, setting.name.span, fixture.set_session(file, setting));
    for (const auto& setting : test.state) note(mismatches, setting.name.span, fixture.set_state(file, setting));
    for (const auto& setting : test.context) note(mismatches, setting.name.span, fixture.set_context(file, setting));
    for (const auto& fact : test.facts) fixture.replace_fact(file, fact);
    if (test.result) fixture.set_result(file, *test.result);
}

/// The defaults, the test's fixtures, the test itself; the last call counts. What does not fit is a mismatch.
Fixture set_up(const TestCase& test, const Policy& policy, TestResult& result) {
    Fixture fixture(programs_of(policy));
    auto parts = test.fixtures;
    parts.emplace_back(test.file, &test.test);
    for (const auto& [file, part] : parts) {
        lay(fixture, *file, *part, result.mismatches);
        if (part->calls.empty()) continue;
        fixture.set_call(*file, part->calls.front());
        result.tool = part->calls.front().tool.text;
    }
    for (const auto& [file, part] : parts)
        for (const auto& signature : part->signatures) fixture.add_signature(signature);
    return fixture;
}

}  // namespace

TestResult run_test(const TestCase& test, Decider& decider) {
    TestResult result{test.title, test.at, {}, "", "", {}, 0};
    const auto start = std::chrono::steady_clock::now();
    const Fixture fixture = set_up(test, decider.policy(), result);
    result.decision = decide(decider, fixture, false, result.request);
    for (Mismatch& mismatch : check_expectations(*test.file, test.test.expect, result.decision))
        result.mismatches.push_back(std::move(mismatch));
    if (test.test.expect.empty()) result.mismatches.push_back({test.at, "an `expect`", "nothing that could fail"});
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

bool title_fits(std::string_view title, std::string_view filter) {
    if (filter.find_first_of("*?") == std::string_view::npos) return title.find(filter) != std::string_view::npos;
    size_t t = 0, f = 0, star = std::string_view::npos, resume = 0;
    while (t < title.size()) {
        if (f < filter.size() && filter[f] == '*') {
            star = f++;
            resume = t;
        } else if (f < filter.size() && (filter[f] == '?' || filter[f] == title[t])) {
            ++f;
            ++t;
        } else if (star != std::string_view::npos) {
            f = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (f < filter.size() && filter[f] == '*') ++f;
    return f == filter.size();
}

}  // namespace remit
