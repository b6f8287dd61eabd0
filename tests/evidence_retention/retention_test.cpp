// Pruning and erasing: what must be kept is kept, what must go is gone, and every proof stays valid.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "host/evidence/retention/erase.h"
#include "host/evidence/retention/prune.h"
#include "tests/evidence_review/made_log.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;
using Catch::Matchers::Contains;

namespace {

constexpr int64_t kDay = 86'400'000'000'000;
constexpr int64_t kStart = 1'795'428'000'000'000'000;

/// A log that stays open, in a folder.
struct LiveLog {
    LiveLog() : disk(posix_disk(folder.path)) {
        LogOptions options;
        options.disk = disk.get();
        auto made = Log::create(kOrigin, 16u << 10, std::move(options));
        REQUIRE(made.ok());
        log = std::move(*made);
        auto opened = Keyring::open(*disk, true);
        REQUIRE(opened.ok());
        keyring = std::move(*opened);
    }
    std::unique_ptr<Reading> reading() {
        auto opened = Reading::open(*disk);
        if (!opened) FAIL(opened.error());
        return std::move(*opened);
    }
    VerifyReport verify(bool payloads = true) {
        REQUIRE(log->sign_now().ok());
        REQUIRE(log->publish().ok());
        VerifyOptions options;
        options.payloads = payloads;
        return verify_log(*reading(), options);
    }
    /// A session of one day: calls with payloads of `subject`.
    void session(uint8_t id, int day, const std::string& retention, const std::string& subject = "",
                 const std::string& retain = "", const std::string& text = "secret", int calls = 10) {
        SessionWriter writer(*log, id, fmt::format("s-{}", id));
        writer.wall_ns = kStart + day * kDay;
        writer.open(++ordinal, "acme", retention);
        for (int i = 0; i < calls; ++i) {
            std::vector<Keyring::Sealed> sealed;
            std::string ciphertext;
            if (!subject.empty()) {
                const auto key = keyring->key_for({"acme", subject, retention}, 1);
                REQUIRE(key.ok());
                auto one = keyring->seal(*key, 0, text, ciphertext);
                REQUIRE(one.ok());
                one->payload.ciphertext = ciphertext;
                sealed.push_back(*one);
            }
            writer.outcome(writer.intent("pay.refund", fmt::format("c-{}-{}", id, i), "allow", sealed, retain));
        }
        writer.close();
    }
    std::string all_bytes() const {
        std::string out;
        for (const auto& [path, bytes] : files_of(folder.path)) out += bytes;
        return out;
    }

    TemporaryFolder folder;
    std::unique_ptr<Disk> disk;
    std::unique_ptr<Log> log;
    std::unique_ptr<Keyring> keyring;
    uint64_t ordinal = 0;
};

KeepTimes keep_times(std::string_view text) {
    const auto keep = parse_keep_times(text);
    if (!keep) FAIL(keep.error());
    return *keep;
}

}  // namespace

TEST_CASE("times as people give them") {
    const KeepTimes keep = keep_times("standard=400d,audit=7d,*=90d");
    CHECK(keep.of("standard") == 400 * kDay);
    CHECK(keep.of("other") == 90 * kDay);
    CHECK(!keep_times("a=1d").of("b").has_value());
    for (const char* wrong : {"a", "a=", "a=x", "=", "a=1d,a=2d", "*=1d,*=1d"}) {
        INFO(wrong);
        CHECK(!parse_keep_times(wrong).ok());
    }
}

TEST_CASE("whole segments go as far as nothing in them must be kept, and all proofs of the rest hold") {
    LiveLog live;
    for (uint8_t id = 1; id <= 12; ++id) live.session(id, id * 10, "standard", "", "", "", 20);
    CHECK(names_of(live.verify().problems) == "");
    const auto before = live.reading();
    const uint64_t kept_index = before->head()->checkpoint.size - 5;
    const auto early = prove_record(*before, kept_index, {});
    REQUIRE(early.ok());

    const int64_t now = kStart + 130 * kDay;
    const KeepTimes keep = keep_times("standard=50d");  // sessions before day 80 may go
    const auto plan = plan_prune(*before, keep, now);
    REQUIRE(plan.ok());
    CHECK(plan->below > 0);
    CHECK(plan->below <= plan->keeper);
    CHECK_THAT(plan->why, Contains("50d"));
    const auto left = prune(*live.log, *plan, keep, "retention-job");
    REQUIRE(left.ok());
    CHECK(*left == plan->below);

    const VerifyReport after = live.verify();
    CHECK(names_of(after.problems) == "");
    CHECK(after.first == plan->below);
    const auto reading = live.reading();
    CHECK(prove_record(*reading, kept_index, {})->problems.none());
    CHECK(!prove_record(*reading, 0, {}).ok());
    // The oldest record that had to be kept is there; the ones below are on no file any more.
    CHECK(live.all_bytes().find("\"c-8-0\"") != std::string::npos);
    CHECK(live.all_bytes().find("\"c-1-0\"") == std::string::npos);
    const auto again = plan_prune(*reading, keep, now);
    REQUIRE(again.ok());
    CHECK(again->below == again->first);
}

TEST_CASE("what must be kept longer holds everything behind it") {
    LiveLog live;
    live.session(1, 0, "standard");
    live.session(2, 1, "standard", "", R"({"at_least":"400d"})");
    for (uint8_t id = 3; id <= 8; ++id) live.session(id, 2, "standard");
    const auto plan_at = [&](int day, std::string_view keep) {
        const auto reading = live.reading();
        const auto plan = plan_prune(*reading, keep_times(keep), kStart + day * kDay);
        if (!plan) FAIL(plan.error());
        return *plan;
    };
    CHECK_THAT(plan_at(300, "*=30d").why, Contains("400d") && Contains("its decision"));
    CHECK(plan_at(500, "*=30d").keeper > plan_at(300, "*=30d").keeper);
    CHECK_THAT(plan_at(500, "other=30d").why, Contains("no time is given"));
    CHECK(plan_at(500, "other=30d").below == 0);

    SessionWriter doubtful(*live.log, 20, "s-20");
    doubtful.wall_ns = kStart;
    doubtful.open(++live.ordinal);
    doubtful.intent("pay.refund", "c-20");
    const uint64_t intent = doubtful.last();
    for (uint8_t id = 21; id <= 26; ++id) live.session(id, 2, "standard");
    CHECK_THAT(plan_at(500, "*=30d").why, Contains("in doubt"));
    CHECK(plan_at(500, "*=30d").keeper == intent);
}

TEST_CASE("segments that were removed by hand are not pruned ones") {
    LiveLog live;
    for (uint8_t id = 1; id <= 6; ++id) live.session(id, id, "standard");
    REQUIRE(live.log->close().ok());
    live.log.reset();
    std::filesystem::remove(live.folder.path + "/segments/00000001.seg");
    CHECK(names_of(verify_log(*live.reading(), {}).problems) == "pruned");
}

TEST_CASE("erased payloads are gone, and nothing else is") {
    LiveLog live;
    live.session(1, 0, "standard", "customer-1", "", "the first one's card number");
    live.session(2, 0, "standard", "customer-2", "", "the second one's card number");
    CHECK(live.verify().unreadable_payloads == 0);
    std::string key_bytes;
    {
        // The key's bytes as they lie in the file: what is between two states of it.
        const std::string before = files_of(live.folder.path)["keys"];
        const auto reading = live.reading();
        const auto plan = plan_erase(*reading, {.subject = "customer-1"}, kStart);
        REQUIRE(plan.ok());
        REQUIRE(plan->keys.size() == 1);
        CHECK(*erase(*live.log, *live.keyring, *plan, "dana", "asked for") == 1);
        const std::string after = files_of(live.folder.path)["keys"];
        REQUIRE(before.size() == after.size());
        for (size_t i = 0; i < before.size(); ++i) {
            if (before[i] != after[i]) key_bytes += before[i];
        }
    }
    CHECK(key_bytes.size() > 32);
    const VerifyReport report = live.verify();
    CHECK(names_of(report.problems) == "");
    CHECK(report.payloads == 20);
    CHECK(report.unreadable_payloads == 10);

    const std::string bytes = live.all_bytes();
    CHECK(bytes.find("card number") == std::string::npos);
    CHECK(bytes.find("customer-1") == std::string::npos);
    CHECK(bytes.find("customer-2") != std::string::npos);  // its key's label: what is not erased is there
    for (size_t at = 0; at + 16 <= key_bytes.size(); at += 16)
        CHECK(bytes.find(key_bytes.substr(at, 16)) == std::string::npos);
    CHECK_THAT(bytes, Contains("\"kind\":\"erased\"") && Contains("\"why\":\"asked for\""));
    // A second time there is nothing to erase; new payloads of the subject get a new key.
    CHECK(plan_erase(*live.reading(), {.subject = "customer-1"}, kStart)->keys.empty());
    live.session(3, 1, "standard", "customer-1");
    CHECK(plan_erase(*live.reading(), {.subject = "customer-1"}, kStart)->keys.size() == 1);
}

TEST_CASE("keys are chosen by all that is given") {
    LiveLog live;
    live.session(1, 0, "standard", "customer-1");
    live.session(2, 0, "audit", "customer-1");
    live.session(3, 0, "standard", "customer-2");
    const auto chosen = [&](const EraseChoice& choice) {
        const auto plan = plan_erase(*live.reading(), choice, kStart);
        if (!plan) FAIL(plan.error());
        return plan->keys.size();
    };
    CHECK(chosen({}) == 0);
    CHECK(chosen({.subject = "customer-1"}) == 2);
    CHECK(chosen({.subject = "customer-1", .retention = "audit"}) == 1);
    CHECK(chosen({.tenant = "acme"}) == 3);
    CHECK(chosen({.tenant = "globex"}) == 0);
    CHECK(chosen({.session = "s-3"}) == 1);
    CHECK(chosen({.session = "s-9"}) == 0);
    const auto key = live.keyring->key_for({"acme", "customer-2", "standard"}, 1);
    CHECK(chosen({.key = *key}) == 1);
}

TEST_CASE("payloads that were to be kept no longer go, unless others under their key must stay") {
    LiveLog live;
    live.session(1, 0, "standard", "customer-1", R"({"at_most":"30d"})");
    live.session(2, 0, "standard", "customer-2", R"({"at_most":"30d"})");
    live.session(3, 0, "standard", "customer-2", R"({"at_least":"400d"})");
    live.session(4, 0, "standard", "customer-3");
    const auto plan_at = [&](int day) {
        const auto plan = plan_erase(*live.reading(), {.expired = true}, kStart + day * kDay);
        if (!plan) FAIL(plan.error());
        return *plan;
    };
    CHECK(plan_at(29).keys.empty());
    CHECK(plan_at(31).keys.size() == 1);
    CHECK(plan_at(31).keys[0].info.label.subject == "customer-1");
    REQUIRE(plan_at(31).held.size() == 1);
    CHECK_THAT(plan_at(31).held[0].held, Contains("must still be kept"));
    CHECK(plan_at(401).keys.size() == 2);
}

TEST_CASE("an erasure that was interrupted is never on record before it happened, and is finished by the next") {
    LiveLog live;
    live.session(1, 0, "standard", "customer-1");
    live.session(2, 0, "standard", "customer-2");
    live.session(3, 0, "standard", "customer-3");
    const auto live_keys = [&] {
        size_t count = 0;
        for (const KeyInfo& key : live.keyring->list()) count += !key.destroyed;
        return count;
    };
    const std::string path = live.folder.path + "/erasing";
    // What a process leaves that was killed before it destroyed a key, or when it had destroyed one of them, or both.
    const int destroyed = GENERATE(0, 1, 2);
    std::ofstream(path) << R"({"by":"dana","keys":[1,2],"why":"asked for"})";
    for (int key = 1; key <= destroyed; ++key) REQUIRE(live.keyring->destroy(key).ok());
    CHECK(live.all_bytes().find("\"kind\":\"erased\"") == std::string::npos);

    SECTION("asked to finish") { CHECK(*finish_erasure(*live.log, *live.keyring) == uint64_t(2 - destroyed)); }
    SECTION("erasing something else") {
        const auto plan = plan_erase(*live.reading(), {.subject = "customer-3"}, kStart);
        REQUIRE(plan.ok());
        CHECK(*erase(*live.log, *live.keyring, *plan, "kim", "too") == uint64_t(3 - destroyed));
        CHECK_THAT(live.all_bytes(), Contains(R"({"by":"kim","keys":[3],"why":"too"})"));
    }
    CHECK_THAT(live.all_bytes(), Contains(R"({"by":"dana","keys":[1,2],"why":"asked for"})"));
    CHECK(live_keys() <= 1);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(*finish_erasure(*live.log, *live.keyring) == 0);
    CHECK(names_of(live.verify().problems) == "");
}

TEST_CASE("where an erasure cannot be recorded, no key goes; what no erasure left is not carried out") {
    LiveLog live;
    live.session(1, 0, "standard", "customer-1");
    const auto plan = plan_erase(*live.reading(), {.subject = "customer-1"}, kStart);
    REQUIRE(plan.ok());
    CHECK_FALSE(erase(*live.log, *live.keyring, *plan, "dana", std::string(100'000, 'x')).ok());
    for (const char* wrong : {"", "{}", "[1]", R"({"by":"a","keys":1,"why":"b"})", R"({"by":"a","keys":[0],"why":"b"})",
                              R"({"by":"a","keys":[1],"why":"b"} )", R"({"by":"a","keys":[1.5],"why":"b"})"}) {
        INFO(wrong);
        std::ofstream(live.folder.path + "/erasing", std::ios::trunc) << wrong;
        CHECK_FALSE(finish_erasure(*live.log, *live.keyring).ok());
    }
    CHECK_FALSE(live.keyring->list().at(0).destroyed);
}
