// When the disk fails, fills up or dies, and when the clock jumps.
#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

namespace {

bool is_withheld(const Begun& begun) {
    return begun.decision.verdict == Verdict::Deny && !begun.permit && !begun.trouble.empty() &&
           test::spoke(begun.decision, "builtin:evidence-unavailable");
}

}  // namespace

TEST_CASE("no permit without a durable intent") {
    Evidence e(open_shop());
    const Begun before = e.begin(ask_of("s-1").text());
    REQUIRE(before.permit);
    e.faults.bad_syncs = 1;
    const Begun failed = e.begin(ask_of("s-1").text());
    CHECK(is_withheld(failed));
    CHECK_FALSE(failed.action);
    // The chain goes on where the disk has it, and the intents of before are known.
    const Begun after = e.begin(ask_of("s-1").text());
    REQUIRE(after.permit);
    CHECK(after.action->chain == before.action->chain);
    CHECK(after.action->number == before.action->number + 1);
    CHECK(e.recorder->finish(*before.action, {}).ok());
    CHECK(e.recorder->finish(*after.action, {}).ok());
    CHECK(eventually([&] { return !e.of(Kind::Gap).empty(); }));
    CHECK(member(e.of(Kind::Gap)[0].record, "records") != "");
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("a chain whose beginning was lost begins again") {
    Evidence e(open_shop());
    e.faults.bad_syncs = 1;
    CHECK(is_withheld(e.begin(ask_of("s-1").text())));
    const Begun after = e.begin(ask_of("s-1").text());
    REQUIRE(after.permit);
    CHECK(after.action->number == 1);
    CHECK(member(e.of(Kind::SessionOpen).at(0).record, "ordinal") == "1");
    CHECK(e.of(Kind::SessionOpen).size() == 1);
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("an outcome that could not be recorded can be recorded again") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    e.faults.bad_syncs = 1;
    CHECK(e.recorder->finish(*begun.action, {}).error == DiskError::Io);
    CHECK(e.recorder->finish(*begun.action, {}).ok());
    CHECK(e.recorder->finish(*begun.action, {}).error == DiskError::NotFound);
    CHECK(e.of(Kind::Outcome).size() == 1);
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("a dead disk: all is denied and counted") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    e.faults.dead = true;
    for (int i = 0; i < 10; ++i) CHECK(is_withheld(e.begin(ask_of("s-1", "crm.lookup").text())));
    CHECK(e.log->mode() == Mode::Broken);
    CHECK(e.recorder->unrecorded() > 0);
    CHECK_FALSE(e.recorder->finish(*begun.action, {}).ok());
    CHECK_FALSE(e.recorder->record_note("s-1", "{}").ok());
    e.faults.dead = false;
    e.reopen(false);
    CHECK(e.recorder->in_doubt().size() == 1);
    CHECK(e.begin(ask_of("s-1").text()).permit);
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("a full disk: changes are denied on the record while the reserve lasts, then everything, then it goes on") {
    Evidence e(open_shop(), 64u << 10);
    REQUIRE(e.begin(ask_of("s-1").text(), {}, Purpose::Answer).action);
    e.faults.full = true;
    const std::string change = ask_of("s-1").text(), look = ask_of("s-1", "crm.lookup").text();
    size_t in_normal = 0, on_record = 0, after = 0, changed_in_reserve = 0;
    for (int i = 0; i < 2000 && after < 20; ++i) {
        const Mode mode = e.log->mode();
        const Begun begun = e.begin(change, {}, Purpose::Answer);
        if (mode == Mode::Normal) ++in_normal;
        if (mode == Mode::Reserve && begun.action) ++on_record;
        if (mode == Mode::Reserve && begun.decision.verdict != Verdict::Deny) ++changed_in_reserve;
        if (mode == Mode::Broken) {
            CHECK(is_withheld(begun));
            CHECK_FALSE(begun.action);
            CHECK(is_withheld(e.begin(look, {}, Purpose::Answer)));
            ++after;
        }
    }
    CHECK(in_normal > 5);
    CHECK(on_record > 5);
    CHECK(changed_in_reserve == 0);
    REQUIRE(after == 20);
    CHECK(e.recorder->unrecorded() >= 40);
    size_t withheld = 0;
    for (const Seen& seen : e.of(Kind::Decision)) withheld += member(seen.record, "withheld") == "evidence-unavailable";
    CHECK(withheld >= on_record);

    e.faults.full = false;  // somebody made room
    const uint64_t missed = e.recorder->unrecorded();
    REQUIRE(eventually([&] { return e.log->mode() == Mode::Normal; }));
    CHECK(e.begin(change).permit);
    CHECK(e.recorder->unrecorded() == 0);
    uint64_t told = 0;
    for (const Seen& seen : e.of(Kind::Gap)) {
        const std::string denied = member(seen.record, "denied");
        if (!denied.empty()) told += std::stoull(denied);
    }
    CHECK(told == missed);
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("jumps of the clock are on record, its drift is not") {
    Evidence e(open_shop());
    const std::string request = ask_of("s-1").text();
    e.begin(request);
    for (int i = 0; i < 20; ++i) {
        e.clock.wall += 900'000'000;  // 18 s in all
        e.begin(request);
    }
    CHECK(e.of(Kind::ClockJump).empty());
    e.clock.wall -= 3'600'000'000'000;
    e.begin(request);
    e.clock.wall += 3650LL * 24 * 3'600'000'000'000;
    e.begin(request);
    e.clock.mono += 60'000'000'000;  // the wall stood still
    e.begin(request);
    const auto jumps = e.of(Kind::ClockJump);
    REQUIRE(jumps.size() == 3);
    const auto moved = [&](size_t i) { return std::stoll(member(jumps[i].record, "moved_us")); };
    CHECK(std::abs(moved(0) + 3'600'000'000) < 1000);
    CHECK(std::abs(moved(1) - 3650LL * 24 * 3'600'000'000) < 1000);
    CHECK(std::abs(moved(2) + 60'000'000) < 1000);
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("an outcome belongs to its intent's subject, also after a lost attempt or a restart") {
    test::Shop shop;
    shop.allow();
    RuleInfo record = shop.rule(RuleKind::Record);
    record.words = {"receipt"};
    shop.always(record);
    Evidence e(shop.policy());
    CallContext context;
    context.subject = "customer-17";
    const Begun begun = e.begin(ask_of("s-1").text(), context);
    REQUIRE(begun.permit);
    Outcome outcome;
    outcome.output = "about customer-17";
    SECTION("a sync failed") {
        e.faults.bad_syncs = 1;
        REQUIRE_FALSE(e.recorder->finish(*begun.action, outcome).ok());
    }
    SECTION("a sync failed, and then another") {
        for (int i = 0; i < 2; ++i) {
            e.faults.bad_syncs = 1;
            REQUIRE_FALSE(e.recorder->finish(*begun.action, outcome).ok());
            REQUIRE(eventually([&] { return e.log->mode() == Mode::Normal; }));
        }
    }
    SECTION("a restart") { e.reopen(false); }
    REQUIRE(e.recorder->finish(*begun.action, outcome).ok());
    const Seen seen = e.of(Kind::Outcome).at(0);
    CHECK(member(seen.record, "missing") == R"(["receipt"])");
    CHECK(e.payload(seen, PayloadRole::Output) == "about customer-17");
    for (const KeyInfo& key : e.keyring->list()) {
        CHECK(key.label.subject == "customer-17");
        REQUIRE(e.keyring->destroy(key.id).ok());
    }
    CHECK(e.payload(seen, PayloadRole::Output) == "gone");
}

TEST_CASE("an outcome after its subject was erased is recorded without the output") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    e.reopen(false);
    for (const KeyInfo& key : e.keyring->list()) REQUIRE(e.keyring->destroy(key.id).ok());
    Outcome outcome;
    outcome.output = "about nobody";
    REQUIRE(e.recorder->finish(*begun.action, outcome).ok());
    CHECK(e.of(Kind::Outcome).at(0).payloads.empty());
    CHECK(e.keyring->list().size() == 1);
}

TEST_CASE("calls denied last are on record when the log closes in order") {
    Evidence e(open_shop());
    test::Shop other;
    other.allow();
    other.program.hash[0] = 1;
    Decider stranger(other.policy());
    for (int i = 0; i < 5; ++i) REQUIRE_FALSE(e.recorder->begin(stranger, ask_of("s-1").text()).action);
    CHECK(e.recorder->unrecorded() > 0);
    e.reopen(true);
    uint64_t told = 0;
    for (const Seen& seen : e.of(Kind::Gap)) told += std::stoull(member(seen.record, "denied"));
    CHECK(told == 5);
}

TEST_CASE("denied calls stay counted until the record that tells of them is durable") {
    Evidence e(open_shop());
    test::Shop other;
    other.allow();
    other.program.hash[0] = 1;
    Decider stranger(other.policy());
    for (int i = 0; i < 3; ++i) REQUIRE_FALSE(e.recorder->begin(stranger, ask_of("s-1").text()).action);
    e.faults.bad_syncs = 1;               // the batch with the gap record is lost
    (void)e.begin(ask_of("s-1").text());  // withheld if its record is in that batch too, which is a matter of time
    CHECK(e.recorder->unrecorded() >= 3);
    REQUIRE(e.begin(ask_of("s-1").text()).permit);
    CHECK(e.recorder->unrecorded() == 0);
    uint64_t told = 0;
    for (const Seen& seen : e.of(Kind::Gap))
        if (const std::string denied = member(seen.record, "denied"); !denied.empty()) told += std::stoull(denied);
    CHECK(told == 3);
}

}  // namespace remit::evidence::testing
