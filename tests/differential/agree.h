// One trial after another: a random policy, compiled and run by every engine, and the oracle beside it. Used by the agreement test
// (a fixed number of trials) and by fuzz_agree (until told to stop). Single-threaded.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/differential/generate.h"
#include "tests/differential/oracle.h"

namespace remit::oracle {

struct Plan {
    uint64_t first_seed = 1;
    int policies = 1;
    int requests = 50;                  // for each policy; signed ones come on top
    int native_every = 1;               // every n-th policy goes through native code as well; 0: none
    size_t most_mismatches = SIZE_MAX;  // the run ends with so many
    /// Asked before each policy; false ends the run.
    std::function<bool()> go_on;
};

struct Mismatch {
    uint64_t seed = 0;
    Bundle policy;  // as small as dropping declarations makes it
    std::string request;
    std::string what;
};

struct Tally {
    uint64_t policies = 0, layered = 0, rejected = 0, pairs = 0, signed_pairs = 0, native_policies = 0;
    uint64_t allow = 0, ask = 0, deny = 0, stopped = 0, spoken = 0;
    std::string first_rejection;       // the messages, for people
    std::vector<Mismatch> mismatches;  // at most one a policy
    uint64_t pairs_before_mismatch = 0;
};

/// Adds to `tally`. `on_policy`, if given, hears after each policy.
void run(const Plan& plan, Tally& tally, const std::function<void(const Tally&)>& on_policy = {});

/// Decides one request by all engines and the oracle; empty when they agree. `rejected` is set when the policy does not compile.
std::string disagreement(const Bundle& policy, const std::string& request, bool native, bool& rejected);

/// Drops declarations as long as the two still disagree.
Bundle minimised(const Bundle& policy, const std::string& request, bool native);

}  // namespace remit::oracle
