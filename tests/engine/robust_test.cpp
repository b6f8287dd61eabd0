// Whatever comes in: an answer, never a crash, always in the same memory.
#include <malloc.h>

#include <chrono>
#include <random>

#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/json.h"

using namespace remit;
using namespace remit::test;

namespace {

std::shared_ptr<const Policy> full_shop() {
    Shop shop;
    FactUse use;
    use.keys = {{false, shop.order, 0}};
    use.fields = {{0, shop.paid}};
    shop.program.fact_uses = {use};
    shop.program.tools[kRefund].facts = {0};
    shop.mark("looked", {kLookup});
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.count("orders", CountKind::Distinct, shop.order, {kRefund});
    shop.allow();
    RuleInfo owner = shop.rule(RuleKind::Ask);
    owner.quorum = 1;
    owner.window_ns = kHour;
    shop.above(owner, shop.amount, 100'00, {kRefund});
    return shop.policy();
}

Ask full_request() {
    Ask ask;
    ask.args =
        R"({"order":"A-1","amount":300.00,"notify":["a@b.example","c@d.example"],"memo":null,"tags":["x","y"],"where":{"city":"Ulm"},"meta":{"a":[1,2.5e3,true]}})";
    ask.call_more =
        R"(,"parent":"c-3","data":"internal","labels":{"order":{"sources":["user"]},"notify/1":{"sources":["agent","crm.lookup"],"class":"public"}},"evidence":{"plan":"sha256:aa"},"nonce":"n")";
    ask.facts = R"([{"fact":"order","key":["A-1"],"as_of":"2026-11-23T09:59:40Z","value":{"paid":"400.00"}}])";
    ask.state =
        R"({"version":12,"marks":{"looked":true},"counts":{"refunded":"300.00","orders":["A-1"]},"high_water":"internal","low_water":"vetted"})";
    ask.signatures =
        R"([{"by":"ops@acme.example","kind":"human","roles":[],"digest":"sha256:00","asked":"2026-11-23T09:50:00Z","signed":"2026-11-23T09:55:00Z","shown":{"ask":[{"by":"owner","quorum":1,"within":"1h","with":["plan"]}],"risk":["a"]}}])";
    return ask;
}

std::string mutate(std::string text, std::mt19937& rng) {
    static const std::vector<std::string> kBits = {"\"",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   ",",
                                                   ":",
                                                   "null",
                                                   "true",
                                                   "1e999999999",
                                                   "-0",
                                                   "\\u0000",
                                                   "\\ud800",
                                                   "\xFF",
                                                   "9",
                                                   "0.1",
                                                   "{\"a\":1}",
                                                   std::string(1, '\0'),
                                                   "99999999999999999999"};
    const auto pick = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(rng); };
    for (size_t times = 1 + pick(4); times > 0 && !text.empty(); --times) {
        const size_t at = pick(text.size()), length = std::min(text.size() - at, 1 + pick(24));
        switch (pick(6)) {
            case 0: text.erase(at, length); break;
            case 1: text.insert(at, kBits[pick(kBits.size())]); break;
            case 2: text[at] = static_cast<char>(pick(256)); break;
            case 3: text.insert(pick(text.size()), text.substr(at, length)); break;
            case 4: text.resize(at); break;
            default: text.replace(at, length, kBits[pick(kBits.size())]); break;
        }
    }
    return text;
}

size_t heap() { return mallinfo2().uordblks; }

}  // namespace

TEST_CASE("the whole request is understood") {
    const Decision d = decide(full_shop(), full_request());
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Ask);
}

TEST_CASE("truncated requests are denied, at every length") {
    Decider decider(full_shop());
    const std::string text = full_request().text();
    for (size_t n = 0; n < text.size(); ++n) {
        const Decision d = decider.decide(text.substr(0, n));
        REQUIRE(d.verdict == Verdict::Deny);
        REQUIRE_FALSE(d.error.empty());
    }
}

TEST_CASE("mutated requests get an answer that is JSON") {
    Decider decider(full_shop()), again(full_shop());
    std::mt19937 rng(20261123);
    JsonReader reader;
    Arena arena;
    const std::string text = full_request().text();
    size_t understood = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string mutant = mutate(text, rng);
        const Decision d = decider.decide(mutant);
        const std::string json = to_json(d, true);
        arena.reset();
        if (reader.read(json, arena) == nullptr) FAIL(json << "\n" << reader.error());
        if (d.verdict == Verdict::Deny && d.rules.empty()) FAIL(json);
        if (!spoke(d, "builtin:malformed")) ++understood;
        if (i % 16 == 0 && to_json(again.decide(mutant), true) != json) FAIL(mutant);  // memory of before plays no part
        if (i % 8 == 0) (void)decider.decide_stateful(mutant);
    }
    CHECK(understood > 500);
    CHECK(understood < 19'000);
}

TEST_CASE("huge exponents and long numbers are answered at once") {
    Decider decider(full_shop());
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& amount :
         {std::string("\"1e999999999\""), std::string("1e999999999"), std::string("1e-999999999"),
          std::string("\"0e999999999999999999999\""), "\"" + std::string(1'000'000, '9') + "\"",
          "0." + std::string(1'000'000, '0') + "1", std::string(1'000'000, '9')}) {
        Ask ask = full_request();
        ask.args = R"({"order":"A-1","amount":)" + amount + "}";
        const Decision d = decider.decide(ask.text());
        CHECK((d.verdict == Verdict::Deny || amount == "\"0e999999999999999999999\""));
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("many requests, constant memory") {
    Decider decider(full_shop());
    const std::string good = full_request().text();
    const std::string large = R"({"id":")" + std::string(3'000'000, 'x') + "\"}";
    (void)decider.decide(large);
    for (int i = 0; i < 1000; ++i) (void)decider.decide(i % 2 == 0 ? good : good.substr(0, 700));
    const size_t before = heap();
    for (int i = 0; i < 20'000; ++i) (void)decider.decide(i % 2 == 0 ? good : good.substr(0, 700));
    CHECK(heap() <= before + 4096);
}
