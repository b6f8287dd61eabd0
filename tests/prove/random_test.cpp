// Proofs of random policies: what is proved is never violated by random requests, and what is refuted is refuted by its request.
#include <fmt/format.h>

#include "compiler/compile.h"
#include "host/prove/prove.h"
#include "tests/catch.h"
#include "tests/differential/generate.h"
#include "tests/prove/subject.h"
#include "vm/value/sha256.h"

using namespace remit;
using prove::Proof;
using prove::Status;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kPolicies = 15;
#else
constexpr uint64_t kPolicies = 120;
#endif
constexpr int kRequests = 60;

bool denied_by(const Decision& decision, const RuleInfo& rule) {
    const std::string id = to_text(rule.id);
    for (const SpokenRule& spoken : decision.rules)
        if (spoken.rule == id) return true;
    return false;
}

/// Something else denies as well.
bool denied_anyway(const Decision& decision) {
    for (const SpokenRule& spoken : decision.rules)
        if (spoken.kind == "block" || spoken.kind == "deny") return true;
    return false;
}

}  // namespace

TEST_CASE("proofs of random policies hold of random requests") {
    size_t proved = 0, refuted = 0, unknown = 0, requests = 0;
    for (uint64_t seed = 1; seed <= kPolicies; ++seed) {
        oracle::Generator generator(seed);
        const auto policy = test::policy_of(generator.policy());
        if (policy == nullptr) continue;
        prove::ProveOptions options;
        options.solver.program = test::solver();
        const auto proofs = prove::prove(policy, options);
        REQUIRE(proofs.ok());
        Decider decider(policy);
        INFO("seed " << seed << "\n" << oracle::text_of(generator.policy()));
        for (const Proof& proof : *proofs) {
            proved += proof.status == Status::Proved;
            unknown += proof.status == Status::Unknown;
            if (proof.status != Status::Counterexample) continue;
            ++refuted;
            CHECK(decider.decide(proof.request).verdict == Verdict::Deny);
            CHECK(denied_by(decider.decide(proof.request), *proof.rule));
        }
        for (int i = 0; i < kRequests; ++i) {
            std::string request = generator.request();
            Decision decision = decider.decide(request);
            if (decision.verdict == Verdict::Ask) {
                request = generator.signed_request(decision);
                decision = decider.decide(request);
            }
            ++requests;
            for (const Proof& proof : *proofs) {
                INFO(request);
                if (proof.status == Status::Proved && denied_by(decision, *proof.rule) && !denied_anyway(decision))
                    FAIL(proof.rule->at);
            }
        }
    }
    INFO(fmt::format("{} proved, {} refuted, {} unknown, {} requests", proved, refuted, unknown, requests));
    CHECK(proved > kPolicies / 4);
    CHECK(refuted > kPolicies / 4);
    CHECK(unknown * 4 < proved + refuted);
}
