// What rules give, joined.
#include "tests/catch.h"
#include "tests/engine/builder.h"

using namespace remit;
using namespace remit::test;

namespace {

RuleInfo ask_rule(Shop& shop, uint32_t signer, uint32_t quorum, int64_t window, std::vector<std::string> with) {
    RuleInfo r = shop.rule(RuleKind::Ask);
    r.signer = signer;
    r.quorum = quorum;
    r.window_ns = window;
    r.words = std::move(with);
    return r;
}

}  // namespace

TEST_CASE("obligations of one signer join: largest quorum, shortest window, all evidence") {
    Shop shop;
    shop.allow();
    shop.always(ask_rule(shop, 1, 2, kHour, {"plan"}));
    shop.always(ask_rule(shop, 1, 1, kHour / 4, {"rollback", "plan"}));
    shop.always(ask_rule(shop, kSignerOwner, 1, kHour, {}));
    const Decision d = decide(shop.policy(), {});
    CHECK(d.verdict == Verdict::Ask);
    REQUIRE(d.ask.size() == 2);
    CHECK(d.ask[0].by == "owner");
    CHECK(d.ask[1].by == "release_manager");
    CHECK(d.ask[1].quorum == 2);
    CHECK(d.ask[1].within_ns == kHour / 4);
    CHECK(d.ask[1].with == std::vector<std::string>{"plan", "rollback"});
    CHECK(
        to_json(d).find(
            R"("ask":[{"by":"owner","quorum":1,"within":"1h","with":[]},{"by":"release_manager","quorum":2,"within":"15m","with":["plan","rollback"]}],"digest":"sha256:)") !=
        std::string::npos);
}

TEST_CASE("risk, lane, leases, reach, record, redact, retain") {
    Shop shop;
    shop.allow();
    for (const auto& [name, weight] : {std::pair<const char*, int64_t>{"effect", 40}, {"production", 30}}) {
        RuleInfo r = shop.rule(RuleKind::Risk, name);
        r.number = weight;
        shop.always(r);
    }
    RuleInfo lane = shop.rule(RuleKind::Lane, "high");
    lane.number = 2;
    shop.above(lane, kSlotRisk, 69, kAllTools);
    RuleInfo limit = shop.rule(RuleKind::Limit), quota = shop.rule(RuleKind::Quota);
    limit.number = 4;
    quota.number = 60;
    quota.window_ns = kHour;
    quota.per = Window::Tenant;
    shop.always(limit);
    shop.always(quota);
    for (uint32_t e : {0u, 1u}) {
        RuleInfo r = shop.rule(RuleKind::Reach);
        r.egress = e;
        shop.always(r, e == 0 ? kAllTools : std::vector<uint32_t>{kRefund});
    }
    RuleInfo record = shop.rule(RuleKind::Record), redact = shop.rule(RuleKind::Redact),
             retain = shop.rule(RuleKind::Retain), longer = shop.rule(RuleKind::Retain);
    record.words = {"prompt", "plan"};
    redact.path = "/memo";
    retain.at_least_ns = 30 * kDay;
    longer.at_least_ns = 400 * kDay;
    longer.at_most_ns = 500 * kDay;
    for (const RuleInfo& r : {record, redact, retain, longer}) shop.always(r);
    const Decision d = decide(shop.policy(), {});
    const std::string json = to_json(d, true);
    INFO(json);
    CHECK(d.verdict == Verdict::Allow);
    CHECK(d.risk == 70);
    CHECK(d.lane == "high");
    CHECK(json.find(R"("terms":[{"name":"effect","weight":40},{"name":"production","weight":30}])") !=
          std::string::npos);
    CHECK(to_json(d).find("terms") == std::string::npos);
    CHECK(json.find(R"("kind":"parallel","per":"session","key":"s-9","max":4})") != std::string::npos);
    CHECK(json.find(R"("kind":"rate","per":"tenant","key":"acme","max":60,"over":"1h"})") != std::string::npos);
    CHECK(json.find(R"("reach":["mail","saas"])") != std::string::npos);
    CHECK(
        json.find(
            R"("redact":["/memo"],"record":["plan","prompt"],"retain":{"at_least":"400d","at_most":"500d"},"policy":)") !=
        std::string::npos);
    CHECK(json.find("digest") == std::string::npos);
}

TEST_CASE("marks and counts are reported as what would be charged") {
    Shop shop;
    shop.mark("paid_out", {kRefund});
    shop.mark("looked", {kLookup});
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.count("calls", CountKind::Number, kNoSlot, kAllTools);
    shop.count("orders", CountKind::Distinct, shop.order, {kRefund});
    shop.count("memos", CountKind::Distinct, shop.memo, {kRefund});
    shop.allow();
    Ask ask;
    ask.state =
        R"({"version":12,"marks":{"paid_out":false,"looked":false},"counts":{"refunded":"300.00","calls":3,"orders":["A-1"],"memos":[]}})";
    const Decision d = decide(shop.policy(), ask);
    INFO(to_json(d));
    CHECK(
        to_json(d).find(
            R"("state":{"version":12,"marks":["paid_out"],"counts":{"calls":"+1","memos":"+max","refunded":"+300.00"}})") !=
        std::string::npos);
    ask.args = R"({"order":"A-2","amount":1,"memo":"m"})";
    CHECK(to_json(decide(shop.policy(), ask)).find(R"({"calls":"+1","memos":"+1","orders":"+1","refunded":"+1.00"})") !=
          std::string::npos);
}

TEST_CASE("state that a rule reads includes this call") {
    Shop shop;
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 1000'00, {kRefund});
    Ask ask;
    ask.state = R"({"counts":{"refunded":"700.00"}})";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Allow);
    ask.state = R"({"counts":{"refunded":"700.01"}})";
    CHECK(decide(shop.policy(), ask).verdict == Verdict::Deny);
}

TEST_CASE("prepared requests run again and again with the same answer") {
    Shop shop;
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    RuleInfo risk = shop.rule(RuleKind::Risk, "r");
    risk.number = 5;
    shop.always(risk);
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 1000'00, {kRefund});
    Decider decider(shop.policy());
    Ask ask;
    ask.state = R"({"counts":{"refunded":"600.00"}})";
    auto* prepared = decider.prepare(ask.text());
    REQUIRE(prepared != nullptr);
    for (int i = 0; i < 5; ++i) {
        const Outcome out = decider.run(*prepared);
        CHECK(out.allowed == 1);
        CHECK(out.blocked == 0);
        CHECK(out.matched_count == 3);
    }
    CHECK(decider.prepare("{}") == nullptr);
    ask.tool = "nope";
    CHECK(decider.prepare(ask.text()) == nullptr);
}
