// Policies with known answers: one rule at the end of a common policy, and what the prover must say of it.
#include "host/prove/prove.h"

#include "tests/catch.h"
#include "tests/prove/subject.h"

using namespace remit;
using prove::Proof;
using prove::Status;

namespace {

constexpr const char* kCommon = R"(policy test.prove
role clerk
role boss includes clerk
role auditor
tool pay(to: string, amount: decimal(2) min 0.00, memo: string max 20 optional, hosts: list<host> max 8 optional,
  link: url optional, file: path optional, from: ip optional, note: string or null) write, trust vetted
tool look(n: int, m: int) read, trust vetted
fact order(id: string) { paid: decimal(2) } fresh 60s
mark touched for pay
count spent = sum args.amount for pay over 24h per session
allow clerk to pay when session.tier >= stage
allow auditor to look
block pay when args.amount > 1000.00
block pay when args.amount > order(args.to).paid
block pay when has args.memo and args.memo starts "secret"
block pay when has args.memo and args.memo like "*key*"
block pay when has args.link and not args.link.host like "*.acme.example"
block pay when has args.file and not args.file inside "/srv/data"
block pay when has args.from and not args.from in "10.0.0.0/8"
block pay when has args.hosts and any h in args.hosts: not h like "*.acme.example"
block look when args.n + args.m > 10
risk big +30 for pay when args.amount > 500.00
risk prod +20 when session.tier == prod
lane high when risk >= 50
ask 2 of boss for pay when args.amount > 100.00 within 1h with plan
ask owner for pay when lane == high within 1h
block pay when state.spent > 2000.00
)";

Proof prove_one(const std::string& policy) {
    prove::ProveOptions options;
    options.solver.program = test::solver();
    const auto subject = test::policy_of(policy);
    auto proofs = prove::prove(subject, options);
    REQUIRE(proofs.ok());
    REQUIRE(proofs->size() == 1);
    Proof proof = std::move(proofs->front());
    if (proof.status == Status::Counterexample) {
        Decider decider(subject);
        CHECK(decider.decide(proof.request).verdict == Verdict::Deny);
    }
    proof.rule = nullptr;  // the policy is gone
    return proof;
}

struct Case {
    const char* rule;
    Status status;
};
constexpr Status kProved = Status::Proved, kRefuted = Status::Counterexample;

constexpr Case kCases[] = {
    {"never allow pay when args.amount > 1000.00", kProved},
    {"never allow pay when args.amount > 999.99", kRefuted},
    {"never allow pay when args.amount > order(args.to).paid", kProved},
    {"never allow pay when args.amount == order(args.to).paid", kRefuted},
    {"never allow pay when session.tier == dev", kProved},
    {"never allow pay when session.tier == prod", kRefuted},
    {"never allow pay when not (clerk in session.roles)", kProved},
    {"never allow pay when not (boss in session.roles)", kRefuted},
    // signatures
    {"never allow pay when args.amount > 100.00 unless signed by 2 of boss", kProved},
    {"never allow pay when args.amount > 100.00 unless signed by 2 of clerk", kProved},
    {"never allow pay when args.amount > 100.00 unless signed by 3 of clerk", kRefuted},
    {"never allow pay when args.amount > 100.00 unless signed by 1 of auditor", kRefuted},
    {"never allow pay when args.amount > 99.00 unless signed by 2 of boss", kRefuted},
    {"never allow pay when args.amount > 500.00 and session.tier == prod unless signed by owner", kProved},
    {"never allow pay when args.amount > 500.00 unless signed by owner", kRefuted},
    // risk, lanes, state
    {"never allow pay when risk > 50", kProved},
    {"never allow pay when risk >= 50", kRefuted},
    {"never allow pay when lane == high and not (session.tier == prod)", kProved},
    {"never allow pay when state.spent > 2000.00", kProved},
    {"never allow pay when state.spent > 1999.99", kRefuted},
    {"never allow pay when state.touched and args.amount > 1000.00", kProved},
    {"never allow pay when state.touched and args.amount > 400.00", kRefuted},
    // texts
    {"never allow pay when has args.memo and args.memo starts \"secret stuff\"", kProved},
    {"never allow pay when has args.memo and args.memo == \"secretary\"", kProved},
    {"never allow pay when has args.memo and args.memo starts \"secr\"", kRefuted},
    {"never allow pay when has args.memo and args.memo ends \"monkey\"", kProved},
    {"never allow pay when has args.memo and args.memo ends \"x\" and args.memo.length > 7", kRefuted},
    {"never allow pay when has args.memo and args.memo.length > 20", kProved},
    {"never allow pay when has args.link and args.link.host == \"evil.example\"", kProved},
    {"never allow pay when has args.link and args.link.host like \"*.pay.acme.example\"", kRefuted},
    {"never allow pay when has args.file and args.file inside \"/srv/other\"", kProved},
    {"never allow pay when has args.file and args.file inside \"/srv/data/x\"", kRefuted},
    {"never allow pay when has args.from and args.from in \"192.168.0.0/16\"", kProved},
    {"never allow pay when has args.from and args.from in \"10.1.0.0/16\"", kRefuted},
    // lists
    {"never allow pay when has args.hosts and any h in args.hosts: h == \"evil.example\"", kProved},
    {"never allow pay when has args.hosts and any h in args.hosts: h == \"a.acme.example\"", kRefuted},
    {"never allow pay when has args.hosts and args.hosts.size > 7", kRefuted},
    {"never allow pay when has args.hosts and args.hosts.size > 8", kProved},
    // labels, null, arithmetic that overflows
    {"never allow pay when trust(args.to) < vetted", kRefuted},
    {"never allow pay when trust(args.to) == first_party and sources(args.to) only { agent } and data == public",
     kRefuted},
    {"never allow pay when args.note is null", kRefuted},
    {"never allow pay when args.note is null and not (args.note is null)", kProved},
    {"never allow look when args.n + args.m > 10", kProved},
    {"never allow look when args.n + args.m > 9", kRefuted},
    {"never allow look when args.n > 5 and args.m > 5", kProved},
    {"never allow look when args.n - args.m > 9223372036854775807", kRefuted},  // an overflow is an error, and denies
};

}  // namespace

TEST_CASE("the prover's answers are the known ones") {
    for (const Case& c : kCases) {
        INFO(c.rule);
        const Proof proof = prove_one(std::string(kCommon) + c.rule + "\n");
        INFO(proof.request << proof.reason);
        CHECK(status_name(proof.status) == status_name(c.status));
    }
}

TEST_CASE("a proof that rests on a rule breaks without it") {
    const std::string policy = std::string(kCommon);
    const auto without = [&](const std::string& line) {
        const size_t at = policy.find(line);
        REQUIRE(at != std::string::npos);
        return policy.substr(0, at) + policy.substr(policy.find('\n', at) + 1);
    };
    const std::pair<const char*, const char*> pairs[] = {
        {"block pay when args.amount > 1000.00", "never allow pay when args.amount > 1000.00"},
        {"ask 2 of boss", "never allow pay when args.amount > 100.00 unless signed by 2 of clerk"},
        {"block pay when has args.memo and args.memo starts",
         "never allow pay when has args.memo and args.memo starts \"secret stuff\""},
        {"block pay when has args.hosts",
         "never allow pay when has args.hosts and any h in args.hosts: h == \"evil.example\""},
        {"block pay when state.spent", "never allow pay when state.spent > 2000.00"},
    };
    for (const auto& [rule, claim] : pairs) {
        INFO(rule);
        CHECK(prove_one(policy + claim + "\n").status == Status::Proved);
        CHECK(prove_one(without(rule) + claim + "\n").status == Status::Counterexample);
    }
}

TEST_CASE("what cannot be decided is unknown, and says why") {
    const Proof proof = prove_one(
        std::string(kCommon) + "never allow pay when has args.memo and args.memo matches \"(a|b)*(c|d)+e{3}[^x]?y\"\n");
    CHECK(proof.status == Status::Unknown);
    CHECK(!proof.reason.empty());
    CHECK(proof.tool == "pay");
}

TEST_CASE("a solver that is not there is the environment's failure") {
    prove::ProveOptions options;
    options.solver.program = "/no/such/solver";
    const auto proofs = prove::prove(test::policy_of(std::string(kCommon) + "never allow pay\n"), options);
    REQUIRE(!proofs.ok());
    CHECK(proofs.error().find("/no/such/solver") != std::string::npos);
}

TEST_CASE("tools that decide results stand in nobody's way") {
    const std::string tools = R"(policy p
tool a.t(x: int) read, returns { q: int }
tool b.t(x: int) read
tool c.t(x: int) read
allow anyone to read
after a.t block result when result.q > 1
block b.t when args.x > 3
)";
    CHECK(prove_one(tools + "never allow b.t when args.x > 3\n").status == Status::Proved);
    CHECK(prove_one(tools + "never allow c.t when args.x > 3\n").status == Status::Counterexample);
}

TEST_CASE("a text with a bound has a counterexample too") {
    for (const char* type : {"string max 64", "string min 3", "string min 36 max 36", "string max 6 optional"}) {
        INFO(type);
        const std::string policy = std::string("policy p\ntool p(o: ") + type +
                                   ") write\nallow anyone to p\nnever allow p\n";
        CHECK(prove_one(policy).status == Status::Counterexample);
    }
}
