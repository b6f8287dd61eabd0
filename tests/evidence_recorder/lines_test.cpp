// The conversation in lines: whatever is said, each line has one answer, in order.
#include <random>

#include "host/evidence/lines/home.h"
#include "host/evidence/lines/lines.h"
#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

namespace {

class Talk {
public:
    explicit Talk(Evidence& e, bool intents = true)
        : lines(*e.log, *e.recorder, e.policy, {intents, false},
                [this](std::string_view answer) { answers.emplace_back(answer); }) {}
    std::string say(std::string_view line) {
        const size_t before = answers.size();
        lines.take(line);
        lines.drain();
        REQUIRE(answers.size() == before + 1);
        return answers.back();
    }
    std::vector<std::string> answers;
    Lines lines;
};

}  // namespace

TEST_CASE("lines: a call, its permit, its outcome") {
    Evidence e(open_shop());
    Talk talk(e);
    const std::string decided = talk.say(
        R"({ "evidence" : {"subject":"c-9","isolation":"sha256:i","egress":"sha256:e","window":true,)"
        R"("leases":[{"rule":"sha256:l","fence":3,"deadline":"2026-11-23T10:00:00Z"}]},"request":)" +
        ask_of("s-1").text() + "}");
    CHECK(member(decided, "verdict") == "allow");
    const std::string action = member(decided, "action"), permit = member(decided, "permit");
    CHECK(talk.say(R"({"redeem":")" + permit + "\"}") == R"({"redeemed":true})");
    CHECK(talk.say(R"({"redeem":")" + permit + "\"}") == R"({"redeemed":false})");
    const std::string outcome = R"({"outcome":{"action":")" + action +
                                R"(","status":"failed","error":"no","duration_us":7,)" +
                                R"("artifacts":[{"name":"a","sha256":"sha256:)" + std::string(64, '0') +
                                R"(","size":1}]}})";
    CHECK(talk.say(outcome) == R"({"action":")" + action + R"(","recorded":true})");
    CHECK(member(talk.say(outcome), "recorded") == "false");
    const Seen intent = e.of(Kind::Intent).at(0), done = e.of(Kind::Outcome).at(0);
    CHECK(action == action_text(intent.meta.chain, intent.meta.number));
    CHECK(intent.says("\"fence\":3"));
    CHECK(member(intent.record, "isolation") == "sha256:i");
    CHECK(member(intent.record, "durability") == "sync");  // a refund changes something
    CHECK(member(done.record, "duration_us") == "7");
    CHECK(member(done.record, "status") == "failed");
}

TEST_CASE("lines: hostile ones are answered, each once and in order") {
    Evidence e(open_shop());
    Talk talk(e);
    const std::string good[] = {
        ask_of("s-1").text(),
        R"({"evidence":{"subject":"c","prompt":"p","leases":[{"rule":"r","fence":3,"deadline":"2026-11-23T10:00:00Z"}]},"request":)" +
            ask_of("s-1").text() + "}",
        R"({"redeem":"00112233445566778899aabbccddeeff"})",
        R"({"outcome":{"action":"00112233445566778899aabbccddeeff.1","status":"done","artifacts":[{"name":"a","sha256":"00"}]}})"};
    std::mt19937_64 random(9);
    size_t said = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string line = good[random() % 4];
        for (uint64_t n = random() % 4; n > 0; --n) {
            const size_t at = random() % line.size();
            if (random() % 2 == 0)
                line[at] = static_cast<char>(random());
            else
                line.erase(at, random() % 20);
            if (line.empty()) line = "{";
        }
        talk.lines.take(line);
        ++said;
    }
    talk.lines.take("");
    talk.lines.drain();
    CHECK(talk.answers.size() == said + 1);
    CHECK(talk.lines.unrecorded() == 0);
    CHECK(wrong_with(e.seen()) == "");
    for (const std::string& answer : talk.answers) REQUIRE_FALSE(members(answer).empty());
}

TEST_CASE("lines: when the disk fails the answers say so") {
    Evidence e(open_shop());
    Talk talk(e);
    const std::string decided = talk.say(ask_of("s-1").text());
    e.faults.bad_syncs = 1;
    const std::string failed = talk.say(R"({"outcome":{"action":")" + member(decided, "action") +
                                        R"(","status":"done"}})");
    CHECK(member(failed, "recorded") == "false");
    CHECK(member(failed, "error") != "");
    CHECK(member(talk.say(R"({"outcome":{"action":")" + member(decided, "action") + R"(","status":"done"}})"),
                 "recorded") == "true");
    e.faults.dead = true;
    const std::string denied = talk.say(ask_of("s-1").text());
    CHECK(member(denied, "verdict") == "deny");
    CHECK(member(denied, "permit") == "");
    CHECK(talk.lines.unrecorded() == 1);
}

TEST_CASE("a home is made, opened again, and is one name's") {
    Folder folder;
    const std::string path = folder.path + "/a log";
    {
        auto home = open_home(path, "");
        if (!home) FAIL(home.error());
        CHECK(home->log->config().origin == "remit.local/a-log");
        const auto second = open_home(path, "");
        CHECK_FALSE(second);
        CHECK(home->close().ok());
    }
    CHECK_FALSE(open_home(path, "x.example/other"));
    CHECK(open_home(path, "remit.local/a-log"));
}

}  // namespace remit::evidence::testing
