// Facts: found by typed keys, fresh or not.
#include "tests/catch.h"
#include "tests/engine/builder.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Facts : Shop {
    explicit Facts(bool by_memo = false) {
        FactUse use;
        use.fact = 0;
        use.keys = {{false, by_memo ? memo : order, 0}};
        use.fields = {{0, paid}};
        program.fact_uses = {use};
        program.tools[kRefund].facts = {0};
        allow();
        above(rule(RuleKind::Block), paid, 500'00, {kRefund});  // an error may be greater
    }
};

std::string fact(const std::string& key, const std::string& as_of, const std::string& value) {
    return R"({"fact":"order","key":[)" + key + R"(],"as_of":")" + as_of + R"(","value":)" + value + "}";
}

Decision run(const std::string& facts, bool by_memo = false) {
    Ask ask;
    ask.facts = "[" + facts + "]";
    return decide(Facts(by_memo).policy(), ask);
}

const std::string kFresh = "2026-11-23T09:59:40Z";

}  // namespace

TEST_CASE("a fresh fact is used") {
    CHECK(run(fact("\"A-1\"", kFresh, R"({"paid":"400.00"})")).verdict == Verdict::Allow);
    CHECK(run(fact("\"A-1\"", kFresh, R"({"paid":500.01})")).verdict == Verdict::Deny);
    CHECK(run(fact("\"A-2\"", kFresh, R"({"paid":900})") + "," + fact("\"A-1\"", kFresh, R"({"paid":1,"note":"x"})"))
              .verdict == Verdict::Allow);
}

TEST_CASE("missing: none, another key, another name, ill-typed, twice") {
    for (const std::string& facts :
         {std::string(), fact("\"A-2\"", kFresh, R"({"paid":1})"), fact("7", kFresh, R"({"paid":1})"),
          fact("\"A-1\",\"x\"", kFresh, R"({"paid":1})"), fact("\"A-1\"", kFresh, "{}"),
          fact("\"A-1\"", kFresh, R"({"paid":"1.005"})"), fact("\"A-1\"", kFresh, R"({"paid":1,"paidd":1})"),
          fact("\"A-1\"", kFresh, R"({"paid":1})") + "," + fact("\"A-1\"", kFresh, R"({"paid":2})")}) {
        INFO(facts);
        const Decision d = run(facts);
        CHECK(d.verdict == Verdict::Deny);
        CHECK(spoke(d, "builtin:fact-missing"));
        CHECK(spoke(d, "block"));
    }
    CHECK(because(run(fact("\"A-1\"", kFresh, R"({"paid":"1.005"})")), "builtin:fact-missing")
              .find("order.paid: more than 2 digits") != std::string::npos);
}

TEST_CASE("stale and future facts; the limits themselves are fresh") {
    CHECK(run(fact("\"A-1\"", "2026-11-23T09:59:00Z", R"({"paid":1})")).verdict == Verdict::Allow);
    CHECK(run(fact("\"A-1\"", "2026-11-23T10:00:00Z", R"({"paid":1})")).verdict == Verdict::Allow);
    for (const char* as_of :
         {"2026-11-23T09:58:59.999999999Z", "2026-11-23T10:00:00.000000001Z", "1970-01-01T00:00:00Z"}) {
        const Decision d = run(fact("\"A-1\"", as_of, R"({"paid":1})"));
        CHECK(d.verdict == Verdict::Deny);
        CHECK(spoke(d, "builtin:fact-stale"));
        CHECK(spoke(d, "block"));
    }
}

TEST_CASE("a fact whose key is absent is not needed, and its fields are absent") {
    const Decision d = run("", true);
    CHECK_FALSE(spoke(d, "builtin:fact-missing"));
    CHECK(spoke(d, "block"));  // the guard without `has` errs, and errors block
}

TEST_CASE("a constant key") {
    Facts shop;
    Constant c;
    c.type = static_cast<TypeRef>(Kind::Str);
    c.text = "config";
    shop.program.constants.push_back(c);
    shop.program.fact_uses[0].keys = {{true, 0, static_cast<uint32_t>(shop.program.constants.size() - 1)}};
    Ask ask;
    ask.facts = "[" + fact("\"config\"", kFresh, R"({"paid":1})") + "]";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Allow);
    ask.facts = "[" + fact("\"A-1\"", kFresh, R"({"paid":1})") + "]";
    CHECK(spoke(decide(shop.policy(), ask), "builtin:fact-missing"));
}
