// Logs that were signed, whole and wrong: an operator who has the key writes what does not fit together.
#include "host/evidence/record/entry.h"
#include "tests/evidence_review/made_log.h"

using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

std::string problems_when(const std::function<void(Log&, SessionWriter&)>& write) {
    const MadeLog made = make_log([&](Log& log, Keyring&) {
        SessionWriter session(log, 1, "s-1");
        write(log, session);
    });
    return problems_of(made.files);
}

}  // namespace

TEST_CASE("chains that do not fit together") {
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.outcome(s.intent("pay.look", "c-1"));
              s.close();
          }) == "");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(2);
              s.close();
          }) == "chain-ordinal");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.close(1);
          }) == "chain-count");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.close();
              s.put(Kind::Note, R"({"note":"late"})");
          }) == "chain-unknown");
    CHECK(problems_when([](Log&, SessionWriter& s) { s.intent("pay.look", "c-1"); }) == "chain-unknown");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.put(Kind::SessionOpen, R"({"ordinal":2,"session":"s-1"})");
          }) == "chain-unknown");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.put(Kind::Note, "{}", 0, {}, [](EntryHead& head, Meta& meta) { head.number = meta.number = 5; });
          }) == "chain-number");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.put(Kind::Note, "{}", 0, {}, [](EntryHead& head, Meta&) { (*head.prev)[3] ^= 1; });
          }) == "chain-hash");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              const uint64_t n = s.intent("pay.look", "c-1");
              s.outcome(n);
              s.outcome(n);
          }) == "answer");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.outcome(0);
          }) == "answer");
    CHECK(problems_when([](Log&, SessionWriter& s) {
              s.open(1);
              s.put(Kind::Note, "{}", 0, {}, [](EntryHead& head, Meta&) { head.kind = Kind::Approval; });
          }) == "meta");
}

TEST_CASE("an intent without outcome is counted, not a problem") {
    const MadeLog made = make_log([&](Log& log, Keyring&) {
        SessionWriter session(log, 1, "s-1");
        session.open(1);
        session.intent("pay.refund", "c-1");
    });
    const VerifyReport report = verify_files(made.files);
    CHECK(names_of(report.problems) == "");
    CHECK(report.in_doubt == 1);
}

TEST_CASE("bytes that are no record") {
    const MadeLog made = make_log([&](Log& log, Keyring&) {
        Submission submission;
        submission.meta = {Kind::Note, ChainId{{1}}, 0, 0};
        submission.entry = "{\"head\":{}}";
        submission.leaf = leaf_hash(submission.entry);
        const auto ticket = log.submit(submission, log.epoch());
        REQUIRE(ticket.ok());
        REQUIRE(log.wait(*ticket).ok());
    });
    CHECK(problems_of(made.files) == "entry");
}
