// The tests below the paths that were given to `remit test`: opened, and run. Nothing is printed here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/cli/engines.h"
#include "host/cli/policy_file.h"
#include "host/cli/test_report.h"
#include "host/testing/cases.h"
#include "host/testing/coverage.h"

namespace remit::cli {

struct TestSettings {
    std::vector<Engine> engines;
    std::string filter;
    unsigned jobs = 0;  // 0: as many as the machine has processors
    bool fail_fast = false;
    bool color = false;  // of what is said about files
};

/// A file with its tests.
struct TestFile {
    std::string path;
    Compilation compilation;
    std::vector<TestCase> cases;                          // that the filter lets through; they point into `compilation`
    std::vector<std::shared_ptr<const Policy>> policies;  // for each engine
};

/// Opens what is below `paths`; problems and warnings go to `report`. Files below a folder that hold no test are left alone.
std::vector<std::unique_ptr<TestFile>> open_tests(const std::vector<std::string>& paths, const TestSettings& settings,
                                                  TestReport& report);
/// Runs them. The report does not depend on how many threads there are: with `fail_fast` it ends with the first failure in order.
void run_suite(const std::vector<std::unique_ptr<TestFile>>& files, const TestSettings& settings, Console& console,
               TestReport& report, Coverage* coverage);

}  // namespace remit::cli
