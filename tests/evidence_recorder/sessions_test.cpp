// Sessions' chains: who they belong to, under several threads, and when there are too many.
#include <thread>

#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

TEST_CASE("a chain opens with who it belongs to and closes with its count") {
    Evidence e(open_shop());
    e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    CHECK(e.recorder->close_session("s-1").ok());
    CHECK(e.recorder->close_session("s-1").ok());  // nothing to close
    const Seen open = e.of(Kind::SessionOpen).at(0), closed = e.of(Kind::SessionClose).at(0);
    CHECK(
        open.record ==
        R"({"ordinal":1,"owner":"ops@acme.example","principal":"agent-1","retention":"standard","roles":["responder"],)"
        R"("scope":["*"],"session":"s-1","tenant":"acme","tier":"prod"})");
    CHECK(closed.record == R"({"count":4,"reason":"closed","session":"s-1"})");
    e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    CHECK(e.of(Kind::SessionOpen).size() == 2);
    CHECK(member(e.of(Kind::SessionOpen).at(1).record, "ordinal") == "2");
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("a session with an open intent does not close") {
    Evidence e(open_shop());
    const Begun begun = e.begin(ask_of("s-1").text());
    CHECK(e.recorder->close_session("s-1").error == DiskError::Exists);
    e.recorder->close_all_sessions();
    CHECK(e.of(Kind::SessionClose).empty());
    CHECK(e.recorder->finish(*begun.action, {}).ok());
    CHECK(e.recorder->close_session("s-1").ok());
    CHECK(e.of(Kind::SessionClose).size() == 1);
}

TEST_CASE("somebody else under the same session id has another chain") {
    Evidence e(open_shop());
    const Begun first = e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    test::Ask other = ask_of("s-1");
    other.session.replace(other.session.find("agent-1"), 7, "mallory");
    const Begun second = e.begin(other.text(), {}, Purpose::Act);
    const Begun third = e.begin(ask_of("s-1").text(), {}, Purpose::Answer);
    REQUIRE(first.action);
    CHECK(first.action->chain != second.action->chain);
    CHECK(third.action->chain != second.action->chain);
    const auto opened = e.of(Kind::SessionOpen);
    REQUIRE(opened.size() == 3);
    CHECK(member(opened[1].record, "continues") == to_text(first.action->chain));
    CHECK(member(opened[1].record, "principal") == "mallory");
    CHECK(member(opened[2].record, "continues") == to_text(second.action->chain));
    // The first was closed; the second has an open intent, and takes its outcome.
    REQUIRE(e.of(Kind::SessionClose).size() == 1);
    CHECK(member(e.of(Kind::SessionClose)[0].record, "reason") == "replaced");
    CHECK(e.recorder->finish(*second.action, {}).ok());
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("many threads on few sessions: chains and ordinals without holes") {
    Evidence e(open_shop());
    constexpr int kThreads = 4, kEach = 150;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            Decider decider(e.policy);
            for (int i = 0; i < kEach; ++i) {
                const std::string session = "s-" + std::to_string((t + i) % 5);
                const Begun begun = e.recorder->begin(decider, ask_of(session).text());
                if (!begun.permit || !e.recorder->redeem(begun.permit) || !e.recorder->finish(*begun.action, {}).ok())
                    ++wrong;
                if (i % 40 == 7) (void)e.recorder->close_session(session);  // may have open intents
                if (i % 50 == 9) wrong += e.recorder->record_note(session, "{}").ok() ? 0 : 1;
            }
        });
    }
    for (std::thread& t : threads) t.join();
    CHECK(wrong == 0);
    e.recorder->close_all_sessions();
    const auto seen = e.seen();
    CHECK(wrong_with(seen) == "");
    CHECK(e.of(Kind::Intent).size() == kThreads * kEach);
    CHECK(e.of(Kind::Outcome).size() == kThreads * kEach);
    CHECK(e.of(Kind::SessionOpen).size() == e.of(Kind::SessionClose).size());
    e.log->with_chains([](const Chains& chains) { CHECK(chains.open().size() == 1); });  // the log's own
}

TEST_CASE("when there is no room for another session, the one longest unused is closed") {
    Evidence e(open_shop(), 64u << 10);  // saved chains may take 16 KiB
    const Begun kept = e.begin(ask_of("kept").text());
    for (int i = 0; i < 400; ++i)
        REQUIRE(e.begin(ask_of("s-" + std::to_string(i), "crm.lookup").text(), {}, Purpose::Answer).action);
    const auto closed = e.of(Kind::SessionClose);
    REQUIRE(closed.size() > 200);
    CHECK(member(closed[0].record, "session") == "s-0");
    CHECK(member(closed[0].record, "reason") == "idle");
    for (const Seen& seen : closed) CHECK(member(seen.record, "session") != "kept");
    CHECK(e.recorder->finish(*kept.action, {}).ok());
    CHECK(wrong_with(e.seen()) == "");
    e.log->with_chains([](const Chains& chains) {
        std::string saved;
        chains.save(saved);
        CHECK(saved.size() <= 16u << 10);
    });
}

TEST_CASE("when nothing can be closed, more sessions are denied") {
    Evidence e(open_shop(), 16u << 10);  // 4 KiB
    std::vector<Begun> begun;
    for (int i = 0; i < 100; ++i) begun.push_back(e.begin(ask_of("s-" + std::to_string(i)).text()));
    CHECK(begun.front().permit);
    CHECK_FALSE(begun.back().permit);
    CHECK(begun.back().decision.verdict == Verdict::Deny);
    CHECK(begun.back().trouble.find("outcome") != std::string::npos);
    CHECK(e.recorder->unrecorded() > 0);
    for (const Begun& b : begun)
        if (b.action) CHECK(e.recorder->finish(*b.action, {}).ok());
    CHECK(e.begin(ask_of("s-99").text()).permit);
    CHECK(e.recorder->unrecorded() == 0);
    CHECK(wrong_with(e.seen()) == "");
}

}  // namespace remit::evidence::testing
