// The quick way to a decision's text against the engine's own, over random policies and requests.
#include "host/evidence/replay/answers.h"

#include <fmt/format.h>

#include "compiler/compile.h"
#include "host/evidence/record/decision_text.h"
#include "tests/differential/generate.h"
#include "tests/evidence_replay/recorded_log.h"
#include "vm/interpreter/interpreter.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

std::shared_ptr<const Policy> policy_of_bundle(const oracle::Bundle& files) {
    const Loader loader = [&](const std::string& name, std::string& error) -> std::optional<std::string> {
        for (const oracle::PolicyFile& file : files)
            if (file.name == name) return file.text;
        error = "no such file";
        return std::nullopt;
    };
    Compilation made = compile(files[0].name, files[0].text, loader);
    std::vector<Layer> layers;
    for (Program& program : made.layers) {
        const auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) FAIL(loaded.error());
        layers.push_back({*loaded, make_interpreter(*loaded)});
    }
    if (layers.empty()) return nullptr;
    const auto policy = Policy::make(std::move(layers));
    if (!policy) FAIL(policy.error());
    return *policy;
}

std::string text_of(Decider& decider, const std::string& request) {
    std::string text;
    append_decision(text, decider.decide(request));
    return text;
}

/// `from` replaced everywhere: the same shape with other values.
std::string with(std::string text, std::string_view from, std::string_view to) {
    for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
    return text;
}

}  // namespace

TEST_CASE("answers are the engine's, whichever way they come") {
#ifdef __SANITIZE_ADDRESS__
    constexpr uint64_t kPolicies = 60;
#else
    constexpr uint64_t kPolicies = 500;
#endif
    uint64_t filled = 0, written = 0;
    for (uint64_t seed = 1; seed <= kPolicies; ++seed) {
        oracle::Generator generator(seed);
        const auto policy = policy_of_bundle(generator.policy());
        if (policy == nullptr) continue;
        Answers answers(policy);
        Decider decider(policy);
        for (int i = 0; i < 24; ++i) {
            const std::string first = generator.request();
            const Decision decision = decider.decide(first);
            for (const std::string& request :
                 {first, with(first, "\"1", "\"2"), with(first, "\"id\":\"", "\"id\":\"\\u00e9<\\\""),
                  with(first, ":1", ":3"), generator.signed_request(decision)}) {
                const std::string expected = text_of(decider, request);
                if (const std::string& text = answers.decide(request); text != expected)
                    FAIL(fmt::format("seed {}\n{}\n{}\n{}\n{}", seed, request, text, expected,
                                     oracle::text_of(generator.policy())));
            }
        }
        filled += answers.filled();
        written += answers.written();
    }
    // Both ways were gone.
    CHECK(filled > 15 * kPolicies);
    CHECK(written > 15 * kPolicies);
}

TEST_CASE("most of a desk's answers are filled in") {
    const auto policy = policy_of(kDesk);
    Answers answers(policy);
    Decider decider(policy);
    constexpr uint64_t kRequests = 1000;
    for (uint64_t i = 0; i < kRequests; ++i) {
        const std::string expected = text_of(decider, request(i));
        REQUIRE(answers.decide(request(i)) == expected);
    }
    CHECK(answers.filled() > kRequests * 9 / 10);
}

TEST_CASE("words of a policy that look like a pattern's marks do no harm") {
    std::string text = kDesk;
    const std::string reason = "more than was paid";
    for (const char* mark : {"<<remit:session>>", "<<remit:tenant>>", "<<remit:digest>>", "<<remit:amount>>"}) {
        const auto policy = policy_of(with(text, reason, std::string("of ") + mark));
        Answers answers(policy);
        Decider decider(policy);
        for (uint64_t i = 0; i < 60; ++i) {
            // A session that is called like the mark, then others.
            const std::string asked = i < 20 ? with(request(i), "\"s-", std::string("\"") + mark) : request(i);
            const std::string expected = text_of(decider, with(asked, "450.00", "0.01"));
            REQUIRE(answers.decide(with(asked, "450.00", "0.01")) == expected);
        }
    }
}
