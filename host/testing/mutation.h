// Mutation testing: which mutants of a policy do its tests notice? Each mutant is compiled by a Compiler that knows the policy already, so that it
// costs one rule, and runs the tests until one fails. Pure but for threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "host/testing/cases.h"
#include "host/testing/mutate.h"
#include "vm/engine/policy.h"

namespace remit {

enum class Fate : uint8_t {
    Killed,      // a test fails
    Lives,       // every test passes: the score goes down
    Equivalent,  // it has the same hash, so it means the same
    Refused,     // it does not compile
};

struct MutantResult {
    Mutant mutant;
    Fate fate = Fate::Lives;
    std::string killed_by;  // title of the first test that fails
};

struct MutationOptions {
    unsigned jobs = 0;                                        // 0: as many as the machine has processors
    size_t max = 0;                                           // a sample of so many; 0: all
    uint64_t seed = 0;                                        // of the sample
    std::function<void(size_t done, size_t total)> progress;  // called by the caller's thread
};
using MakePolicy = std::function<Result<std::shared_ptr<const Policy>>(std::vector<Program>)>;

/// `compilation` is without errors and `cases` are its tests, which pass. The results, by place, do not depend on the threads.
std::vector<MutantResult> run_mutants(const Compilation& compilation, const std::vector<TestCase>& cases,
                                      const MakePolicy& make, const MutationOptions& options);

}  // namespace remit
