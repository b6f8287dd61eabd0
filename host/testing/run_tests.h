// Runs one test, or one case of a test, against a policy. Prints nothing: the verb `test` renders the results.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/testing/cases.h"
#include "host/testing/expect.h"
#include "vm/engine/policy.h"

namespace remit {

struct TestResult {
    std::string title;
    Span span;                         // TestCase::at
    std::vector<Mismatch> mismatches;  // empty: passed
    std::string tool;                  // that was called
    std::string request;               // JSON, as decided
    Decision decision;
    double seconds = 0;
    bool passed() const { return mismatches.empty(); }
};

/// Starts from the documented defaults. Threads may run tests of one policy at once, each with its own `decider`.
TestResult run_test(const TestCase& test, Decider& decider);

/// A pattern with `*` (any text) or `?` must fit the whole title, anything else be part of it. Letters are as written.
bool title_fits(std::string_view title, std::string_view filter);

}  // namespace remit
