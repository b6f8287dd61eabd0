// Tests that were run from the editor: their results, for as long as neither the policy nor the test has changed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/lsp/features/json.h"
#include "host/lsp/workspace/workspace.h"

namespace remit::lsp {

struct FailedTest {
    Span span;  // of the expectation
    std::string message;
};
struct TestState {
    bool passed = false;
    double milliseconds = 0;
};
/// In how many of the tests that were run a rule spoke.
struct RuleUse {
    size_t spoke = 0, tests = 0;
};

class TestRuns {
public:
    /// Runs the tests of a policy's main file whose title is `title` (all, if it is empty). An answer for the client:
    /// `{"ok", "passed", "failed", "tests": [{"title", "passed", "expected", "got", "request", "decision"}], "error"}`.
    Json run(const Workspace& workspace, const Snapshot& snapshot, const std::string& root, const std::string& title);

    std::optional<TestState> state(const Snapshot& snapshot, const std::string& title) const;
    std::optional<RuleUse> use(const Snapshot& snapshot, Span rule) const;
    std::vector<FailedTest> failures(const Snapshot& snapshot) const;

private:
    struct Run {
        std::string policy;                        // its hash
        std::map<std::string, std::string> texts;  // of each test that was run, by its title
        std::map<std::string, TestState> states;
        std::map<std::string, std::vector<FailedTest>> failures;  // by title; places count from the test's first byte
        std::map<std::string, std::set<std::string>> spoke;       // by title: identities of rules
    };
    const Run* current(const Snapshot& snapshot) const;

    std::map<std::string, Run> runs_;  // by root
};

}  // namespace remit::lsp
