// Differences of random policies: drop a rule, and hold the answer against random requests. Where the answer is that nothing is looser,
// no random request may be allowed that was denied, and so on.
#include <fmt/format.h>

#include "host/diff/diff.h"
#include "tests/catch.h"
#include "tests/differential/generate.h"
#include "tests/prove/subject.h"

using namespace remit;
using diff::Relation;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kPolicies = 8;
#else
constexpr uint64_t kPolicies = 60;
#endif
constexpr int kRequests = 60;

/// Without its n-th declaration that gives a verdict.
std::string without_rule(const std::string& text, size_t n) {
    size_t at = 0, seen = 0;
    std::string out;
    bool dropping = false;
    while (at < text.size()) {
        const size_t end = text.find('\n', at) + 1;
        const std::string line = text.substr(at, end - at);
        if (line[0] != ' ' && line[0] != '\n') {
            const bool rule = line.starts_with("block") || line.starts_with("ask") || line.starts_with("allow");
            dropping = rule && seen++ == n;
        }
        if (!dropping) out += line;
        at = end;
    }
    return out;
}

}  // namespace

TEST_CASE("what is not found to differ does not differ in random requests") {
    size_t compared = 0, looser = 0, stricter = 0, unknown = 0;
    for (uint64_t seed = 1; seed <= kPolicies; ++seed) {
        oracle::Generator generator(seed);
        oracle::Bundle changed = generator.policy();
        changed[0].text = without_rule(changed[0].text + "\n", seed % 4);
        const auto before = test::policy_of(generator.policy()), after = test::policy_of(changed);
        if (before == nullptr || after == nullptr) continue;
        diff::DiffOptions options;
        options.solver.program = test::solver();
        options.solver.timeout_ms = 1000;
        const auto d = diff::compare(before, after, options);
        REQUIRE(d.ok());
        ++compared;
        bool is_looser = false, is_stricter = false;
        for (const auto& c : d->changes) (c.looser ? is_looser : is_stricter) = true;
        looser += is_looser;
        stricter += is_stricter;
        if (!d->unknown.empty()) {
            ++unknown;
            continue;
        }
        Decider old_decider(before), new_decider(after);
        for (int i = 0; i < kRequests; ++i) {
            const std::string request = generator.request();
            const Decision a = old_decider.decide(request), b = new_decider.decide(request);
            INFO("seed " << seed << "\n" << request << "\n" << to_json(a) << "\n" << to_json(b));
            if (b.verdict < a.verdict) CHECK(is_looser);
            if (a.verdict < b.verdict) CHECK(is_stricter);
        }
    }
    INFO(fmt::format("{} compared, {} looser, {} stricter, {} unknown", compared, looser, stricter, unknown));
    CHECK(compared > kPolicies / 2);
    CHECK(looser > 0);
    CHECK(stricter > 0);
    CHECK(unknown < compared);
}
