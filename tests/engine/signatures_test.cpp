// Signatures: what they cover, and when they meet an obligation.
#include "tests/catch.h"
#include "tests/engine/builder.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Sig {
    std::string by, digest;
    std::string kind = "human";
    std::string roles = "[]";
    std::string asked = "2026-11-23T09:50:00Z", signed_at = "2026-11-23T09:55:00Z";
    std::string shown = "";
    std::string text() const {
        return R"({"by":")" + by + R"(","kind":")" + kind + R"(","roles":)" + roles + R"(,"digest":")" + digest +
               R"(","asked":")" + asked + R"(","signed":")" + signed_at + "\"" +
               (shown.empty() ? "" : ",\"shown\":" + shown) + "}";
    }
};

std::string all(const std::vector<Sig>& sigs) {
    std::string out = "[";
    for (const Sig& s : sigs) out += (out.size() > 1 ? "," : "") + s.text();
    return out + "]";
}

const std::string kEvidence = R"(,"evidence":{"plan":"sha256:aa","rollback":"sha256:bb"},"nonce":"n-1")";
const std::string kOwner = "ops@acme.example", kManager = R"(["release_manager"])";

struct Asked {
    Asked() {
        shop.allow();
        RuleInfo risk = shop.rule(RuleKind::Risk, "effect");
        risk.number = 40;
        shop.always(risk);
        RuleInfo owner = shop.rule(RuleKind::Ask), two = shop.rule(RuleKind::Ask);
        owner.quorum = 1;
        owner.window_ns = kHour;
        two.signer = 1;
        two.quorum = 2;
        two.window_ns = kHour / 4;
        two.words = {"plan", "rollback"};
        shop.always(owner);
        shop.always(two);
        ask.call_more = kEvidence;
    }
    std::string digest() { return decide(shop.policy(), ask).digest; }
    Decision with(const std::vector<Sig>& sigs) {
        Ask signed_ask = ask;
        signed_ask.signatures = all(sigs);
        return decide(shop.policy(), signed_ask);
    }
    std::vector<Sig> good() {
        const std::string d = digest();
        return {{kOwner, d}, {"ann", d, "human", kManager}, {"bob", d, "human", kManager}};
    }
    Shop shop;
    Ask ask;
};

}  // namespace

TEST_CASE("signatures that meet every obligation turn ask into allow") {
    Asked a;
    CHECK(a.with({}).verdict == Verdict::Ask);
    const Decision d = a.with(a.good());
    INFO(to_json(d));
    CHECK(d.verdict == Verdict::Allow);
    CHECK(d.ask.size() == 2);
    CHECK(d.ask[0].met);
    CHECK(d.ask[1].met);
    CHECK(d.digest == a.digest());
}

TEST_CASE("signatures that do not count") {
    Asked a;
    const auto spoiled = [&](size_t which, auto&& spoil) {
        auto sigs = a.good();
        spoil(sigs[which]);
        const Decision d = a.with(sigs);
        INFO(all(sigs));
        CHECK(d.verdict == Verdict::Ask);
    };
    spoiled(0, [](Sig& s) { s.by = "someone@acme.example"; });
    spoiled(0, [](Sig& s) { s.digest = "sha256:00"; });
    spoiled(0, [](Sig& s) { s.kind = "agent"; });
    spoiled(0, [](Sig& s) { s.signed_at = "2026-11-23T10:00:00.1Z"; });  // from the future
    spoiled(0, [](Sig& s) { s.asked = "2026-11-23T09:56:00Z"; });        // signed before it was asked
    spoiled(0, [](Sig& s) { s.asked = s.signed_at = "2026-11-23T08:59:59Z"; });
    spoiled(1, [](Sig& s) { s.asked = s.signed_at = "2026-11-23T09:44:59Z"; });
    spoiled(1, [](Sig& s) { s.roles = R"(["responder","unheard_of"])"; });
    spoiled(1, [](Sig& s) { s.by = "bob"; });  // the same person twice
    auto sigs = a.good();
    sigs[1].asked = sigs[1].signed_at = "2026-11-23T09:45:00Z";
    CHECK(a.with(sigs).verdict == Verdict::Allow);  // the last moment
}

TEST_CASE("the requester may not sign; one signature may serve two obligations") {
    Asked a;
    a.ask.session.insert(1, R"("principal":"ann",)");
    CHECK(a.with(a.good()).verdict == Verdict::Ask);
    Asked b;
    auto sigs = b.good();
    sigs[0].roles = kManager;
    sigs.pop_back();
    CHECK(b.with(sigs).verdict == Verdict::Allow);  // owner and ann are the two
}

TEST_CASE("evidence must be there") {
    Asked a;
    a.ask.call_more = R"(,"evidence":{"plan":"sha256:aa"},"nonce":"n-1")";
    CHECK(a.with(a.good()).verdict == Verdict::Ask);
    a.ask.call_more = R"(,"evidence":{"plan":"sha256:aa","rollback":""})";
    CHECK(a.with(a.good()).verdict == Verdict::Ask);
}

TEST_CASE("the digest covers the call and not the state or the time") {
    Asked a;
    const std::string base = a.digest();
    const auto changed = [&](auto&& change) {
        Asked other;
        change(other);
        return other.digest() != base;
    };
    CHECK(base.size() == 71);
    CHECK_FALSE(changed([](Asked&) {}));
    CHECK_FALSE(changed([](Asked& x) { x.ask.state = R"({"version":9})"; }));
    CHECK_FALSE(changed([](Asked& x) { x.ask.context = R"({"time":"2026-11-23T11:00:00Z"})"; }));
    CHECK_FALSE(changed([](Asked& x) { x.ask.args = R"({"amount":300.0,"currency":"EUR","order":"A-1"})"; }));
    CHECK(changed([](Asked& x) { x.ask.args = R"({"order":"A-1","amount":"300.01"})"; }));
    CHECK(changed([](Asked& x) { x.ask.args = R"({"order":"A-1","amount":"300.00","memo":null})"; }));
    CHECK(changed([](Asked& x) { x.ask.call_more.replace(x.ask.call_more.find("n-1"), 3, "n-2"); }));
    CHECK(changed([](Asked& x) { x.ask.call_more.replace(x.ask.call_more.find("sha256:bb"), 9, "sha256:bc"); }));
    CHECK(changed([](Asked& x) { x.ask.call_more += R"(,"data":"public")"; }));
    CHECK(changed([](Asked& x) { x.ask.call_more += R"(,"labels":{"order":{"sources":["user"]}})"; }));
    CHECK(changed([](Asked& x) { x.ask.session.replace(x.ask.session.find("s-9"), 3, "s-8"); }));
    CHECK(changed([](Asked& x) { x.ask.session.replace(x.ask.session.find("responder"), 9, "analyst"); }));
    CHECK(changed([](Asked& x) { x.ask.session.replace(x.ask.session.find("\"*\""), 3, "\"pay.*\""); }));
    CHECK(changed([](Asked& x) { x.shop.program.hash[0] ^= 1; }));
    CHECK(changed([](Asked& x) { x.shop.program.tools[kRefund].schema_digest[0] ^= 1; }));
    CHECK(changed([](Asked& x) { x.shop.always(x.shop.rule(RuleKind::Risk, "new")); }));
}

TEST_CASE("shown: more may have been shown than is asked now, never less") {
    // A digest over what was shown then, taken from a policy that asks exactly that.
    Asked then;
    RuleInfo extra = then.shop.rule(RuleKind::Risk, "extra");
    then.shop.always(extra);
    const std::string digest = then.digest();
    const std::string owner = R"({"by":"owner","quorum":1,"within":"1h","with":[]})";
    const std::string two = R"({"by":"release_manager","quorum":2,"within":"15m","with":["rollback","plan"]})";
    const auto signed_with = [&](const std::string& shown) {
        Asked now;
        auto sigs = now.good();
        for (Sig& s : sigs) {
            s.digest = digest;
            s.shown = shown;
        }
        return now.with(sigs).verdict;
    };
    CHECK(signed_with("") == Verdict::Ask);
    CHECK(signed_with(R"({"ask":[)" + two + "," + owner + R"(],"risk":["extra","effect"]})") == Verdict::Allow);
    CHECK(signed_with(R"({"ask":[)" + owner + "," + two + R"(],"risk":["effect"]})") ==
          Verdict::Ask);  // another digest
    Asked now;            // a term that was not shown
    now.shop.always(now.shop.rule(RuleKind::Risk, "news"));
    auto sigs = now.good();
    for (Sig& s : sigs) {
        s.digest = digest;
        s.shown = R"({"ask":[)" + two + "," + owner + R"(],"risk":["extra","effect"]})";
    }
    CHECK(now.with(sigs).verdict == Verdict::Ask);
    CHECK(signed_with(R"({"ask":[)" + owner + "," + owner + R"(],"risk":[]})") == Verdict::Deny);  // malformed
    Asked bad;
    bad.ask.signatures =
        R"([{"by":"x","kind":"human","digest":"d","asked":"2026-11-23T09:50:00Z","signed":"2026-11-23T09:50:00Z","shown":{"asks":[]}}])";
    CHECK(spoke(decide(bad.shop.policy(), bad.ask), "builtin:malformed"));
}

TEST_CASE("never: denies unless signed, and only what would be allowed") {
    Asked a;
    RuleInfo never = a.shop.rule(RuleKind::Never);
    never.signer = 1;
    never.quorum = 3;
    a.shop.always(never);
    CHECK(a.with({}).verdict == Verdict::Ask);
    auto sigs = a.good();
    const Decision two = a.with(sigs);
    CHECK(two.verdict == Verdict::Deny);
    CHECK(spoke(two, "never"));
    sigs.push_back({"cat", sigs[0].digest, "human", kManager});
    CHECK(a.with(sigs).verdict == Verdict::Allow);
    CHECK_FALSE(spoke(a.with(sigs), "never"));

    Shop shop;
    shop.allow();
    shop.always(shop.rule(RuleKind::Never));
    CHECK(decide(shop.policy(), {}).verdict == Verdict::Deny);
    CHECK(decide(shop.policy(), {}).digest.empty());  // nothing that a signature could change
}
