// Deciding through the C ABI: JSON and typed calls say the same, effects, reloads, engines.
#include <string>

#include "tests/embed/fixture.h"

using namespace remit::test;

namespace {

std::string decide(Host& host, const std::string& request) {
    Text out;
    REQUIRE(remit_decide(host.runtime, host.policy, str(request), 0, out.get(), &host.error) == REMIT_OK);
    return out.string();
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

remit_policy_status inspect(Host& host) {
    remit_policy_status status = remit_init<remit_policy_status>();
    REQUIRE(remit_policy_inspect(host.runtime, host.policy, &status, nullptr) == REMIT_OK);
    return status;
}

/// The amount up to which a clerk decides alone becomes `limit`.
std::string with_limit(const std::string& limit) {
    std::string text(kPolicy);
    text.replace(text.find("<= 500.00") + 3, 6, limit);
    return text;
}

}  // namespace

TEST_CASE("a request as JSON") {
    Host host;
    CHECK(has(decide(host, refund_json("99.00")), R"("verdict":"allow")"));
    CHECK(has(decide(host, refund_json("300.00")), R"("verdict":"ask")"));
    CHECK(has(decide(host, refund_json("999.00")), R"("verdict":"deny")"));
    CHECK(has(decide(host, "no JSON"), "malformed"));
    CHECK(has(decide(host, ""), "malformed"));
}

TEST_CASE("many requests, in their order") {
    Host host;
    const std::string a = refund_json("99.00"), b = "{", c = refund_json("300.00");
    const remit_str all[] = {str(a), str(b), str(c)};
    Text out;
    REQUIRE(remit_decide_all(host.runtime, host.policy, all, 3, REMIT_EXPLAIN, out.get(), nullptr) == REMIT_OK);
    Text one;
    std::string expected;
    for (const remit_str& request : all) {
        REQUIRE(remit_decide(host.runtime, host.policy, request, REMIT_EXPLAIN, one.get(), nullptr) == REMIT_OK);
        expected += one.string() + "\n";
    }
    CHECK(out.string() == expected);
    REQUIRE(remit_decide_all(host.runtime, host.policy, nullptr, 0, 0, out.get(), nullptr) == REMIT_OK);
    CHECK(out.string().empty());
}

TEST_CASE("a typed call says what the JSON request says") {
    Host host;
    const struct {
        int64_t cents;
        const char* amount;
    } cases[] = {{9900, "99.00"}, {30000, "300.00"}, {99900, "999.00"}, {-1, "-0.01"}};
    for (const auto& one : cases) {
        INFO(one.amount);
        const remit_request request = host.request(one.cents);
        REQUIRE(host.judge(request) == REMIT_OK);
        const std::string json = decide(host, refund_json(one.amount));
        static const char* const kVerdicts[] = {R"("verdict":"allow")", R"("verdict":"ask")", R"("verdict":"deny")"};
        CHECK(has(json, kVerdicts[host.ruling.verdict]));
        CHECK(has(json, R"("risk":)" + std::to_string(host.ruling.risk)));
        Text explained;
        REQUIRE(remit_explain(host.runtime, host.call, &request, 0, explained.get(), &host.error) == REMIT_OK);
        CHECK(has(explained.string(), kVerdicts[host.ruling.verdict]));
    }
}

TEST_CASE("built-in denials have names") {
    Host host;
    remit_request request = host.request(9900);
    request.state_count = 1;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("state-missing"));
    request = host.request(9900);
    request.time = 1'900'000'000'000'000'000;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("session-expired"));
    request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);  // nothing of it is left
    CHECK(host.ruling.denial == 0);
    CHECK(host.ruling.verdict == REMIT_ALLOW);
}

TEST_CASE("effects, one after another") {
    Host host;
    const remit_request request = host.request(30000);
    REQUIRE(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.obligations == 1);
    uint32_t seen = 0, asks = 0, limits = 0, records = 0, counts = 0;
    remit_effect effect = remit_init<remit_effect>();
    while (remit_next_effect(host.runtime, host.call, &effect, nullptr) == REMIT_OK &&
           effect.kind != REMIT_EFFECT_NONE) {
        ++seen;
        const std::string name(effect.name.data, effect.name.size);
        if (effect.kind == REMIT_EFFECT_ASK) {
            ++asks;
            CHECK(name == "clerk");
            CHECK(effect.number == 2);
            CHECK(effect.span == 3'600'000'000'000);
            REQUIRE(effect.word_count == 1);
            CHECK(std::string(effect.words[0].data, effect.words[0].size) == "plan");
            CHECK(std::string(effect.because.data, effect.because.size) == "more than a clerk may give alone");
        }
        if (effect.kind == REMIT_EFFECT_LIMIT) {
            ++limits;
            CHECK(name == "session");
            CHECK(effect.number == 2);
        }
        if (effect.kind == REMIT_EFFECT_RECORD) {
            ++records;
            CHECK(effect.word_count == 2);
        }
        if (effect.kind == REMIT_EFFECT_COUNT) {
            ++counts;
            CHECK(name == "refunded");
            CHECK(effect.number == 30000);
        }
    }
    CHECK(seen == host.ruling.effects);
    CHECK(asks == 1);
    CHECK(limits == 1);
    CHECK(records == 1);
    CHECK(counts == 1);
    CHECK(remit_next_effect(host.runtime, host.call, &effect, nullptr) == REMIT_OK);
    CHECK(effect.kind == REMIT_EFFECT_NONE);
}

TEST_CASE("arguments as text, symbols, JSON and nulls") {
    Host host;
    remit_parameter how = host.amount, notes = host.amount;
    REQUIRE(remit_parameter_find(host.runtime, host.policy, host.refund, str("how"), &how, nullptr) == REMIT_OK);
    REQUIRE(remit_parameter_find(host.runtime, host.policy, host.refund, str("notes"), &notes, nullptr) == REMIT_OK);
    CHECK(host.amount.kind == REMIT_VALUE_INTEGER);
    CHECK(host.amount.scale == 2);
    CHECK(host.amount.optional == 0);
    CHECK(how.kind == REMIT_VALUE_SYMBOL);
    CHECK(how.optional == 1);
    CHECK(notes.kind == REMIT_VALUE_JSON);
    remit_symbol fast = 0;
    REQUIRE(remit_symbol_find(host.runtime, host.policy, how.vocabulary, str("fast"), &fast, nullptr) == REMIT_OK);

    remit_request request = host.request(9900);
    remit_argument arguments[4] = {host.arguments[0], host.arguments[1], {}, {}};
    arguments[1].kind = REMIT_VALUE_TEXT;  // of a JSON string it may be made, so of a text as well
    arguments[1].text = str("99.00");
    arguments[2].parameter = how.index;
    arguments[2].kind = REMIT_VALUE_SYMBOL;
    arguments[2].number = fast;
    arguments[3].parameter = notes.index;
    arguments[3].kind = REMIT_VALUE_JSON;
    arguments[3].text = str(R"(["a","b"])");
    request.arguments = arguments;
    request.argument_count = 4;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_ALLOW);
    arguments[3].text = str(R"(["a","b","c","d"])");
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("arguments"));
    arguments[3].text = str("[]");
    arguments[2].number = 99;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("arguments"));
    arguments[2].kind = REMIT_VALUE_NULL;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("arguments"));
    request.argument_count = 1;
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(remit_denial_name(host.ruling.denial) == std::string("arguments"));
}

TEST_CASE("a reload keeps sessions and makes tools stale") {
    Host host;
    remit_request request = host.request(9900);
    REQUIRE(host.judge(request) == REMIT_OK);
    const remit_policy_status before = inspect(host);
    CHECK(std::equal(before.hash, before.hash + 32, host.ruling.policy));

    const std::string text = with_limit(" 50.00");
    const remit_source next = source(text);
    REQUIRE(remit_policy_recompile(host.runtime, host.policy, &next, nullptr, &host.error) == REMIT_OK);
    const remit_policy_status after = inspect(host);
    CHECK(after.version == before.version + 1);
    CHECK_FALSE(std::equal(before.hash, before.hash + 32, after.hash));
    remit_effect effect = remit_init<remit_effect>();
    CHECK(host.judge(request) == REMIT_STALE);
    CHECK(host.ruling.verdict == REMIT_DENY);
    CHECK(remit_parameter_find(host.runtime, host.policy, host.refund, str("amount"), &host.amount, nullptr) ==
          REMIT_STALE);
    CHECK(remit_next_effect(host.runtime, host.call, &effect, nullptr) == REMIT_OK);
    CHECK(effect.kind == REMIT_EFFECT_NONE);
    host.look_up();
    request = host.request(9900);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_DENY);
    CHECK(std::equal(after.hash, after.hash + 32, host.ruling.policy));
    CHECK(has(decide(host, refund_json("99.00")), R"("verdict":"deny")"));
}

TEST_CASE("an image decides as the text does") {
    Host host;
    Text image, diagnostics;
    const std::string text = with_limit("400.00");
    const remit_source from = source(text);
    remit_compiled compiled = remit_init<remit_compiled>();
    compiled.image = image.get();
    compiled.diagnostics = diagnostics.get();
    REQUIRE(remit_compile(host.runtime, &from, &compiled, nullptr) == REMIT_OK);
    CHECK(compiled.errors == 0);
    CHECK(diagnostics.string()[0] == '[');
    REQUIRE(remit_policy_reload(host.runtime, host.policy, str(image.string()), nullptr) == REMIT_OK);
    CHECK(has(decide(host, refund_json("450.00")), R"("verdict":"deny")"));
    CHECK(has(decide(host, refund_json("350.00")), R"("verdict":"ask")"));
}

TEST_CASE("files are read by the host") {
    Host host;
    struct Files {
        std::string asked;
        static remit_status read(void* user, remit_str path, remit_text* out) {
            auto& self = *static_cast<Files*>(user);
            const std::string name(path.data, path.size);
            self.asked += name + " ";
            if (name == "a/main.remit") return remit_text_set(out, str("policy p\nuse \"../b/words.remit\"\n"));
            if (name == "b/words.remit") return remit_text_set(out, str("tool t.x() read\nallow anyone to t.x\n"));
            (void)remit_text_set(out, str("not here"));
            return REMIT_CALLBACK;
        }
    } files;
    remit_source from = remit_init<remit_source>();
    from.path = str("a/main.remit");
    from.read_file = Files::read;
    from.user = &files;
    remit_policy policy{};
    remit_policy_options options = remit_init<remit_policy_options>();
    options.engine = REMIT_ENGINE_INTERPRETER;
    remit_status status = remit_policy_compile(host.runtime, &from, &options, nullptr, &policy, &host.error);
    INFO(host.error.message);
    CHECK(status == REMIT_OK);
    CHECK(files.asked == "a/main.remit b/words.remit ");
    from.path = str("nowhere.remit");
    CHECK(remit_policy_compile(host.runtime, &from, &options, nullptr, &policy, &host.error) == REMIT_CALLBACK);
    CHECK(std::string(host.error.message) == "cannot read nowhere.remit: not here");
    Text report;
    remit_compiled compiled = remit_init<remit_compiled>();
    compiled.report = report.get();
    const remit_source uses = source("policy p\nuse \"x.remit\"\n");
    CHECK(remit_compile(host.runtime, &uses, &compiled, &host.error) == REMIT_BAD_POLICY);
    CHECK(compiled.errors > 0);
    CHECK(has(report.string(), "x.remit"));
}

TEST_CASE("what a policy declares") {
    Host host;
    Text json;
    REQUIRE(remit_policy_describe(host.runtime, host.policy, json.get(), nullptr) == REMIT_OK);
    const std::string text = json.string();
    CHECK(has(text, R"({"name":"acme.gateway","hash":"sha256:)"));
    CHECK(has(text, R"("roles":["clerk"])"));
    CHECK(has(text, R"({"name":"amount","type":"decimal","scale":2,"optional":false,"nullable":false})"));
    CHECK(has(
        text,
        R"({"name":"notes","type":"list","max_items":3,"item":{"type":"string"},"optional":true,"nullable":false})"));
    CHECK(has(text, R"({"name":"refunded","kind":"count","scale":2})"));
}

TEST_CASE("every engine") {
    Host host(REMIT_ENGINE_AUTO);
    const remit_status awaited = remit_policy_await(host.runtime, host.policy, 60'000, &host.error);
    INFO(host.error.message);
    CHECK(awaited == (remit_has_native() == 1 ? REMIT_OK : REMIT_NO_NATIVE));
    const remit_policy_status status = inspect(host);
    CHECK(status.engine == (remit_has_native() == 1 ? REMIT_ENGINE_NATIVE : REMIT_ENGINE_INTERPRETER));
    CHECK(status.version == 1);  // tools and symbols are still good
    const remit_request request = host.request(30000);
    CHECK(host.judge(request) == REMIT_OK);
    CHECK(host.ruling.verdict == REMIT_ASK);
    CHECK(host.ruling.engine == status.engine);
    CHECK(has(decide(host, refund_json("300.00")), R"("verdict":"ask")"));

    remit_policy_options options = remit_init<remit_policy_options>();
    options.engine = REMIT_ENGINE_NATIVE;
    const remit_source from = source(kPolicy);
    remit_policy policy{};
    CHECK(remit_policy_compile(host.runtime, &from, &options, nullptr, &policy, nullptr) ==
          (remit_has_native() == 1 ? REMIT_OK : REMIT_NO_NATIVE));
    Host interpreter(REMIT_ENGINE_INTERPRETER);
    CHECK(remit_policy_await(interpreter.runtime, interpreter.policy, 0, nullptr) == REMIT_NO_NATIVE);
}
