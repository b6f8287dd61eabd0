// Every built-in denial, and requests that are not requests.
#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::test;

namespace {

/// `json` with the member `"key":...` up to the next comma or brace gone, or replaced.
std::string without(std::string json, const std::string& key) {
    const size_t at = json.find("\"" + key + "\":");
    REQUIRE(at != std::string::npos);
    size_t end = at;
    int depth = 0;
    for (bool quoted = false; end < json.size(); ++end) {
        const char c = json[end];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && depth-- == 0) break;
        if (c == ',' && depth == 0) break;
    }
    json.erase(at, end - at);
    const size_t comma = json.find_first_of(",}", at);
    if (json[comma] == ',')
        json.erase(comma, 1);
    else if (json[at - 1] == ',')
        json.erase(at - 1, 1);
    return json;
}

std::string with(std::string json, const std::string& from, const std::string& to) {
    const size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    return json.replace(at, from.size(), to);
}

std::shared_ptr<const Policy> open_shop() {
    Shop shop;
    shop.allow();
    return shop.policy();
}

void denied(const Ask& ask, const std::string& by) {
    const Decision d = decide(open_shop(), ask);
    INFO(ask.text());
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Deny);
    CHECK(spoke(d, "builtin:" + by));
}

}  // namespace

TEST_CASE("a good request is allowed") {
    const Decision d = decide(open_shop(), {});
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Allow);
    CHECK(d.policy == "sha256:" + [] {
        std::string s;
        for (int i = 0; i < 32; ++i) s += "ab";
        return s;
    }());
    CHECK(d.engine == "interp");
    CHECK(d.error.empty());
}

TEST_CASE("a session must say all that it must") {
    for (const char* key : {"owner", "scope", "tier", "tenant", "retention", "expires", "revoked"}) {
        Ask ask;
        ask.session = without(ask.session, key);
        denied(ask, "session-incomplete");
    }
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"\"revoked\":false", "\"revoked\":\"no\""},
                                                          {"\"tier\":\"prod\"", "\"tier\":\"moon\""},
                                                          {"\"tenant\":\"acme\"", "\"tenant\":\"\""},
                                                          {"\"scope\":[\"*\"]", "\"scope\":\"*\""},
                                                          {"\"scope\":[\"*\"]", "\"scope\":[1]"},
                                                          {"2026-11-23T18:00:00Z", "tomorrow"},
                                                          {"\"owner\":\"ops@acme.example\"", "\"owner\":null"},
                                                          {"[\"responder\"]", "\"responder\""}}) {
        Ask ask;
        ask.session = with(ask.session, from, to);
        denied(ask, "session-incomplete");
    }
    for (const char* session : {"", "null", "[]"}) {
        Ask ask;
        ask.session = session;
        denied(ask, "session-incomplete");
    }
}

TEST_CASE("revoked, expired, out of scope") {
    Ask ask;
    ask.session = with(Ask().session, "\"revoked\":false", "\"revoked\":true");
    denied(ask, "session-revoked");
    ask.session = with(Ask().session, "2026-11-23T18:00:00Z", "2026-11-23T10:00:00Z");
    denied(ask, "session-expired");
    ask.session = with(Ask().session, "2026-11-23T18:00:00Z", "2026-11-23T10:00:00.000000001Z");
    CHECK(decide(open_shop(), ask).verdict == Verdict::Allow);
    for (const char* scope : {"[]", "[\"crm.*\"]", "[\"pay.refund.x\",\"pay\"]"}) {
        ask.session = with(Ask().session, "[\"*\"]", scope);
        denied(ask, "out-of-scope");
    }
    ask.session = with(Ask().session, "[\"*\"]", "[\"crm.*\",\"pay.*\"]");
    CHECK(decide(open_shop(), ask).verdict == Verdict::Allow);
}

TEST_CASE("time, tool, arguments, labels") {
    Ask ask;
    for (const char* context : {"", "{}", R"({"time":5})", R"({"time":"noon"})"}) {
        ask = {};
        ask.context = context;
        denied(ask, "time-missing");
    }
    ask = {};
    ask.tool = "pay.refunds";
    denied(ask, "tool-unknown");
    ask = {};
    ask.args = R"({"order":"A-1","amount":"300.001"})";
    denied(ask, "arguments");
    ask.args = R"({"order":"A-1","amount":"300","amount":"1"})";
    denied(ask, "arguments");
    for (const char* more : {R"(,"data":"cosmic")", R"(,"labels":{"order":{"class":"cosmic"}})",
                             R"(,"labels":{"order":{"sources":["bob"]}})", R"(,"labels":{"ordre":{}})",
                             R"(,"labels":{"notify/0":{}})", R"(,"labels":{"order/0":{}})"}) {
        ask = {};
        ask.call_more = more;
        denied(ask, "label");
    }
    ask = {};
    ask.state = R"({"high_water":"cosmic"})";
    denied(ask, "label");
    ask.state = R"({"low_water":"cosmic"})";
    denied(ask, "label");
}

TEST_CASE("denials that stop give no rule a word; the others are joined with the rules") {
    Ask ask;
    ask.tool = "nope";
    CHECK_FALSE(spoke(decide(open_shop(), ask), "allow"));
    ask = {};
    ask.session = with(ask.session, "\"revoked\":false", "\"revoked\":true");
    CHECK(spoke(decide(open_shop(), ask), "allow"));
}

TEST_CASE("missing state denies and shows as an error") {
    Shop shop;
    shop.allow();
    shop.mark("tainted", {kLookup});
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.count("orders", CountKind::Distinct, shop.order, {kRefund});
    const auto policy = shop.policy();
    const std::string good =
        R"({"version":12,"marks":{"tainted":false,"other":true},"counts":{"refunded":"1.00","orders":["a"]}})";
    Ask ask;
    ask.state = good;
    const Decision d = decide(policy, ask);
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Allow);
    CHECK(d.state_version == 12);
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\"tainted\":false,", ""},
                                                                                   {"false", "\"no\""},
                                                                                   {"\"refunded\":\"1.00\",", ""},
                                                                                   {"\"1.00\"", "\"-1.00\""},
                                                                                   {"\"1.00\"", "\"1.001\""},
                                                                                   {",\"orders\":[\"a\"]", ""},
                                                                                   {"[\"a\"]", "[1]"},
                                                                                   {"[\"a\"]", "1"}}) {
        ask.state = with(good, from, to);
        INFO(ask.state);
        const Decision bad = decide(policy, ask);
        CHECK(bad.verdict == Verdict::Deny);
        CHECK(spoke(bad, "builtin:state-missing"));
        CHECK(spoke(bad, "allow"));
    }
    ask.state = "";
    CHECK(decide(policy, ask).rules.size() >= 3);
}

TEST_CASE("retention conflict and isolation") {
    Shop shop;
    shop.allow();
    RuleInfo least = shop.rule(RuleKind::Retain), most = shop.rule(RuleKind::Retain);
    least.at_least_ns = 400 * kDay;
    most.at_most_ns = 30 * kDay;
    shop.always(least);
    shop.always(most, {kLookup});
    RuleInfo vm = shop.rule(RuleKind::Isolate), tenant = shop.rule(RuleKind::Isolate);
    vm.level = 3;
    tenant.words = {"tenant"};
    shop.always(vm, {kRefund});
    shop.always(tenant);
    const auto policy = shop.policy();
    Ask ask;
    CHECK(decide(policy, ask).verdict == Verdict::Allow);
    CHECK(decide(policy, ask).isolation_level == "microvm");
    CHECK(decide(policy, ask).isolation_by == std::set<std::string>{"tenant"});
    for (const char* has : {"\"sandbox\"", "[\"none\",\"process\"]", "[]"}) {
        ask.context = std::string(R"({"time":"2026-11-23T10:00:00Z","isolation":)") + has + "}";
        CHECK(spoke(decide(policy, ask), "builtin:isolation-unavailable"));
        CHECK(decide(policy, ask).verdict == Verdict::Deny);
    }
    ask.context = R"({"time":"2026-11-23T10:00:00Z","isolation":["none","microvm"],"host":"extras","n":[1]})";
    CHECK(decide(policy, ask).verdict == Verdict::Allow);
    Ask lookup;
    lookup.tool = "crm.lookup";
    lookup.args = R"({"customer":"c"})";
    const Decision d = decide(policy, lookup);
    CHECK(d.verdict == Verdict::Deny);
    CHECK(because(d, "builtin:retention-conflict").find("at least 400d, at most 30d") != std::string::npos);
}

TEST_CASE("no allow, and block beats allow") {
    Shop closed;
    CHECK(spoke(decide(closed.policy(), {}), "builtin:no-allow"));
    Shop shop;
    shop.allow();
    RuleInfo block = shop.rule(RuleKind::Block);
    block.because = "no more";
    shop.above(block, shop.amount, 100'00, {kRefund});
    CHECK(decide(shop.policy(), {}).verdict == Verdict::Deny);
    CHECK(because(decide(shop.policy(), {}), "block") == "no more");
    Ask ask;
    ask.args = R"({"order":"A","amount":100})";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Allow);
}

TEST_CASE("what is not a request") {
    Decider decider(open_shop());
    const std::string good = Ask().text();
    std::vector<std::string> bad = {"",
                                    " ",
                                    "null",
                                    "[]",
                                    "7",
                                    "{}",
                                    "{\"id\":1}",
                                    R"({"id":"x","call":{}})",
                                    R"({"call":{"tool":5}})",
                                    with(good, "\"id\":\"r-1\"", "\"id\":\"r-1\",\"extra\":1"),
                                    with(good, "\"tool\"", "\"tol\""),
                                    with(good, "\"roles\"", "\"rolls\""),
                                    with(good, "\"id\":\"c-7\"", "\"id\":7"),
                                    good + good,
                                    good + "x"};
    for (const char* state : {"[]", R"({"version":"1"})", R"({"version":1.5})", R"({"marks":[]})", R"({"x":1})"}) {
        Ask ask;
        ask.state = state;
        bad.push_back(ask.text());
    }
    for (const char* facts : {"{}", "[1]", R"([{"fact":"order"}])",
                              R"([{"fact":"order","key":"A","as_of":"2026-11-23T09:59:40Z","value":{}}])"}) {
        Ask ask;
        ask.facts = facts;
        bad.push_back(ask.text());
    }
    for (const char* more : {R"(,"labels":[])", R"(,"labels":{"order":1})", R"(,"labels":{"order":{"klass":"x"}})",
                             R"(,"evidence":{"plan":1})"}) {
        Ask ask;
        ask.call_more = more;
        bad.push_back(ask.text());
    }
    Ask odd;
    odd.context = R"({"time":"2026-11-23T10:00:00Z","isolation":"castle"})";
    bad.push_back(odd.text());
    for (const std::string& text : bad) {
        INFO(text);
        const Decision d = decider.decide(text);
        CHECK(d.verdict == Verdict::Deny);
        CHECK(spoke(d, "builtin:malformed"));
        CHECK(d.error.find("malformed: ") == 0);
    }
    CHECK(decider.decide(R"({"id":"x","call":{}})").id == "x");
    CHECK(decider.decide(good).verdict == Verdict::Allow);
}

TEST_CASE("what is too large") {
    Decider decider(open_shop());
    const auto limited = [&](const std::string& text) {
        const Decision d = decider.decide(text);
        CHECK(d.verdict == Verdict::Deny);
        CHECK(spoke(d, "builtin:limit"));
        CHECK(d.error.find("limit: ") == 0);
    };
    limited(std::string(limits::kMaxRequestBytes + 1, ' '));
    limited(with(Ask().text(), "\"A-1\"", std::string(100, '[') + std::string(100, ']')));
    limited(with(Ask().text(), "A-1", std::string(limits::kMaxStringBytes + 1, 'x')));
    std::string globs = "\"*\"", signatures = "{}";
    for (size_t i = 0; i < limits::kMaxScopeGlobs; ++i) globs += ",\"a\"";
    for (size_t i = 0; i < limits::kMaxSignatures; ++i) signatures += ",{}";
    limited(with(Ask().text(), "\"*\"", globs));
    Ask ask;
    ask.signatures = "[" + signatures + "]";
    limited(ask.text());
}

TEST_CASE("the decision's JSON") {
    Decider decider(open_shop());
    CHECK(
        to_json(decider.decide(R"({"id":"q")"))
            .find(
                R"({"id":"q","verdict":"deny","risk":0,"lane":"low","rules":[{"rule":"builtin:malformed","at":"","kind":"deny","because":")") ==
        0);
    CHECK(
        to_json(decider.decide(Ask().text())) ==
        R"({"id":"r-1","verdict":"allow","risk":0,"lane":"low","rules":[{"rule":"sha256:0101010101010101010101010101010101010101010101010101010101010101","at":"shop.remit:2:1","kind":"allow"}],"ask":[],"leases":[],"isolation":{"level":"none","by":[]},"reach":[],"state":{"marks":[],"counts":{}},"redact":[],"record":[],"retain":{},"policy":"sha256:abababababababababababababababababababababababababababababababab","engine":"interp"})");
}
