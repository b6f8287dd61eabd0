// Typed calls: arguments and their checks, what begin forgets, and the parts of a ruling.
#include "tests/engine/typed_shop.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::test;

namespace {

uint32_t only(Denial d) { return 1u << static_cast<uint32_t>(d); }

struct Desk {
    explicit Desk(const Shop& shop)
        : policy(shop.policy()), names(policy->names()), session(bound_session(policy, shop_session())), call(policy) {
        refund(call, *session);
    }
    uint32_t param(const char* name) const { return names.param(kRefund, name); }
    std::shared_ptr<const Policy> policy;
    const Names& names;
    std::shared_ptr<const Session> session;
    Call call;
};

Shop open_shop() {
    Shop shop;
    shop.allow();
    return shop;
}

}  // namespace

TEST_CASE("a number may be set again and again") {
    Shop shop = open_shop();
    shop.above(shop.rule(RuleKind::Block), shop.amount, 250'00, {kRefund});
    Desk desk(shop);
    CHECK(desk.call.decide().verdict == Verdict::Deny);
    for (int64_t cents = 240'00; cents < 260'00; cents += 1'00) {
        desk.call.set_int(desk.param("amount"), cents);
        CHECK(desk.call.decide().verdict == (cents > 250'00 ? Verdict::Deny : Verdict::Allow));
        CHECK(desk.call.explain().verdict == desk.call.decide().verdict);
    }
    desk.call.set_int(desk.param("amount"), -1);
    CHECK(desk.call.decide().denials == only(Denial::Arguments));
    desk.call.set_int(desk.param("amount"), 100'000'01);
    CHECK(desk.call.decide().denials == only(Denial::Arguments));
    desk.call.set_text(desk.param("amount"), "1.005");
    CHECK(desk.call.decide().denials == only(Denial::Arguments));
    desk.call.set_json(desk.param("amount"), "1.5");
    CHECK(desk.call.decide().verdict == Verdict::Allow);
}

TEST_CASE("arguments that do not fit deny until they are set again") {
    Desk desk(open_shop());
    Call& call = desk.call;
    const auto denied = [&](Denial d) {
        const Ruling& r = call.decide();
        CHECK(r.verdict == Verdict::Deny);
        CHECK(r.denials == only(d));
        CHECK_FALSE(r.evaluated);
        CHECK(call.explain().verdict == Verdict::Deny);
    };
    const auto fine = [&] {
        const Ruling& r = call.decide();
        CHECK(r.denials == 0);
        CHECK(r.verdict == Verdict::Allow);
    };
    fine();
    call.unset(desk.param("order"));
    denied(Denial::Arguments);
    call.set_null(desk.param("order"));
    denied(Denial::Arguments);
    call.set_text(desk.param("order"), "\xFF");
    denied(Denial::Arguments);
    const std::string huge(limits::kMaxStringBytes + 1, 'x');
    call.set_text(desk.param("order"), huge);
    denied(Denial::Limit);
    call.set_text(desk.param("order"), "B-2");
    fine();
    call.set_null(desk.param("memo"));
    fine();
    call.set_text(desk.param("currency"), "GBP");
    denied(Denial::Arguments);
    call.set_text(desk.param("currency"), "USD");
    fine();
    call.set_json(desk.param("notify"), R"(["a@b.example","no address"])");
    denied(Denial::Arguments);
    call.set_json(desk.param("notify"), R"(["a@b.example")");
    denied(Denial::Arguments);
    call.set_json(desk.param("notify"), R"(["a@b.example"])");
    fine();
    call.set_int(desk.param("order"), 7);
    denied(Denial::Arguments);
    call.set_text(desk.param("order"), "C-3");
    fine();
    call.set_int(99, 0);
    denied(Denial::Arguments);
}

TEST_CASE("begin forgets the last call") {
    Shop shop = open_shop();
    shop.above(shop.rule(RuleKind::Block), shop.amount, 250'00, {kRefund});
    Desk desk(shop);
    Call& call = desk.call;
    call.set_label(desk.param("order"), 0, {});
    call.set_data(3);
    call.set_isolation(0);
    CHECK(call.decide().verdict == Verdict::Deny);
    call.begin(*desk.session, kRefund);
    CHECK(call.decide().denials == (only(Denial::TimeMissing) | only(Denial::Arguments)));
    call.begin(*desk.session, kLookup);
    call.set_time(kNow);
    call.set_text(0, "customer");
    CHECK(call.decide().verdict == Verdict::Allow);
    call.begin(*desk.session, kUnknownName);
    call.set_time(kNow);
    CHECK(call.decide().denials == only(Denial::ToolUnknown));
    CHECK(call.explain().verdict == Verdict::Deny);
    refund(call, *desk.session);
    call.set_int(desk.param("amount"), 1);
    CHECK(call.decide().verdict == Verdict::Allow);
}

TEST_CASE("a call that was never begun is denied") {
    Call call(open_shop().policy());
    CHECK(call.decide().verdict == Verdict::Deny);
    call.set_int(0, 1);
    call.set_text(1, "x");
    CHECK(call.decide().denied_by(Denial::SessionIncomplete));
    CHECK(call.explain().verdict == Verdict::Deny);
}

TEST_CASE("marks and counts start from what was set, each time") {
    Shop shop = open_shop();
    shop.mark("paid", {kRefund});
    shop.count("sum", CountKind::Sum, shop.amount, {kRefund});
    shop.count("orders", CountKind::Distinct, shop.order, {kRefund});
    Desk desk(shop);
    Call& call = desk.call;
    CHECK(call.decide().denials == only(Denial::StateMissing));
    call.set_mark(desk.names.mark("paid"), false);
    call.set_count(desk.names.count("sum"), 10'00);
    call.set_distinct(desk.names.count("orders"), R"(["A-0"])");
    for (int i = 0; i < 3; ++i) {
        const Ruling& r = call.decide();
        CHECK(r.verdict == Verdict::Allow);
        CHECK(r.effects == 3);
        EffectCursor cursor;
        Effect effect;
        std::map<std::string, int64_t> charges;
        while (call.next_effect(cursor, effect)) charges[effect.rule->name] = effect.charge;
        CHECK(charges == std::map<std::string, int64_t>{{"paid", 0}, {"sum", 300'00}, {"orders", 1}});
        CHECK_FALSE(call.next_effect(cursor, effect));
    }
    call.set_text(desk.param("order"), "A-0");
    call.decide();
    EffectCursor cursor;
    Effect effect;
    while (call.next_effect(cursor, effect))
        if (effect.rule->name == "orders") CHECK(effect.charge == 0);
    for (const char* bad : {"{}", "[", "[1]"}) {
        call.set_distinct(desk.names.count("orders"), bad);
        CHECK(call.decide().denials == only(Denial::StateMissing));
    }
    call.set_distinct(desk.names.count("orders"), "[]");
    call.set_count(desk.names.count("sum"), -1);
    CHECK(call.decide().denials == only(Denial::StateMissing));
    call.set_count(desk.names.count("sum"), 0);
    CHECK(call.decide().denials == 0);
    call.set_count(kUnknownName, 1);  // not declared: ignored
    CHECK(call.decide().denials == 0);
}

TEST_CASE("labels name classes and sources, and what they do not know denies") {
    Desk desk(open_shop());
    Call& call = desk.call;
    const uint32_t sources[] = {Call::kUser, kLookup};
    call.set_label(desk.param("order"), 1, sources);
    CHECK(call.decide().verdict == Verdict::Allow);
    call.set_label(desk.param("order"), 4, sources);
    CHECK(call.decide().denials == only(Denial::Label));
    const uint32_t unknown[] = {kUnknownName};
    call.set_label(desk.param("order"), Call::kNoClass, unknown);
    CHECK(call.decide().denials == only(Denial::Label));
    call.set_label(desk.param("order"), Call::kNoClass, {});
    CHECK(call.decide().verdict == Verdict::Allow);
    call.set_data(kUnknownName);
    CHECK(call.decide().denials == only(Denial::Label));
    call.set_data(0);
    call.set_high_water(9);
    CHECK(call.decide().denials == only(Denial::Label));
    call.set_high_water(0);
    call.set_low_water(3);
    CHECK(call.decide().denials == only(Denial::Label));
    call.set_low_water(2);
    CHECK(call.decide().verdict == Verdict::Allow);
}

TEST_CASE("the class of what is sent is the highest of what is given") {
    for (const bool read : {false, true}) {  // whether some rule reads a label of the tool
        Shop shop = open_shop();
        ToolDesc& lookup = shop.program.tools[kLookup];
        lookup.params[0].optional = true;
        if (!read) lookup.slots[0] = {};
        shop.above(shop.rule(RuleKind::Block), kSlotData, 1, {kLookup});
        const auto policy = shop.policy();
        const auto session = bound_session(policy, shop_session());
        Call call(policy);
        call.begin(*session, kLookup);
        call.set_time(kNow);
        const auto verdict = [&] {
            const Verdict v = call.decide().verdict;
            CHECK(call.explain().verdict == v);
            return v;
        };
        CHECK(verdict() == Verdict::Allow);  // nothing is sent
        call.set_text(0, "x");
        CHECK(verdict() == Verdict::Deny);  // without a label: the highest class
        call.set_high_water(1);
        CHECK(verdict() == Verdict::Allow);
        call.set_label(0, 2, {});
        CHECK(verdict() == Verdict::Deny);
        call.set_label(0, 1, {});
        CHECK(verdict() == Verdict::Allow);
        call.set_data(2);
        CHECK(verdict() == Verdict::Deny);
        call.set_data(0);
        call.unset(0);
        CHECK(verdict() == Verdict::Allow);
    }
}

TEST_CASE("asks, retention and isolation make the verdict") {
    Shop shop = open_shop();
    RuleInfo ask = shop.rule(RuleKind::Ask);
    ask.quorum = 2;
    shop.always(ask, {kRefund});
    RuleInfo isolate = shop.rule(RuleKind::Isolate);
    isolate.level = 2;
    shop.always(isolate, {kRefund});
    Desk desk(shop);
    const Ruling& r = desk.call.decide();
    CHECK(r.verdict == Verdict::Ask);
    CHECK(r.asks == 1);
    CHECK(r.isolation == 2);
    desk.call.set_isolation(1);
    CHECK(desk.call.decide().denials == only(Denial::IsolationUnavailable));
    desk.call.set_isolation(2);
    CHECK(desk.call.decide().verdict == Verdict::Ask);

    RuleInfo least = shop.rule(RuleKind::Retain), most = shop.rule(RuleKind::Retain);
    least.at_least_ns = 2;
    most.at_most_ns = 1;
    shop.always(least, {kRefund});
    shop.always(most, {kRefund});
    Desk conflict(shop);
    CHECK(conflict.call.decide().denials == only(Denial::RetentionConflict));
}

TEST_CASE("a never that may hold denies what would be allowed, not what is asked for") {
    Shop shop = open_shop();
    shop.always(shop.rule(RuleKind::Never), {kRefund});
    Desk desk(shop);
    CHECK(desk.call.decide().verdict == Verdict::Deny);
    CHECK(desk.call.decide().denials == 0);
    CHECK(desk.call.decide().effects == 1);
    RuleInfo ask = shop.rule(RuleKind::Ask);
    ask.quorum = 1;
    shop.always(ask, {kRefund});
    Desk asked(shop);
    CHECK(asked.call.decide().verdict == Verdict::Ask);
    CHECK(asked.call.decide().effects == 1);
}

TEST_CASE("layers may count in different decimals") {
    Shop parent = open_shop(), child = open_shop();
    parent.program.hash.fill(0x77);
    child.program.parent = parent.program.hash;
    parent.count("spent", CountKind::Sum, parent.amount, {kRefund});  // two decimals
    child.count("spent", CountKind::Number, kNoSlot, {kRefund});      // none
    const auto policy = policy_of({&child, &parent});
    const auto session = bound_session(policy, shop_session());
    const uint32_t spent = policy->names().count("spent");
    Call call(policy);
    refund(call, *session);
    call.set_count(spent, 5'00);
    CHECK(call.decide().denials == 0);
    CHECK(call.explain().verdict == Verdict::Allow);
    call.set_count(spent, 5'50);
    CHECK(call.decide().denials == only(Denial::StateMissing));
    CHECK(call.explain().verdict == Verdict::Deny);
}

TEST_CASE("facts that are no JSON are no request") {
    Desk desk(open_shop());
    desk.call.add_fact("order", "[", kNow, "{}");
    CHECK(desk.call.decide().denials == only(Denial::Malformed));
    CHECK(desk.call.explain().error.find("malformed") == 0);
    refund(desk.call, *desk.session);
    CHECK(desk.call.decide().verdict == Verdict::Allow);
}

TEST_CASE("layers are joined") {
    Shop parent = open_shop(), child = open_shop();
    parent.program.hash.fill(0x77);
    child.program.parent = parent.program.hash;
    RuleInfo risk = parent.rule(RuleKind::Risk, "far");
    risk.number = 30;
    parent.always(risk, {kRefund});
    parent.above(parent.rule(RuleKind::Block), parent.amount, 500'00, {kRefund});
    child.above(child.rule(RuleKind::Block), child.amount, 400'00, {kRefund});
    const auto policy = policy_of({&child, &parent});
    const auto session = bound_session(policy, shop_session());
    Call call(policy);
    for (const int64_t cents : {100'00, 450'00, 550'00}) {
        refund(call, *session);
        call.set_int(policy->names().param(kRefund, "amount"), cents);
        const Ruling& r = call.decide();
        CHECK(r.risk == 30);
        CHECK(r.verdict == (cents > 400'00 ? Verdict::Deny : Verdict::Allow));
        CHECK(call.explain().verdict == r.verdict);
    }
    // A tool that the layers declare differently cannot be said in numbers of both.
    parent.program.tools[kRefund].params[1].max = 7;
    const auto unlike = policy_of({&child, &parent});
    const auto other = bound_session(unlike, shop_session());
    Call second(unlike);
    refund(second, *other);
    CHECK(second.decide().denials == only(Denial::Arguments));
}
