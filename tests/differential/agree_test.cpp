// Oracle, interpreter and native code answer alike: over a hundred thousand random pairs of policy and request. Which seeds are used is
// fixed, so a failure repeats; `fuzz_agree` goes on from where this stops.
#include "tests/catch.h"
#include "tests/differential/agree.h"

using namespace remit::oracle;

namespace {

// Sanitizers are looking for other things, at a tenth of the speed.
#ifdef __SANITIZE_ADDRESS__
constexpr size_t kPolicies = 220;
#else
constexpr size_t kPolicies = 2200;
#endif
constexpr size_t kRequests = 50;

std::string report(const Tally& tally) {
    std::string out = tally.mismatches.empty()
                          ? ""
                          : "first mismatch after " + std::to_string(tally.pairs_before_mismatch) + " pairs\n";
    for (const Mismatch& m : tally.mismatches) {
        out += "seed " + std::to_string(m.seed) + "\n" + m.what + text_of(m.policy) + m.request + "\n\n";
        if (out.size() > 20'000) break;
    }
    return out;
}

}  // namespace

TEST_CASE("oracle, interpreter and native code agree on random policies") {
    Plan plan;
    plan.first_seed = 1;
    plan.policies = kPolicies;
    plan.requests = kRequests;
    plan.native_every = 16;
    plan.most_mismatches = 3;
    Tally tally;
    run(plan, tally);

    INFO("rejected " << tally.rejected << " of " << tally.policies << "; the first: " << tally.first_rejection);
    CHECK(tally.rejected * 100 < tally.policies);
    INFO(report(tally));
    REQUIRE(tally.mismatches.empty());

    // The trials reach what they are for.
    CHECK(tally.pairs >= kPolicies * 100'000 / 2200);
    CHECK(tally.allow * 20 > tally.pairs);
    CHECK(tally.ask * 20 > tally.pairs);
    CHECK(tally.signed_pairs > kPolicies * 2);
    CHECK(tally.stopped * 4 < tally.pairs);
    CHECK(tally.layered * 8 > tally.policies);
    CHECK(tally.spoken > tally.pairs * 3);
}
