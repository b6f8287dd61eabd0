// `remit test --mutate`: the mutants of all files with tests, and how the report reads.
#pragma once

#include "host/cli/test_suite.h"

namespace remit::cli {

struct MutateSettings {
    size_t max = 0;  // 0: all
    uint64_t seed = 0;
    unsigned jobs = 0;
    double min_percent = 0;
    bool json = false;
};

/// The tests pass. A score below the least, or a file that cannot be loaded, is not Fine.
Exit run_mutation(const std::vector<std::unique_ptr<TestFile>>& files, const MutateSettings& settings,
                  Console& console);

}  // namespace remit::cli
