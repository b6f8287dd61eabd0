// Random policies and requests: a typed call and the same request in JSON get the same answer, on either engine.
#include "tests/catch.h"
#include "tests/typed/typed.h"

using namespace remit;
using namespace remit::oracle;

namespace {

struct Score {
    int same = 0, unsayable = 0, policies = 0;
};

void hold(Engine engine, uint64_t first_seed, int policies, int requests, Score& score) {
    for (uint64_t seed = first_seed; seed < first_seed + static_cast<uint64_t>(policies); ++seed) {
        Generator generator(seed);
        const auto policy = policy_of(generator.policy(), engine);
        if (!policy) continue;
        ++score.policies;
        TypedSubject subject(policy);
        Random random(seed);
        for (int i = 0; i < requests; ++i) {
            const std::string request = generator.request();
            std::string difference;
            const auto result = subject.compare(request, random, difference);
            score.same += result == TypedSubject::Result::Same;
            score.unsayable += result == TypedSubject::Result::Unsayable;
            if (result != TypedSubject::Result::Different) continue;
            FAIL("seed " << seed << "\n" << text_of(generator.policy()) << "\n" << request << "\n" << difference);
        }
    }
}

}  // namespace

TEST_CASE("a typed call is the request that it stands for: interpreter") {
    Score score;
    hold(Engine::Interpreter, 1, 120, 40, score);
    INFO(score.policies << " policies, " << score.same << " the same, " << score.unsayable << " not sayable");
    CHECK(score.policies > 100);
    CHECK(score.same > score.unsayable);
}

#ifdef REMIT_WITH_JIT
TEST_CASE("a typed call is the request that it stands for: native") {
    Score score;
    hold(Engine::Native, 1000, 12, 40, score);
    CHECK(score.policies > 8);
    CHECK(score.same > score.unsayable);
}
#endif
