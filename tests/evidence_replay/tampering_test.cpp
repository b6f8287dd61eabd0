// Decisions that were changed before they were signed: every single byte of one, and members that make a record another one.
#include "tests/evidence_replay/recorded_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

TEST_CASE("records by hand that are right are found right") {
    std::vector<Forged> records;
    for (uint64_t i = 0; i < 40; ++i) records.push_back(rightly(i % 3 == 0 ? kStrictDesk : kDesk, request(i)));
    const ReplayReport report = replay_files(forge({kDesk, kStrictDesk}, records).files);
    CHECK(report.records == 40);
    CHECK(report.same == 40);
}

TEST_CASE("a decision with any one byte changed is not the same") {
    const Forged right = rightly(kDesk, request(3));
    REQUIRE(right.decision.size() > 300);
    std::vector<Forged> records{right};  // so that the policy and the answer are known by then
    for (size_t i = 0; i < right.decision.size(); ++i) {
        for (const char bit : {'\x01', '\x02', '\x10'}) {
            Forged wrong = right;
            wrong.decision[i] = static_cast<char>(wrong.decision[i] ^ bit);
            records.push_back(std::move(wrong));
        }
    }
    const ReplayReport report = replay_files(forge({kDesk}, records).files);
    CHECK(report.records == records.size());
    CHECK(report.same == 1);
    CHECK(report.differing + report.unreadable + report.no_policy + report.erased == records.size() - 1);
    CHECK(report.differing > records.size() / 2);
}

TEST_CASE("a decision of another request, of another policy, or with something behind it") {
    const Forged first = rightly(kDesk, request(33));  // 221.33: the stricter desk asks
    Forged other = first, strict = first, longer = first, shorter = first, redacted = first, foreign = first;
    other.request = request(3);
    strict.decision = rightly(kStrictDesk, request(33)).decision;
    REQUIRE(strict.decision != first.decision);
    longer.decision += " ";
    shorter.decision.pop_back();
    redacted.more = R"(,"redacted":["/call/args/order"])";
    foreign.policy = version_of(kStrictDesk);
    const ReplayReport report = replay_files(
        forge({kDesk, kStrictDesk}, {first, other, strict, longer, shorter, redacted, foreign, first}).files);
    CHECK(report.records == 8);
    CHECK(report.same == 2);
    CHECK(report.redacted == 1);
    CHECK(report.differing + report.unreadable == 5);
    CHECK(report.differing >= 3);
}
