// Runs the `test` blocks of one file against a policy. Prints nothing: the verb `test` renders the results.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"
#include "host/testing/expect.h"
#include "vm/engine/policy.h"

namespace remit {

struct TestResult {
    std::string title;
    Span span;                         // the test's title
    std::vector<Mismatch> mismatches;  // empty: passed
    std::string request;               // JSON, as decided
    std::string decision;              // JSON, with the terms of the risk sum
    double seconds = 0;
    bool passed() const { return mismatches.empty(); }
};

size_t count_tests(const ast::File& file);
/// Tests whose title contains `filter`, in the order of the file. Each starts from the documented defaults.
std::vector<TestResult> run_tests(const ast::File& file, const std::shared_ptr<const Policy>& policy,
                                  std::string_view filter);

}  // namespace remit
