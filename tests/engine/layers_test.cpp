// Layers: every policy decides by itself; the stricter side wins.
#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/interpreter/interpreter.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Family {
    Family() {
        parent.program.name = "platform";
        parent.program.hash.fill(0xCD);
        child.program.parent = parent.program.hash;
        parent.allow();
        child.allow();
        child.rule(RuleKind::Allow);  // ids of the two differ from here on
    }
    Decision run(const Ask& ask = {}) { return decide(policy_of({&child, &parent}), ask); }
    Shop child, parent;
};

RuleInfo obligation(Shop& shop, uint32_t quorum, int64_t window, std::vector<std::string> with) {
    RuleInfo r = shop.rule(RuleKind::Ask);
    r.signer = 1;
    r.quorum = quorum;
    r.window_ns = window;
    r.words = std::move(with);
    return r;
}

}  // namespace

TEST_CASE("a child can only narrow") {
    Family both;
    CHECK(both.run().verdict == Verdict::Allow);
    Family blocked;
    blocked.parent.always(blocked.parent.rule(RuleKind::Block));
    CHECK(blocked.run().verdict == Verdict::Deny);
    Family narrowed;
    narrowed.child.always(narrowed.child.rule(RuleKind::Block));
    CHECK(narrowed.run().verdict == Verdict::Deny);
    Family unknown;  // a tool that the parent does not have
    unknown.parent.program.tools[kRefund].name = "pay.refund2";
    CHECK(unknown.run().verdict == Verdict::Deny);
    CHECK(spoke(unknown.run(), "builtin:tool-unknown"));
}

TEST_CASE("decisions join") {
    Family f;
    const auto risk = [](Shop& shop, int64_t weight) {
        RuleInfo r = shop.rule(RuleKind::Risk, "effect");
        r.number = weight;
        shop.always(r);
    };
    risk(f.child, 10);
    risk(f.parent, 30);
    RuleInfo lane = f.parent.rule(RuleKind::Lane);
    lane.number = 1;
    f.parent.always(lane);
    f.child.always(obligation(f.child, 2, kHour, {"plan"}));
    f.parent.always(obligation(f.parent, 1, kHour / 2, {"rollback"}));
    RuleInfo reach = f.child.rule(RuleKind::Reach), isolate = f.parent.rule(RuleKind::Isolate);
    f.child.always(reach);
    isolate.level = 2;
    isolate.words = {"tenant"};
    f.parent.always(isolate);
    RuleInfo least = f.child.rule(RuleKind::Retain), most = f.parent.rule(RuleKind::Retain);
    least.at_least_ns = 10 * kDay;
    most.at_most_ns = 20 * kDay;
    f.child.always(least);
    f.parent.always(most);
    const Decision d = f.run();
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Ask);
    CHECK(d.risk == 30);
    CHECK(d.lane == "medium");
    REQUIRE(d.ask.size() == 1);
    CHECK(d.ask[0].quorum == 2);
    CHECK(d.ask[0].within_ns == kHour / 2);
    CHECK(d.ask[0].with == std::vector<std::string>{"plan", "rollback"});
    CHECK(d.reach.empty());  // the parent opens nothing
    CHECK(d.isolation_level == "sandbox");
    CHECK(d.retain_at_least_ns == 10 * kDay);
    CHECK(d.retain_at_most_ns == 20 * kDay);
    CHECK(to_json(d, true).find(R"("terms":[{"name":"effect","weight":10},{"name":"platform/effect","weight":30}])") !=
          std::string::npos);
    CHECK(d.policy.find("sha256:abab") == 0);
}

TEST_CASE("retention that only both together make impossible denies") {
    Family f;
    RuleInfo least = f.child.rule(RuleKind::Retain), most = f.parent.rule(RuleKind::Retain);
    least.at_least_ns = 30 * kDay;
    most.at_most_ns = 20 * kDay;
    f.child.always(least);
    f.parent.always(most);
    CHECK(spoke(f.run(), "builtin:retention-conflict"));
}

TEST_CASE("a child's roles do not stand in for its parent's") {
    Family f;
    f.parent.always(obligation(f.parent, 1, kHour, {}));
    f.child.program.role_closure[2] = {4 | 2 | 1};  // the child says that a responder is a release manager
    Ask ask;
    const std::string digest = f.run().digest;
    const auto signature = [&](const std::string& role) {
        return R"([{"by":"ann","kind":"human","roles":[")" + role + R"("],"digest":")" + digest +
               R"(","asked":"2026-11-23T09:50:00Z","signed":"2026-11-23T09:55:00Z"}])";
    };
    ask.signatures = signature("responder");
    CHECK(f.run(ask).verdict == Verdict::Ask);
    ask.signatures = signature("release_manager");
    CHECK(f.run(ask).verdict == Verdict::Allow);
}

TEST_CASE("a parent's never speaks even when the child asks") {
    Family f;
    f.child.always(obligation(f.child, 1, kHour, {}));
    f.parent.always(f.parent.rule(RuleKind::Never));
    CHECK(f.run().verdict == Verdict::Deny);
}

TEST_CASE("layers must fit") {
    Family f;
    auto child = f.child.load();
    auto parent = f.parent.load();
    const Layer c{child, make_interpreter(child)}, p{parent, make_interpreter(parent)};
    CHECK(Policy::make({c, p}).ok());
    CHECK_FALSE(Policy::make({c}).ok());
    CHECK_FALSE(Policy::make({p, c}).ok());
    CHECK_FALSE(Policy::make({}).ok());
    CHECK_FALSE(Policy::make({Layer{child, nullptr}}).ok());
    CHECK_FALSE(Policy::make(std::vector<Layer>(9, p)).ok());
}
