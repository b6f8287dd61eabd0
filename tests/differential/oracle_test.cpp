// The oracle by itself, on decisions worked out by hand from docs/semantics.md.
#include "tests/differential/oracle.h"

#include "compiler/syntax/parse.h"
#include "tests/catch.h"

using namespace remit;
using namespace remit::oracle;

namespace {

class Oracle {
public:
    explicit Oracle(const std::string& text) {
        FileId id = sources_.add("p.remit", text);
        Diagnostics diagnostics;
        files_.push_back(parse_file(sources_, id, diagnostics));
        for (const Diagnostic& d : diagnostics.sorted()) UNSCOPED_INFO(sources_.at(d.span) << ": " << d.message);
        REQUIRE_FALSE(diagnostics.has_errors());
        model_ = read_layers(sources_, files_);
    }
    OracleDecision decide(const std::string& request, const std::string& digest = "d") const {
        return oracle::decide(model_, request, digest);
    }

private:
    Sources sources_;
    std::vector<ast::File> files_;
    std::vector<Model> model_;
};

const char* const kSupport = R"(policy acme.support
role    analyst
role    responder includes analyst
role    release_manager
egress  saas { "api.stripe.com:443", "*.github.com:443" }
tool crm.lookup(customer: string)                    read,  trust first_party, gives confidential
tool payments.refund(order: string, amount: decimal(2) min 0.00, notify: list<email> max 8 optional)
                                                     write, trust vetted, undo payments.void
tool payments.void(order: string)                    write, trust vetted
tool shell.exec(cmd: string)                         write, trust untrusted
tool net.post(url: url, body: string)                write, trust untrusted
fact order(id: string) { paid: decimal(2), created: timestamp } fresh 60s
allow analyst   to crm.lookup
allow responder to payments.* including write when session.tier >= stage
block trust < first_party when data >= restricted            because "restricted data stays in house"
block shell.* when session.tier == prod
block net.post when state.tainted and state.saw_secrets       because "read secrets and strangers' text: may not send"
block payments.refund when args.amount > order(args.order).paid because "more than was paid"
risk effect     +40 for write
risk production +30 when session.tier == prod
risk large      +25 for payments.refund when args.amount > 250.00
risk strangers  +20 for payments.refund when has args.notify and any n in args.notify: trust(n) < vetted
lane medium when risk >= 40
lane high   when risk >= 70
ask owner                 when risk >= 50   within 1h
ask 2 of release_manager  when lane == high within 15m with plan, rollback, assets
limit 4 parallel per session
limit 1 parallel per session for payments.*
quota 60 over 1m per tenant  for crm.*
isolate by tenant
isolate sandbox for trust < first_party
isolate microvm for trust == untrusted
reach   saas    for payments.*
record prompt, plan, rollback, assets, checksum for write
redact args.customer for crm.*
retain at least 400d when data >= restricted
mark  tainted     for trust == untrusted
mark  saw_secrets for gives >= confidential
count refunded = sum args.amount for payments.refund over 24h per session
ask owner for payments.refund when state.refunded > 1000.00 within 1h
never allow write when session.tier == prod unless signed by 2 of release_manager
)";

std::string refund(const std::string& call_tail, const std::string& root_tail = "",
                   const std::string& refunded = "\"300.00\"") {
    return R"({"id":"r-1","session":{"id":"s-9","roles":["responder"],"tier":"prod","tenant":"acme","owner":"ops@acme.example",
      "scope":["payments.*"],"retention":"standard","expires":"2026-11-23T18:00:00Z","revoked":false},
      "call":{"id":"c-7","tool":"payments.refund","data":"confidential","evidence":{"plan":"x","rollback":"x","assets":"x"},)" +
           call_tail +
           R"(},"facts":[{"fact":"order","key":["A-1"],"as_of":"2026-11-23T09:59:40Z","value":{"paid":"400.00","created":"2026-11-20T09:00:00Z"}}],
      "state":{"version":12,"marks":{"tainted":false,"saw_secrets":true},"counts":{"refunded":)" +
           refunded + R"(},"high_water":"confidential"},"context":{"time":"2026-11-23T10:00:00Z"})" + root_tail + "}";
}

std::string signature(const std::string& by, const std::string& role, const std::string& when = "2026-11-23T09:55:00Z",
                      const std::string& kind = "human") {
    return R"({"by":")" + by + R"(","kind":")" + kind + R"(","roles":[")" + role +
           R"("],"digest":"d","asked":"2026-11-23T09:50:00Z","signed":")" + when + "\"}";
}

const std::string kArgs = R"("args":{"order":"A-1","amount":"300.00"})";

}  // namespace

TEST_CASE("a large refund in production needs the owner and two release managers") {
    OracleDecision d = Oracle(kSupport).decide(refund(kArgs));
    CHECK_FALSE(d.stopped);
    CHECK(d.denials.empty());
    CHECK(d.verdict == Verdict::Ask);
    CHECK(d.risk == 95);
    CHECK(d.lane == "high");
    CHECK(d.reach == std::set<std::string>{"saas"});
    CHECK(d.isolation_level == "sandbox");
    CHECK(d.isolation_by == std::set<std::string>{"tenant"});
    CHECK(d.marks == std::set<std::string>{"saw_secrets"});
    CHECK(d.record.size() == 5);
    CHECK(d.leases.size() == 2);
    REQUIRE(d.ask.size() == 2);
    CHECK(d.ask["owner"].quorum == 1);
    CHECK(d.ask["owner"].within_ns == 3600'000'000'000);
    CHECK(d.ask["release_manager"].quorum == 2);
    CHECK(d.ask["release_manager"].with == std::vector<std::string>{"assets", "plan", "rollback"});
    REQUIRE(d.counts.count("refunded") == 1);
    CHECK(compare_numbers(d.counts["refunded"], number_value(300, 0)) == 0);
    CHECK_FALSE(d.retain_at_least_ns);
}

TEST_CASE("blocks, counts and labels change the example's answer") {
    Oracle oracle(kSupport);
    SECTION("more than was paid") {
        CHECK(oracle.decide(refund(R"("args":{"order":"A-1","amount":400.01})")).verdict == Verdict::Deny);
        CHECK(oracle.decide(refund(R"("args":{"order":"A-1","amount":400.00})")).verdict == Verdict::Ask);
    }
    SECTION("a missing fact denies") {
        CHECK(oracle.decide(refund(R"("args":{"order":"A-2","amount":1})")).denials ==
              std::set<std::string>{"fact-missing"});
    }
    SECTION("state includes this call's part") {
        auto spoke = [](const OracleDecision& d) {
            return std::count_if(d.rules.begin(), d.rules.end(), [](const Spoke& s) { return s.kind == "ask"; });
        };
        CHECK(spoke(oracle.decide(refund(kArgs, "", "\"700.00\""))) == 2);
        CHECK(spoke(oracle.decide(refund(kArgs, "", "\"700.01\""))) == 3);
    }
    SECTION("an element of a list without trusted sources is a stranger") {
        const std::string notify =
            R"("args":{"order":"A-1","amount":"300.00","notify":["a@x.example","b@x.example"]},)";
        CHECK(oracle.decide(refund(notify + R"("labels":{"notify":{"sources":["user"]}})")).risk == 95);
        CHECK(oracle
                  .decide(refund(notify +
                                 R"("labels":{"notify":{"sources":["user"]},"notify/1":{"sources":["shell.exec"]}})"))
                  .risk == 115);
        CHECK(oracle.decide(refund(notify + R"("labels":{})")).risk == 115);
    }
    SECTION("restricted arguments do not leave the house") {
        OracleDecision d = oracle.decide(
            refund(kArgs + R"(,"labels":{"order":{"sources":["user"],"class":"restricted"}})"));
        CHECK(d.verdict == Verdict::Deny);
        CHECK(d.retain_at_least_ns == 400ll * 86'400'000'000'000);
    }
}

TEST_CASE("arguments that do not fit stop the decision") {
    Oracle oracle(kSupport);
    for (const char* args :
         {R"("args":{"order":"A-1"})", R"("args":{"order":"A-1","amount":"1.005"})",
          R"("args":{"order":"A-1","amount":-1})", R"("args":{"order":7,"amount":1})",
          R"("args":{"order":"A-1","amount":1,"more":1})", R"("args":{"order":"A-1","order":"A-1","amount":1})",
          R"("args":{"order":null,"amount":1})"}) {
        INFO(args);
        OracleDecision d = oracle.decide(refund(args));
        CHECK(d.stopped);
        CHECK(d.denials == std::set<std::string>{"arguments"});
    }
    CHECK(oracle.decide(refund(kArgs + R"(,"labels":{"order":{"class":"nothing"}})")).denials ==
          std::set<std::string>{"label"});
    CHECK(oracle.decide("[").denials == std::set<std::string>{"malformed"});
}

TEST_CASE("signatures meet obligations") {
    Oracle oracle(kSupport);
    const std::string owner = signature("ops@acme.example", "owner"), ann = signature("ann", "release_manager"),
                      bob = signature("bob", "release_manager");
    auto verdict = [&](const std::string& list) {
        return oracle.decide(refund(kArgs, ",\"signatures\":[" + list + "]")).verdict;
    };
    CHECK(verdict(owner + "," + ann + "," + bob) == Verdict::Allow);
    CHECK(verdict(owner + "," + ann + "," + ann) == Verdict::Ask);
    CHECK(verdict(ann + "," + bob) == Verdict::Ask);
    CHECK(verdict(owner + "," + ann + "," + signature("bob", "release_manager", "2026-11-23T09:55:00Z", "agent")) ==
          Verdict::Ask);
    CHECK(verdict(owner + "," + ann + "," + signature("bob", "release_manager", "2026-11-23T10:00:01Z")) ==
          Verdict::Ask);
    CHECK(verdict(owner + "," + ann + "," + signature("bob", "analyst")) == Verdict::Ask);
    CHECK(oracle.decide(refund(kArgs, ",\"signatures\":[" + owner + "," + ann + "," + bob + "]"), "another").verdict ==
          Verdict::Ask);
}

TEST_CASE("guards have three values") {
    const std::string head =
        "policy p\ntool t(a: int)\n  read\nfact f(k: string) { x: int } fresh 60s\nallow anyone to t\n";
    const std::string request =
        R"({"session":{"id":"s","roles":[],"tier":"dev","tenant":"a","owner":"o","scope":["*"],"retention":"r","expires":"2027-01-01T00:00:00Z","revoked":false},
        "call":{"id":"c","tool":"t","args":{"a":5}},"facts":[],"context":{"time":"2026-11-23T10:00:00Z"}})";
    auto risk = [&](const std::string& guard) {
        return Oracle(head + "risk r +1 when " + guard + "\n").decide(request).risk;
    };
    const std::string unknown = "f(\"k\").x > 3";  // the fact is missing: an error
    CHECK(risk(unknown) == 1);
    CHECK(risk("not " + unknown) == 1);
    CHECK(risk(unknown + " and args.a == 6") == 0);
    CHECK(risk("args.a == 6 and " + unknown) == 0);
    CHECK(risk(unknown + " or args.a == 6") == 1);
    CHECK(risk("args.a == 5 except " + unknown) == 1);
    CHECK(risk("args.a == 5 except args.a < 6") == 0);
    auto allowed = [&](const std::string& guard) {
        return Oracle(
                   "policy p\ntool t(a: int)\n  read\nfact f(k: string) { x: int } fresh 60s\nallow anyone to t when " +
                   guard + "\n")
                   .decide(request)
                   .denials.count("no-allow") == 0;
    };
    CHECK_FALSE(allowed(unknown));
    CHECK_FALSE(allowed("not " + unknown));
    CHECK_FALSE(allowed("args.a == 5 except " + unknown));
    CHECK(allowed(unknown + " or args.a == 5"));
    CHECK_FALSE(allowed("args.a + 9223372036854775807 > 0"));  // overflow is an error
}

namespace {

/// One read tool with two arguments, called with both; `more` are further rules.
OracleDecision small(const std::string& more, const std::string& call = R"("args":{"a":"x","b":["p","q"]})") {
    return Oracle(
               "policy p\nclasses low_c < high_c\negress one { \"a.example:443\" }\negress two { \"b.example:443\" }\n"
               "tool t(a: string, b: list<host> max 4 optional)\n  read\nfact f(k: string) { x: int } fresh 60s\n"
               "allow anyone to t\nmark seen for t\n" +
               more)
        .decide(
            R"({"session":{"id":"s","roles":[],"tier":"dev","tenant":"a","owner":"o","scope":["*"],"retention":"r","expires":"2027-01-01T00:00:00Z",
        "revoked":false},"state":{"marks":{"seen":false},"counts":{}},"context":{"time":"2026-11-23T10:00:00Z"},"call":{"id":"c","tool":"t",)" +
            call + "}}");
}

}  // namespace

TEST_CASE("a reach that reads state adds its profile but opens nothing") {
    using Names = std::set<std::string>;
    CHECK(small("").reach_closed);
    CHECK(small("reach one when state.seen\n").reach_closed);
    CHECK(small("reach one when risk >= 0\n").reach.empty());
    OracleDecision d = small("reach one when state.seen\nreach two\n");
    CHECK_FALSE(d.reach_closed);
    CHECK(d.reach == Names{"one", "two"});
    CHECK(small("reach one when f(\"k\").x > 1\n").reach_closed);  // the fact is missing: certainty is wanted
    CHECK(small("reach one except lane >= low\nreach two\n").reach == Names{"two"});
}

TEST_CASE("labels of the whole call") {
    auto risk = [](const std::string& guard, const std::string& labels) {
        return small("risk r +1 when " + guard + "\n", R"("args":{"a":"x","b":["p","q"]},"labels":{)" + labels + "}")
            .risk;
    };
    const std::string both = R"("a":{"sources":["user"],"class":"low_c"},"b":{"sources":["agent"],"class":"high_c"})";
    const std::string part = R"("a":{"sources":["user"],"class":"low_c"},"b/0":{"sources":["user"],"class":"low_c"})";
    CHECK(risk("sources(args) only {user, agent}", both) == 1);
    CHECK(risk("sources(args) only {user}", both) == 0);
    CHECK(risk("sources(args) only {user}", part) == 0);  // one element comes from nowhere
    CHECK(risk("sources(args) meets {user}", part) == 1);
    CHECK(risk("agent in sources(args)", part) == 0);
    CHECK(risk("class(args) >= high_c", both) == 1);
    CHECK(risk("trust(args) > untrusted", R"("a":{"sources":["user"]},"b":{"sources":["user"]})") == 1);
    CHECK(risk("trust(args) > untrusted", R"("a":{"sources":["user"]})") == 0);
}

TEST_CASE("written sets hold patterns") {
    auto risk = [](const std::string& guard) {
        return small("risk r +1 when has args.b and " + guard + "\n",
                     R"("args":{"a":"x","b":["p.acme.example","acme.example"]})")
            .risk;
    };
    CHECK(risk("args.b only {\"*.acme.example\", \"acme.example\"}") == 1);
    CHECK(risk("args.b only {\"*.acme.example\"}") == 0);
    CHECK(risk("args.b meets {\"*.acme.example\"}") == 1);
    CHECK(risk("\"ACME.example\" in args.b") == 1);
}

TEST_CASE("naive matching") {
    CHECK(glob("a*b?", "axxbc"));
    CHECK_FALSE(glob("a?", "a"));
    CHECK(glob("?", "\xC3\xBC"));
    CHECK(host_pattern("*.a.com", "x.y.a.com"));
    CHECK_FALSE(host_pattern("*.a.com", "a.com"));
    CHECK_FALSE(host_pattern("*.a.com", ".a.com"));
    CHECK(path_inside("/a/b", "/a"));
    CHECK_FALSE(path_inside("/ab", "/a"));
    CHECK(path_inside("/a", "/"));
    CHECK_FALSE(path_inside("a", "/"));
    CHECK(tool_glob("*.refund", "payments.refund"));
    CHECK(compare_numbers(number_value(25000, 2), number_value(250, 0)) == 0);
    CHECK(arithmetic(number_value(INT64_MAX, 0), '+', number_value(1, 0)).is_error());
}
