// Replay of what the recorder wrote: equal under the recorded policies on either engine, and counted exactly under another one.
#include "host/evidence/recorder/recorder.h"
#include "tests/evidence_replay/recorded_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

constexpr uint64_t kCount = 300;

uint64_t sum(const std::map<std::string, uint64_t>& counts) {
    uint64_t all = 0;
    for (const auto& [key, count] : counts) all += count;
    return all;
}

}  // namespace

TEST_CASE("what was recorded is decided alike again, whichever engine decided and decides") {
    for (const On recorded_by : engines()) {
        const MadeLog log = record_all({kDesk, kStrictDesk, kDesk}, kCount, recorded_by);
        for (const On engine : engines()) {
            for (const unsigned threads : {1u, 3u}) {
                ReplayOptions options;
                options.threads = threads;
                const ReplayReport report = replay_files(log.files, options, engine);
                CHECK(report.records == 3 * kCount);
                CHECK(report.same == 3 * kCount);
                CHECK(report.differing == 0);
                CHECK(report.by_verdict.empty());
                CHECK(report.policy_problems.empty());
                CHECK(report.problems.empty());
            }
        }
    }
}

TEST_CASE("a part of the log") {
    const MadeLog log = record_all({kDesk}, kCount);
    uint64_t records = 0;
    for (uint64_t from = 0; from < log.size; from += 100) {
        ReplayOptions options;
        options.from = from;
        options.to = from + 100;
        const ReplayReport report = replay_files(log.files, options);
        CHECK(report.same == report.records);
        records += report.records;
    }
    CHECK(records == kCount);
}

/// All that a host must do about a decision, in words: without what explains it, and without the digest, which covers the version.
std::string to_obey(Decision d) {
    d.id.clear();
    d.rules.clear();
    d.digest.clear();
    d.policy.clear();
    return to_json(d);
}

TEST_CASE("a stricter policy instead: counts by verdict, tool, tenant and rule") {
    const MadeLog log = record_all({kDesk}, kCount);
    // The same counted without any log.
    Decider old_desk(policy_of(kDesk)), new_desk(policy_of(kStrictDesk));
    std::map<std::string, uint64_t> verdicts, tenants;
    uint64_t differing = 0, blocked = 0;
    const auto name = [](Verdict v) { return v == Verdict::Allow ? "allow" : v == Verdict::Ask ? "ask" : "deny"; };
    for (uint64_t i = 0; i < kCount; ++i) {
        const Decision before = old_desk.decide(request(i)), after = new_desk.decide(request(i));
        if (to_obey(before) == to_obey(after)) continue;
        ++differing;
        ++verdicts[std::string(name(before.verdict)) + " -> " + name(after.verdict)];
        ++tenants[i % 3 == 0 ? "acme" : "globex"];
        for (const SpokenRule& r : after.rules) blocked += r.because == "too much for a desk";
    }
    ReplayOptions options;
    options.instead = policy_of(kStrictDesk);
    const ReplayReport report = replay_files(log.files, options);
    CHECK(report.records == kCount);
    CHECK(report.differing == differing);
    CHECK(report.same == kCount - differing);
    std::map<std::string, uint64_t> seen;
    for (const auto& [key, changes] : report.by_verdict) {
        seen[key] = changes.count;
        CHECK(changes.examples.size() == std::min<uint64_t>(3, changes.count));
        for (const Change& change : changes.examples) CHECK(change.before != change.after);
    }
    CHECK(seen == verdicts);
    CHECK(seen["allow -> ask"] > 0);
    CHECK(seen["ask -> deny"] > 0);
    CHECK(report.by_tenant == tenants);
    CHECK(sum(report.by_tool) == differing);
    CHECK(report.by_rule.at("desk.remit:21:1") == blocked);
    CHECK(blocked > 0);
}

TEST_CASE("the same policy from elsewhere changes nothing") {
    const MadeLog log = record_all({kDesk}, kCount);
    // A rule that never speaks: another version, other digests, the same to obey.
    ReplayOptions options;
    options.instead = policy_of(std::string("\n\n") + std::string(kDesk) +
                                "\nblock pay.refund when args.amount > 99999999.00\n");
    const ReplayReport report = replay_files(log.files, options);
    CHECK(report.same == kCount);
    CHECK(report.differing == 0);
}

TEST_CASE("what cannot be decided again is counted, each for its reason") {
    MadeLog log = record_all({kDesk}, kCount);
    SECTION("the policy's image is gone") {
        std::erase_if(log.files, [](const auto& file) { return file.first.starts_with("policies/"); });
        const ReplayReport report = replay_files(log.files);
        CHECK(report.no_policy == kCount);
        CHECK(report.same == 0);
        CHECK(report.policy_problems.contains(version_of(kDesk)));
    }
    SECTION("another policy's image lies there") {
        for (auto& [path, bytes] : log.files)
            if (path.starts_with("policies/")) bytes = image_of(kStrictDesk);
        const ReplayReport report = replay_files(log.files);
        CHECK(report.no_policy == kCount);
        CHECK(report.same == 0);
    }
    SECTION("the keys are gone") {
        log.files.erase("keys");
        const ReplayReport report = replay_files(log.files);
        CHECK(report.erased == kCount);
        CHECK(report.same == 0);
    }
}
