// One line of a common policy changed: which kinds of change must be found, in both directions.
#include "host/diff/diff.h"

#include <set>

#include "tests/catch.h"
#include "tests/prove/subject.h"

using namespace remit;
using diff::Change;
using diff::ChangeKind;
using diff::Difference;
using diff::Relation;

namespace {

constexpr const char* kLines[] = {
    "policy test.diff",
    "role clerk",
    "role boss",
    "egress bank { \"api.bank.example:443\" }",
    "tool pay(to: string, amount: decimal(2) min 0.00) write, trust vetted",
    "tool look(n: int) read, trust vetted",
    "allow clerk to pay, look",
    "block pay when args.amount > 1000.00",
    "risk big +30 for pay when args.amount > 500.00",
    "lane high when risk >= 30",
    "ask 2 of boss for pay when args.amount > 100.00 within 1h with plan",
    "limit 4 parallel per session for pay",
    "quota 60 over 1m per tenant for pay",
    "isolate sandbox by tenant for pay",
    "reach bank for pay",
    "record plan, checksum for pay",
    "redact args.to for pay",
    "retain at least 30d for pay",
    "mark paid for pay",
    "never allow pay when args.amount > 500.00 unless signed by 2 of boss",
};

/// The policy with the line that begins with `line` replaced by `by`.
std::string policy_with(const std::string& line = "", const std::string& by = "") {
    std::string out;
    bool found = line.empty();
    for (const std::string one : kLines) {
        const bool here = !line.empty() && one.starts_with(line);
        found = found || here;
        out += (here ? by : one) + "\n";
    }
    REQUIRE(found);
    return out;
}

Difference difference(const std::string& before, const std::string& after) {
    diff::DiffOptions options;
    options.solver.program = test::solver();
    auto out = diff::compare(test::policy_of(before), test::policy_of(after), options);
    REQUIRE(out.ok());
    return std::move(*out);
}

std::set<std::string> words(const Difference& d, bool looser) {
    std::set<std::string> out;
    for (const Change& c : d.changes)
        if (c.looser == looser) out.insert(std::string(row_of(c.kind).word));
    return out;
}

using Kinds = std::set<std::string>;
struct Case {
    const char *line, *by;
    Kinds looser;
    Relation relation;
};

}  // namespace

TEST_CASE("each kind of change is found, and turned round it is the opposite") {
    const Case cases[] = {
        {"block pay", "", {"deny-ask"}, Relation::Looser},
        {"block pay", "block pay when args.amount > 2000.00", {"deny-ask"}, Relation::Looser},
        {"allow clerk", "allow anyone to pay, look", {"deny-allow", "deny-ask"}, Relation::Looser},
        {"ask 2",
         "ask boss for pay when args.amount > 100.00 within 1h with plan",
         {"quorum", "never"},
         Relation::Looser},
        {"ask 2", "ask 2 of boss for pay when args.amount > 100.00 within 2h with plan", {"window"}, Relation::Looser},
        {"ask 2", "ask 2 of boss for pay when args.amount > 100.00 within 1h", {"evidence"}, Relation::Looser},
        {"ask 2",
         "ask 2 of boss for pay when args.amount > 200.00 within 1h with plan",
         {"ask-allow"},
         Relation::Looser},
        {"limit 4", "limit 5 parallel per session for pay", {"limit"}, Relation::Looser},
        {"quota 60", "", {"limit"}, Relation::Looser},
        {"isolate", "isolate process by tenant for pay", {"isolation"}, Relation::Looser},
        {"isolate", "isolate sandbox for pay", {"isolation"}, Relation::Looser},
        {"record", "record plan for pay", {"record"}, Relation::Looser},
        {"redact", "", {"redact"}, Relation::Looser},
        {"retain", "retain at least 20d for pay", {"retention"}, Relation::Looser},
        {"mark", "mark paid for pay when args.amount > 1.00", {"state"}, Relation::Looser},
        {"risk big", "risk big +29 for pay when args.amount > 500.00", {"risk", "lane"}, Relation::Equivalent},
        {"never", "", {}, Relation::Equivalent},  // the ask already implies it
    };
    for (const Case& c : cases) {
        INFO(c.line << " -> " << c.by);
        const std::string before = policy_with(), after = policy_with(c.line, c.by);
        const Difference there = difference(before, after), back = difference(after, before);
        for (const std::string& u : there.unknown) UNSCOPED_INFO(u);
        Kinds expected = c.looser;
        if (std::string(c.line) == "ask 2" && expected.contains("never")) {
            // fewer signatures are wanted, and the `never` starts to deny
            expected.erase("never");
            CHECK(words(there, false) == Kinds{"never"});
            CHECK(there.relation() == Relation::Both);
            CHECK(words(there, true) == expected);
            continue;
        }
        CHECK(words(there, true) == expected);
        CHECK(words(there, false) == Kinds{});
        CHECK(relation_name(there.relation()) == relation_name(c.relation));
        CHECK(words(back, false) == expected);
        CHECK(words(back, true) == Kinds{});
    }
}

TEST_CASE("one egress profile fewer is wider, no way at all is narrower") {
    const std::string two = policy_with(
        "reach", "reach bank for pay\negress other { \"*.other.example:443\" }\nreach other for pay");
    CHECK(words(difference(two, policy_with()), true) == Kinds{"egress"});
    CHECK(words(difference(policy_with(), policy_with("reach", "")), false) == Kinds{"egress"});
}

TEST_CASE("order, layout and what a rule could never add make no difference") {
    CHECK(difference(policy_with(), policy_with()).relation() == Relation::Equivalent);
    const Difference d = difference(policy_with(), policy_with() + "block pay when args.amount > 3000.00\n");
    CHECK(d.relation() == Relation::Equivalent);
    CHECK(d.compared == 1);
    CHECK(d.rules_after == 1);
}

TEST_CASE("stricter here and looser there is both") {
    const std::string after = policy_with("block pay", "block pay when args.amount > 900.00\nallow boss to look");
    const Difference d = difference(policy_with(), after);
    CHECK(d.relation() == Relation::Both);
    for (const Change& c : d.changes) CHECK((!c.only_before.empty() || !c.only_after.empty()));
}

TEST_CASE("declarations that differ are listed, and leave the answer open") {
    const Difference d = difference(policy_with(),
                                    policy_with("tool look", "tool look(n: int, m: int) read, trust vetted"));
    CHECK(d.relation() == Relation::Unknown);
    CHECK(!d.declarations.empty());
    const Difference more = difference(policy_with(), policy_with() + "tool extra(n: int) read\n");
    REQUIRE(more.declarations.size() == 1);
    CHECK(more.declarations[0] == "tool extra is new");
    CHECK(more.relation() == Relation::Equivalent);
}

TEST_CASE("rules about results are not compared, and that is said") {
    const std::string tools = R"(policy p
tool a.t(x: int) read, returns { q: int }
tool b.t(x: int) read, returns { q: int }
allow anyone to read
)";
    const std::string results = "after a.t block result when result.q > 1\n", block = "block b.t when args.x > 3\n";
    CHECK(difference(tools + results, tools).relation() == diff::Relation::Unknown);
    CHECK(difference(tools, tools + results).relation() == diff::Relation::Unknown);
    CHECK(difference(tools + results, tools + results).relation() == diff::Relation::Equivalent);
    CHECK(difference(tools + results + block, tools + results).relation() == diff::Relation::Looser);
}
