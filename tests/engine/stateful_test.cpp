// Recorded sessions: state carried from line to line.
#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/carry.h"

using namespace remit;
using namespace remit::test;

namespace {

Ask refund(const std::string& amount, const std::string& order = "A-1") {
    Ask ask;
    ask.args = R"({"order":")" + order + R"(","amount":")" + amount + "\"}";
    return ask;
}

Ask lookup() {
    Ask ask;
    ask.tool = "crm.lookup";
    ask.args = R"({"customer":"c"})";
    return ask;
}

std::string at(std::string text, const std::string& time) {
    return text.replace(text.find("2026-11-23T10:00:00Z"), 20, time);
}

}  // namespace

TEST_CASE("sums carry, in their window, for allowed calls only") {
    Shop shop;
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 1000'00, {kRefund});
    Decider d(shop.policy());
    CHECK(d.decide_stateful(refund("600.00").text()).verdict == Verdict::Allow);
    CHECK(d.decide_stateful(refund("500.00").text()).verdict == Verdict::Deny);  // charges nothing
    CHECK(d.decide_stateful(refund("400.00").text()).verdict == Verdict::Allow);
    CHECK(d.decide_stateful(refund("0.01").text()).verdict == Verdict::Deny);
    std::string other = refund("900.00").text();
    other.replace(other.find("s-9"), 3, "s-1");
    CHECK(d.decide_stateful(other).verdict == Verdict::Allow);  // another session
    const auto later = [&](const std::string& time) {
        std::string text = at(refund("600.00").text(), time);
        return text.replace(text.find("2026-11-23T18:00:00Z"), 20, "2027-01-01T00:00:00Z");
    };
    CHECK(d.decide_stateful(later("2026-11-24T09:30:00Z")).verdict == Verdict::Deny);
    CHECK(d.decide_stateful(later("2026-11-24T10:30:00Z")).verdict == Verdict::Allow);
    CHECK(d.decide(refund("0.01").text()).verdict == Verdict::Deny);  // by itself it lacks its state
}

TEST_CASE("a session that begins with a state goes on from it; later states are not counted twice") {
    Shop shop;
    shop.count("refunded", CountKind::Sum, shop.amount, {kRefund});
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 1000'00, {kRefund});
    Decider d(shop.policy());
    Ask first = refund("100.00");
    first.state = R"({"version":3,"counts":{"refunded":"700.00"}})";
    CHECK(d.decide_stateful(first.text()).verdict == Verdict::Allow);
    Ask second = refund("100.00");
    second.state = R"({"version":4,"counts":{"refunded":"800.00"}})";
    CHECK(d.decide_stateful(second.text()).verdict == Verdict::Allow);
    CHECK(d.decide_stateful(refund("100.01").text()).verdict == Verdict::Deny);
    CHECK(d.decide_stateful(refund("100.00").text()).verdict == Verdict::Allow);
}

TEST_CASE("marks and what the session has read carry") {
    Shop shop;
    shop.mark("looked", {kLookup});
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 0, {kRefund});
    Decider d(shop.policy());
    CHECK(d.decide_stateful(refund("1").text()).verdict == Verdict::Allow);
    CHECK(d.decide_stateful(lookup().text()).verdict == Verdict::Allow);
    CHECK(d.decide_stateful(refund("1").text()).verdict == Verdict::Deny);

    Shop water;
    water.allow();
    water.above(water.rule(RuleKind::Block), kSlotData, 1, {kRefund});
    Decider w(water.policy());
    CHECK(w.decide_stateful(refund("1").text()).verdict == Verdict::Allow);  // nothing read yet
    CHECK(w.decide_stateful(refund("1").text()).verdict == Verdict::Allow);  // pay.refund gives internal
    CHECK(w.decide_stateful(lookup().text()).verdict == Verdict::Allow);     // crm.lookup gives confidential
    CHECK(w.decide_stateful(refund("1").text()).verdict == Verdict::Deny);

    Shop trust;
    trust.allow();
    RuleInfo risk = trust.rule(RuleKind::Risk, "trusted");
    risk.number = 7;
    trust.above(risk, trust.lookup_trust, 1, {kLookup});
    Decider t(trust.policy());
    Ask labelled = lookup();
    labelled.call_more = R"(,"labels":{"customer":{"sources":["agent"]}})";
    CHECK(t.decide_stateful(labelled.text()).risk == 7);  // first party only so far
    CHECK(t.decide_stateful(refund("1").text()).verdict == Verdict::Allow);
    CHECK(t.decide_stateful(labelled.text()).risk == 0);  // has read from a vetted tool
}

TEST_CASE("distinct counts remember their values") {
    Shop shop;
    shop.count("orders", CountKind::Distinct, shop.order, {kRefund}, Window::Tenant);
    shop.allow();
    shop.above(shop.rule(RuleKind::Block), shop.program.states[0].slot, 2, {kRefund});
    Decider d(shop.policy());
    for (const char* order : {"A", "B", "A", "B"}) {
        std::string text = refund("1", order).text();
        if (*order == 'B') text.replace(text.find("s-9"), 3, "s-1");  // the tenant's sessions share it
        CHECK(d.decide_stateful(text).verdict == Verdict::Allow);
    }
    CHECK(d.decide_stateful(refund("1", "C").text()).verdict == Verdict::Deny);
    CHECK(d.decide_stateful(refund("1", "B").text()).counts.empty());
}

TEST_CASE("windows: buckets, the oldest counted whole") {
    WindowedCount count;
    const int64_t over = 64;  // buckets of one
    for (int64_t t = 0; t < 200; ++t) {
        count.advance(t, over);
        count.add(t, over, 1);
        CHECK(count.total() <= 65);
    }
    count.advance(263, over);
    CHECK(count.total() == 1);
    count.advance(264, over);
    CHECK(count.total() == 0);
    count.add(264, over, INT64_MAX);
    count.add(265, over, 5);
    CHECK(count.total() == INT64_MAX);
    count.note(265, over, "\"x\"", 1);
    count.note(265, over, "\"y\"", 1);
    CHECK(count.values() == std::vector<std::string>{"\"x\""});
    count.advance(400, over);
    CHECK(count.values().empty());
}
