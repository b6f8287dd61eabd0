// Evidence before effect: intents, permits, outcomes, and what is left of them after a restart.
#include "host/evidence/log/config.h"
#include "host/evidence/recorder/permits.h"
#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

TEST_CASE("an allowed call is a durable intent before there is a permit, and the permit is good once") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    CHECK(begun.decision.verdict == Verdict::Allow);
    CHECK(begun.trouble.empty());
    REQUIRE(begun.permit);
    REQUIRE(begun.action);
    CHECK(begun.permit.action() == *begun.action);
    CHECK(begun.permit.token().size() == 32);
    CHECK(e.log->durable() > begun.index);
    const auto intents = e.of(Kind::Intent);
    REQUIRE(intents.size() == 1);
    CHECK(intents[0].index == begun.index);
    CHECK(intents[0].meta.chain == begun.action->chain);
    CHECK(intents[0].meta.number == begun.action->number);

    CHECK_FALSE(e.recorder->redeem(std::string(32, '0')));
    CHECK_FALSE(e.recorder->redeem(Permit()));
    CHECK(e.recorder->redeem(begun.permit));
    CHECK_FALSE(e.recorder->redeem(begun.permit));
    CHECK_FALSE(e.recorder->redeem(begun.permit.token()));
    // Tokens are nowhere but in memory.
    CHECK(e.all_bytes().find(begun.permit.token()) == std::string::npos);
}

TEST_CASE("an outcome is recorded once, and ends the permit") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    REQUIRE(begun.action);
    Outcome outcome;
    outcome.status = OutcomeStatus::Done;
    outcome.artifacts.push_back({"receipt", sha256("pdf"), 3});
    outcome.output = "paid";
    outcome.duration_ns = 5'000'000;
    CHECK(e.recorder->finish(*begun.action, outcome).ok());
    CHECK_FALSE(e.recorder->redeem(begun.permit));
    CHECK(e.recorder->finish(*begun.action, outcome).error == DiskError::NotFound);
    ActionId other = *begun.action;
    ++other.number;
    CHECK(e.recorder->finish(other, outcome).error == DiskError::NotFound);
    other.chain.bytes[0] ^= 1;
    CHECK(e.recorder->finish(other, outcome).error == DiskError::NotFound);

    const auto seen = e.of(Kind::Outcome);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].meta.answers == begun.action->number);
    CHECK(member(seen[0].record, "status") == "done");
    CHECK(member(seen[0].record, "duration_us") == "5000");
    CHECK(member(seen[0].record, "artifacts") ==
          R"([{"name":"receipt","sha256":")" + hex(sha256("pdf")) + R"(","size":3}])");
    CHECK(e.payload(seen[0], PayloadRole::Output) == "paid");
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("what is not allowed, or only asked about, is a decision without a permit") {
    Evidence e(open_shop());
    const Begun answered = e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    CHECK(answered.decision.verdict == Verdict::Allow);
    CHECK_FALSE(answered.permit);
    REQUIRE(answered.action);
    CHECK(e.recorder->finish(*answered.action, {}).error == DiskError::NotFound);
    const Begun denied = e.begin(ask_of("s-1", "no.such").text());
    CHECK(denied.decision.verdict == Verdict::Deny);
    CHECK_FALSE(denied.permit);
    const Begun nothing = e.begin("no request");
    CHECK(nothing.decision.verdict == Verdict::Deny);
    REQUIRE(nothing.action);
    CHECK(e.of(Kind::Decision).size() == 3);
    CHECK(e.of(Kind::Intent).empty());
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("after a restart an intent without an outcome is in doubt, its permit void, and a person settles it") {
    Evidence e(open_shop());
    const Begun done = e.begin(ask_of("s-1").text()), open = e.begin(ask_of("s-1").text()),
                other = e.begin(ask_of("s-2").text());
    REQUIRE(open.action);
    CHECK(e.recorder->finish(*done.action, {}).ok());
    CHECK(e.recorder->in_doubt().empty());  // it may still be at work
    e.reopen(false);

    auto doubts = e.recorder->in_doubt();
    REQUIRE(doubts.size() == 2);
    CHECK(doubts[0].session == "s-1");
    CHECK(ActionId{doubts[0].chain, doubts[0].number} == *open.action);
    CHECK(doubts[0].index == open.index);
    CHECK(doubts[1].session == "s-2");
    CHECK_FALSE(e.recorder->redeem(open.permit));
    const auto opened = e.of(Kind::Opened);
    CHECK(opened.back().says(action_text(open.action->chain, open.action->number)));
    // Its session goes on in another chain; nothing was tried again.
    const Begun next = e.begin(ask_of("s-1").text());
    REQUIRE(next.action);
    CHECK(next.action->chain != open.action->chain);
    CHECK(member(e.of(Kind::SessionOpen).back().record, "continues") == to_text(open.action->chain));
    CHECK(e.recorder->in_doubt().size() == 2);
    CHECK(e.of(Kind::Intent).size() == 4);

    Outcome settled;
    settled.status = OutcomeStatus::NotDone;
    settled.resolved_by = "kim@acme.example";
    settled.note = "asked the bank";
    settled.output = "no such payment";
    CHECK(e.recorder->finish(*open.action, settled).ok());
    CHECK(e.recorder->finish(*open.action, settled).error == DiskError::NotFound);
    doubts = e.recorder->in_doubt();
    REQUIRE(doubts.size() == 1);
    CHECK(ActionId{doubts[0].chain, doubts[0].number} == *other.action);
    const auto outcome = e.of(Kind::Outcome).back();
    CHECK(member(outcome.record, "resolved_by") == "kim@acme.example");
    CHECK(member(outcome.record, "session") == "s-1");
    CHECK(e.payload(outcome, PayloadRole::Output) == "no such payment");
    e.reopen(true);
    CHECK(e.recorder->in_doubt().size() == 2);  // the one that was left, and the one begun after the restart
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("a policy whose image is not kept decides nothing") {
    Evidence e(open_shop());
    test::Shop shop;
    shop.allow();
    shop.program.hash.fill(0x77);
    Decider other(shop.policy());
    const Begun begun = e.recorder->begin(other, ask_of("s-1").text());
    CHECK(begun.decision.verdict == Verdict::Deny);
    CHECK_FALSE(begun.permit);
    CHECK(e.recorder->unrecorded() == 1);
    CHECK(*e.recorder->use_policy(*shop.policy(), "its image"));
    CHECK_FALSE(*e.recorder->use_policy(*shop.policy(), "its image"));
    CHECK(e.recorder->begin(other, ask_of("s-1").text()).permit);
    CHECK(e.recorder->unrecorded() == 0);  // a `gap` says so
    REQUIRE(e.of(Kind::Gap).size() == 1);
    CHECK(member(e.of(Kind::Gap)[0].record, "denied") == "1");
    std::string image;
    CHECK(read_file(*e.disk, policy_image_path(shop.program.hash), image, 100).ok());
    CHECK(image == "its image");
    const auto policies = e.of(Kind::Policy);
    REQUIRE(policies.size() == 2);
    CHECK(member(policies[1].record, "hash") == remit::to_text(shop.program.hash));
    CHECK(member(policies[1].record, "image") == remit::to_text(sha256("its image")));
}

TEST_CASE("within the window, only what changes nothing is answered early, and says so") {
    Evidence e(open_shop());
    CallContext window;
    window.window = true;
    CHECK(e.begin(ask_of("s-1", "crm.lookup").text(), window).decision.verdict == Verdict::Allow);
    const Begun paid = e.begin(ask_of("s-1").text(), window);
    CHECK(e.log->durable() > paid.index);
    const auto seen = e.of(Kind::Intent);
    REQUIRE(seen.size() == 2);
    CHECK(member(seen[0].record, "durability") == "window");
    CHECK(member(seen[0].record, "effect") == "read");
    CHECK(member(seen[1].record, "durability") == "sync");
    CHECK(member(seen[1].record, "effect") == "write");
}

TEST_CASE("an outcome that is on record before its intent was answered leaves no permit") {
    Evidence e(open_shop());
    const Begun first = e.begin(ask_of("s-1").text());
    REQUIRE(first.permit);
    Pending pending = e.recorder->start(*e.decider, ask_of("s-1").text());
    const ActionId next{first.action->chain, first.action->number + 1};  // anybody can tell
    REQUIRE(pending.begun.action == next);
    Outcome not_done;
    not_done.status = OutcomeStatus::NotDone;
    SECTION("the outcome is durable") { REQUIRE(e.recorder->finish(next, not_done).ok()); }
    SECTION("the outcome is on its way") {
        Ticket ticket;
        REQUIRE(e.recorder->start_finish(next, not_done, ticket).ok());
    }
    const Begun begun = e.recorder->finish_begin(std::move(pending));
    CHECK_FALSE(begun.permit);
    CHECK_FALSE(e.recorder->redeem(begun.permit));
    CHECK(begun.decision.verdict == Verdict::Deny);
    CHECK_FALSE(begun.trouble.empty());
    CHECK(e.recorder->redeem(first.permit));
}

TEST_CASE("65,536 permits wait, however many were redeemed in between") {
    Permits permits;
    const ActionId kept{{}, 1};
    const std::string token = permits.give(kept);
    for (uint64_t n = 0; n < 2 * kMaxPermits + 10; ++n) REQUIRE(permits.redeem(permits.give({{}, 10 + n})));
    CHECK(permits.redeem(token));

    const std::string oldest = permits.give(kept), second = permits.give({{}, 2});
    for (uint64_t n = 0; n < kMaxPermits - 1; ++n) permits.give({{}, 10 + n});
    CHECK_FALSE(permits.redeem(oldest));
    CHECK(permits.redeem(second));
}

}  // namespace remit::evidence::testing
