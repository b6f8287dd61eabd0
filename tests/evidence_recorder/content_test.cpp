// What records say: members, commitments, redaction, erasure.
#include <fstream>
#include <set>

#include "host/evidence/record/decision_text.h"
#include "tests/evidence_recorder/fixture.h"

namespace remit::evidence::testing {

namespace {

/// A shop that asks the owner about everything, demands a plan and a prompt, and hides what `secret` says.
std::shared_ptr<const Policy> careful_shop(const std::vector<std::string>& secret = {}) {
    test::Shop shop;
    shop.allow();
    RuleInfo ask = shop.rule(RuleKind::Ask);
    ask.quorum = 1;
    ask.window_ns = test::kHour;
    shop.always(ask);
    RuleInfo record = shop.rule(RuleKind::Record);
    record.words = {"plan", "prompt", "receipt"};
    shop.always(record);
    for (const std::string& path : secret) {
        RuleInfo redact = shop.rule(RuleKind::Redact);
        redact.path = path;
        shop.always(redact);
    }
    return shop.policy();
}

/// The shop without questions, which hides what `secret` says.
std::shared_ptr<const Policy> hiding_shop(const std::vector<std::string>& secret) {
    test::Shop shop;
    shop.allow();
    for (const std::string& path : secret) {
        RuleInfo redact = shop.rule(RuleKind::Redact);
        redact.path = path;
        shop.always(redact);
    }
    return shop.policy();
}

test::Ask full_ask() {
    test::Ask ask = ask_of("s-1");
    ask.args = R"({"order":"A-1","amount":"300.00","notify":["a@b.example","c@d.example"]})";
    ask.call_more =
        R"(,"parent":"c-6","data":"internal","labels":{"order":{"sources":["user"]},"notify/1":{"class":"internal","sources":["agent","user"]}},)"
        R"("evidence":{"prompt":"sha256:aa","plan":"sha256:bb"})";
    return ask;
}

}  // namespace

TEST_CASE("an intent's members") {
    Evidence e(open_shop());
    CallContext context;
    context.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    context.isolation_profile = "sha256:iso";
    context.egress_profile = "sha256:out";
    context.prompt = "Please refund A-1.";
    context.subject = "customer-5";
    context.leases.push_back({"sha256:lease", 7, 1'795'428'060'000'000'000});
    const std::string request = full_ask().text();
    const Begun begun = e.begin(request, context);
    REQUIRE(begun.permit);
    const Seen seen = e.of(Kind::Intent).at(0);

    CHECK(member(seen.record, "id") == "r-1");
    CHECK(member(seen.record, "call") == "c-7");
    CHECK(member(seen.record, "parent") == "c-6");
    CHECK(member(seen.record, "tool") == "pay.refund");
    CHECK(member(seen.record, "session") == "s-1");
    CHECK(member(seen.record, "tenant") == "acme");
    CHECK(member(seen.record, "principal") == "agent-1");
    CHECK(member(seen.record, "retention") == "standard");
    CHECK(member(seen.record, "data") == "internal");
    CHECK(member(seen.record, "effect") == "write");
    CHECK(member(seen.record, "engine") == "interp");
    CHECK(member(seen.record, "isolation") == "sha256:iso");
    CHECK(member(seen.record, "egress") == "sha256:out");
    CHECK(member(seen.record, "prompt") == "sha256:aa");
    CHECK(member(seen.record, "trace") == context.traceparent);
    CHECK(member(seen.record, "durability") == "sync");
    CHECK(member(seen.record, "policy") == begun.decision.policy);
    CHECK(member(seen.record, "schema") == "sha256:" + std::string(64, '1'));
    CHECK(member(seen.record, "evidence") ==
          R"([{"digest":"sha256:bb","name":"plan"},{"digest":"sha256:aa","name":"prompt"}])");
    CHECK(member(seen.record, "leases") ==
          R"([{"deadline":"2026-11-23T10:01:00.000000000Z","fence":7,"rule":"sha256:lease"}])");
    std::string decision;
    append_decision(decision, begun.decision);
    CHECK(member(seen.record, "decision") == decision);
    CHECK(e.payload(seen, PayloadRole::Request) == request);
    CHECK(e.payload(seen, PayloadRole::Prompt) == "Please refund A-1.");
    CHECK(e.keyring->list().at(seen.payloads.at(0).key_id - 1).label == KeyLabel{"acme", "customer-5", "standard"});

    // Each argument's commitment is to its name and canonical value, under the request's salt.
    SealedPayload sealed = seen.payloads.at(0);
    sealed.ciphertext = seen.ciphertexts.at(0);
    const Hash salt = (*e.keyring->open_payload(sealed))->salt;
    const auto commit = [&](std::string_view name, std::string_view value) {
        return hash64(Keyring::commit_value(salt, name, value));
    };
    CHECK(member(seen.record, "args") ==
          R"([{"commit":")" + commit("amount", R"("300.00")") + R"(","name":"amount"},{"commit":")" +
              commit("notify", R"(["a@b.example","c@d.example"])") +
              R"(","name":"notify"},{"class":"internal","name":"notify/1","sources":["agent","user"]},{"commit":")" +
              commit("order", R"("A-1")") + R"(","name":"order","sources":["user"]}])");
}

TEST_CASE("only well-formed trace contexts are recorded") {
    Evidence e(open_shop());
    for (const char* wrong : {"", "x", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                              "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                              "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                              "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                              "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                              "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n"}) {
        CallContext context;
        context.traceparent = wrong;
        e.begin(ask_of("s-1").text(), context);
    }
    for (const Seen& seen : e.of(Kind::Intent)) CHECK(member(seen.record, "trace") == "");
}

TEST_CASE("the approval chain: a call asks, a person signs, the call comes back and says what it answers") {
    Evidence e(careful_shop());
    const Begun asked = e.begin(full_ask().text());
    REQUIRE(asked.decision.verdict == Verdict::Ask);
    CHECK_FALSE(asked.permit);
    Recorder::Vote vote;
    vote.digest = asked.decision.digest;
    vote.by = "ops@acme.example";
    vote.kind = "webauthn";
    vote.roles = {"owner"};
    vote.approved = true;
    vote.asked_ns = vote.signed_ns = 1'795'427'940'000'000'000;
    CHECK(e.recorder->record_vote("s-1", vote).ok());
    const std::string ask_id = action_text(asked.action->chain, asked.action->number);
    const Seen voted = e.of(Kind::Approval).at(0);
    CHECK(member(voted.record, "ask") == ask_id);
    CHECK(member(voted.record, "approved") == "true");
    CHECK(voted.meta.chain == asked.action->chain);

    test::Ask again = full_ask();
    again.signatures = R"([{"by":"ops@acme.example","kind":"webauthn","digest":")" + asked.decision.digest +
                       R"(","asked":"2026-11-23T09:59:00Z","signed":"2026-11-23T09:59:30Z","roles":["owner"]}])";
    const Begun begun = e.begin(again.text());
    REQUIRE(begun.decision.verdict == Verdict::Allow);
    REQUIRE(begun.permit);
    const Seen seen = e.of(Kind::Intent).at(0);
    CHECK(member(seen.record, "approvals") ==
          R"([{"ask":")" + ask_id + R"(","asked":"2026-11-23T09:59:00.000000000Z","by":"ops@acme.example","digest":")" +
              asked.decision.digest +
              R"(","kind":"webauthn","roles":["owner"],"signed":"2026-11-23T09:59:30.000000000Z"}])");
    // The policy demands a plan, a prompt and a receipt; the receipt comes with the outcome.
    CHECK(member(seen.record, "demanded") == R"(["plan","prompt","receipt"])");
    CHECK(member(seen.record, "missing") == R"(["receipt"])");
    Outcome outcome;
    CHECK(e.recorder->finish(*begun.action, outcome).ok());
    CHECK(member(e.of(Kind::Outcome).at(0).record, "missing") == R"(["receipt"])");
    const Begun second = e.begin(again.text());
    outcome.artifacts.push_back({"receipt", {}, 1});
    CHECK(e.recorder->finish(*second.action, outcome).ok());
    CHECK(member(e.of(Kind::Outcome).at(1).record, "missing") == "");
}

TEST_CASE("what a policy says to redact is on no disk, and its commitment is") {
    Evidence e(hiding_shop({"/order", "/where/city", "/meta/0/a~1b", "/nowhere"}));
    test::Ask ask = ask_of("s-1");
    ask.args =
        R"({"order":"SECRET-ORDER","amount":"300.00","where":{"city":"SECRET-CITY","zip":"OPEN-ZIP"},"meta":[{"a/b":["SECRET-META"]}]})";
    ask.facts = R"([{"fact":"order","key":["SECRET-ORDER"],"as_of":"2026-11-23T09:59:40Z","value":{"paid":"400.00"}},)"
                R"({"fact":"order","key":["OPEN-FACT"],"as_of":"2026-11-23T09:59:40Z","value":{"paid":"400.00"}}])";
    const Begun begun = e.begin(ask.text());
    REQUIRE(begun.permit);
    const Seen seen = e.of(Kind::Intent).at(0);
    CHECK(member(seen.record, "redacted") ==
          R"(["/call/args/meta/0/a~1b","/call/args/order","/call/args/where/city","/facts/0/key/0"])");
    const std::string kept = e.payload(seen, PayloadRole::Request);
    CHECK(kept.find("SECRET") == std::string::npos);
    CHECK(kept.find("OPEN-ZIP") != std::string::npos);
    CHECK(kept.find("OPEN-FACT") != std::string::npos);
    CHECK(kept.find(R"("order":null,"amount":"300.00","where":{"city":null,)") != std::string::npos);
    CHECK(e.all_bytes().find("SECRET") == std::string::npos);
    SealedPayload sealed = seen.payloads.at(0);
    sealed.ciphertext = seen.ciphertexts.at(0);
    const Hash salt = (*e.keyring->open_payload(sealed))->salt;
    CHECK(seen.says(hash64(Keyring::commit_value(salt, "order", R"("SECRET-ORDER")"))));
}

TEST_CASE("destroying a key leaves records and commitments, and nothing that could be read") {
    Evidence e(open_shop());
    CallContext alice, bob;
    alice.subject = "alice";
    bob.subject = "bob";
    e.begin(full_ask().text(), alice);
    e.begin(full_ask().text(), bob);
    const auto before = e.of(Kind::Intent);
    REQUIRE(before.size() == 2);
    CHECK(*e.keyring->destroy(before[0].payloads.at(0).key_id));
    e.reopen(false);
    const auto after = e.of(Kind::Intent);
    CHECK(after[0].entry == before[0].entry);
    CHECK(after[0].leaf == before[0].leaf);
    CHECK(e.payload(after[0], PayloadRole::Request) == "gone");
    CHECK(e.payload(after[1], PayloadRole::Request) == full_ask().text());
    // The same person's next call has a new key.
    e.begin(full_ask().text(), alice);
    const auto next = e.of(Kind::Intent).back();
    CHECK(next.payloads.at(0).key_id != before[0].payloads.at(0).key_id);
    CHECK(e.payload(next, PayloadRole::Request) == full_ask().text());
}

TEST_CASE("a decision too large for a record is sealed") {
    test::Shop shop;
    shop.allow();
    for (int i = 0; i < 900; ++i) {
        RuleInfo risk = shop.rule(RuleKind::Risk, "term-" + std::to_string(i));
        risk.number = 1;
        risk.because = std::string(40, 'b');
        shop.always(risk);
    }
    Evidence e(shop.policy(), 4u << 20);
    const Begun begun = e.begin(ask_of("s-1").text());
    REQUIRE(begun.permit);
    CHECK(begun.decision.rules.size() == 901);
    const Seen seen = e.of(Kind::Intent).at(0);
    CHECK(seen.entry.size() <= kMaxEntryBytes);
    std::string decision;
    append_decision(decision, begun.decision);
    CHECK(e.payload(seen, PayloadRole::Decision) == decision);
    CHECK(member(member(seen.record, "decision"), "verdict") == "allow");
    CHECK(member(member(seen.record, "decision"), "risk") == "900");
    CHECK(member(member(seen.record, "decision"), "commit").size() == 43);
}

TEST_CASE("notes are put into canonical form, or refused") {
    Evidence e(open_shop());
    CHECK(e.recorder->record_note("s-1", R"( {"b" : 1, "a": ["x", true]} )").ok());
    const Seen seen = e.of(Kind::Note).at(0);
    CHECK(member(seen.record, "note") == R"({"a":["x",true],"b":1})");
    CHECK(member(seen.record, "session") == "s-1");
    for (const char* wrong : {"", "[]", "1", R"({"a":1.5})", R"({"a":null})", R"({"a":01})", R"({"a":1e3})",
                              R"({"a":9007199254740993})", R"({"a":1,"a":2})", "{\"\xC3\xA9\":1}"}) {
        INFO(wrong);
        CHECK_FALSE(e.recorder->record_note("s-1", wrong).ok());
    }
    CHECK_FALSE(e.recorder->record_note("s-1", R"({"a":")" + std::string(70'000, 'x') + "\"}").ok());
    CHECK(wrong_with(e.seen()) == "");
}

TEST_CASE("every member of every record stands in docs/evidence.md") {
    std::ifstream in(std::string(REMIT_SOURCE_DIR) + "/docs/evidence.md");
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    REQUIRE(page.find("### Kinds and their members") != page.npos);
    Evidence e(careful_shop({"/order"}));
    CallContext context;
    context.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    context.isolation_profile = context.egress_profile = "sha256:x";
    context.leases.resize(1);
    const Begun asked = e.begin(full_ask().text(), context);
    CHECK(e.recorder->record_vote("s-1", {asked.decision.digest, "a", "b", {"c"}, true, 1, 2, "d"}).ok());
    CHECK(e.recorder->record_note("s-1", "{}").ok());
    test::Ask again = full_ask();
    again.signatures = R"([{"by":"ops@acme.example","kind":"webauthn","digest":")" + asked.decision.digest +
                       R"(","asked":"2026-11-23T09:59:00Z","signed":"2026-11-23T09:59:30Z"}])";
    const Begun begun = e.begin(again.text(), context);
    REQUIRE(begun.permit);
    Outcome outcome{OutcomeStatus::Failed, {{"a", {}, 1}}, "out", "error", 1000, "who", "note"};
    CHECK(e.recorder->finish(*begun.action, outcome).ok());
    e.clock.wall += 5'000'000'000;
    Decider unknown(open_shop());
    test::Shop other;
    other.program.hash.fill(0x55);
    Decider unkept(other.policy());
    e.recorder->begin(unkept, "{}");
    e.begin("{}");
    CHECK(e.recorder->close_session("s-1").ok());
    e.reopen(true);
    std::set<Kind> kinds;
    for (const Seen& seen : e.seen()) {
        kinds.insert(seen.meta.kind);
        CHECK(page.find("`" + std::string(text_of(seen.meta.kind)) + "`") != page.npos);
        for (const std::string& name : members(seen.record)) {
            INFO(text_of(seen.meta.kind) << " has " << name);
            CHECK(page.find("`" + name + "`") != page.npos);
        }
    }
    CHECK(kinds.size() == 12);  // all but `erased` and `pruned`
}

TEST_CASE("where a value is redacted, no amount and no digest of it stands in the clear") {
    test::Shop shop;
    shop.allow();
    shop.count("spent", CountKind::Sum, shop.amount, {test::kRefund});
    RuleInfo redact = shop.rule(RuleKind::Redact);
    redact.path = "/amount";
    shop.always(redact);
    const bool asks = GENERATE(true, false);
    if (asks) {
        RuleInfo ask = shop.rule(RuleKind::Ask);
        ask.quorum = 1;
        ask.window_ns = test::kHour;
        shop.always(ask);
    }
    Evidence e(shop.policy());
    test::Ask a = ask_of("s-1");
    a.args = R"({"order":"A-1","amount":"312.34"})";
    a.state = R"({"counts":{"spent":"0.00"},"version":1})";
    const Begun begun = e.begin(a.text());
    REQUIRE(begun.action);
    const Seen seen = e.of(asks ? Kind::Decision : Kind::Intent).at(0);
    CHECK(seen.says("redacted"));
    CHECK_FALSE(seen.says("312.34"));
    CHECK(e.all_bytes().find("312.34") == std::string::npos);
    CHECK(member(member(seen.record, "decision"), "verdict") == (asks ? "ask" : "allow"));
    CHECK(members(member(seen.record, "decision")) == std::vector<std::string>{"commit", "lane", "risk", "verdict"});
    if (asks) {
        REQUIRE_FALSE(begun.decision.digest.empty());
        CHECK_FALSE(seen.says(begun.decision.digest));
    }
    const std::string sealed = e.payload(seen, PayloadRole::Decision);
    std::string whole;
    append_decision(whole, begun.decision);
    CHECK(sealed == whole);
}

}  // namespace remit::evidence::testing
