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

/// Lays the test over the defaults; what does not fit is a mismatch of the test.
Fixture set_up(const ast::File& file, const ast::Test& test, const Policy& policy, std::vector<Mismatch>& mismatches) {
    Fixture fixture(programs_of(policy));
    for (const auto& setting : test.session) note(mismatches, setting.name.span, fixture.set_session(file, setting));
    for (const auto& setting : test.state) note(mismatches, setting.name.span, fixture.set_state(file, setting));
    for (const auto& setting : test.context) note(mismatches, setting.name.span, fixture.set_context(file, setting));
    for (const auto& fact : test.facts) fixture.add_fact(file, fact);
    if (!test.calls.empty()) fixture.set_call(file, test.calls.front());
    for (const auto& signature : test.signatures) fixture.add_signature(signature);
    return fixture;
}

TestResult run_one(const ast::File& file, const ast::Test& test, const std::shared_ptr<const Policy>& policy) {
    TestResult result{test.title.text, test.title.span, {}, "", "", 0};
    const auto start = std::chrono::steady_clock::now();
    const Fixture fixture = set_up(file, test, *policy, result.mismatches);
    Decider decider(policy);
    const Decision decision = decide(decider, fixture, false, result.request);
    result.decision = to_json(decision, true);
    for (Mismatch& mismatch : check_expectations(file, test.expect, decision))
        result.mismatches.push_back(std::move(mismatch));
    if (test.calls.size() != 1)
        result.mismatches.push_back({test.title.span, "one call", std::to_string(test.calls.size()) + " calls"});
    if (test.expect.empty()) result.mismatches.push_back({test.title.span, "an `expect`", "nothing that could fail"});
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace

size_t count_tests(const ast::File& file) {
    size_t count = 0;
    for (const ast::Decl& decl : file.decls) count += std::holds_alternative<ast::Test>(decl.body) ? 1 : 0;
    return count;
}

std::vector<TestResult> run_tests(const ast::File& file, const std::shared_ptr<const Policy>& policy,
                                  std::string_view filter) {
    std::vector<TestResult> results;
    for (const ast::Decl& decl : file.decls) {
        const auto* test = std::get_if<ast::Test>(&decl.body);
        if (test == nullptr || test->title.text.find(filter) == std::string::npos) continue;
        results.push_back(run_one(file, *test, policy));
    }
    return results;
}

}  // namespace remit
