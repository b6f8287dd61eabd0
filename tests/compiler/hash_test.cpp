// The version hash, in both directions: what may change without changing it, and what may not.
#include <algorithm>
#include <random>
#include <sstream>

#include "tests/catch.h"
#include "tests/compiler/files.h"

namespace remit::test {

namespace {

/// Declarations, each with its continuation lines; `@` lines are alternatives for the tests below.
const std::vector<std::string>& declarations() {
    static const std::vector<std::string> kDeclarations = {
        "tiers dev < stage < prod\n",
        "classes public < internal < confidential < restricted\n",
        "trust untrusted < vetted < first_party\n",
        "role analyst\n",
        "role responder includes analyst\n",
        "role release_manager\n",
        "enum channel { chat, mail < phone }\n",
        "egress saas { \"api.stripe.com:443\", \"*.github.com:443\" }\n",
        "tool crm.lookup(customer: string max 80) read, trust first_party, gives confidential\n",
        "tool payments.refund(order: string, amount: decimal(2) min 0.00 max 5000.00, notify: list<email> max 8 "
        "optional)\n"
        "    write, trust vetted, undo payments.void, about \"gives money back\"\n",
        "tool payments.refunds(items: list<record { order: string, amount: decimal(2) min 0.00 }> max 20)\n"
        "    write, each items as payments.one\n",
        "tool payments.one(order: string, amount: decimal(2) min 0.00) write\n",
        "tool payments.two(order: string, amount: decimal(2) min 0.00) write\n",
        "tool desk.card(customer: string) read, gives internal, returns { email: email, age: int optional }\n",
        "after desk.card block result when has result.age and result.age < 18 because \"minors\"\n",
        "after desk.card redact result.email when session.tier == dev\n",
        "tool payments.void(order: string, reason: string default \"none\") write, trust vetted\n",
        "fact order(id: string) { paid: decimal(2), created: timestamp } fresh 60s\n",
        "allow analyst to crm.lookup\n",
        "allow responder to payments.* including write\n    when session.tier >= stage\n",
        "block payments.* when data >= restricted because \"stays in house\"\n",
        "block payments.refund when args.amount > order(args.order).paid\n",
        "block payments.refund when has args.notify and any n in args.notify: n.domain like \"*.example.org\"\n",
        "risk effect +40 for write\n",
        "risk large +25 for payments.refund when args.amount > 250.00\n",
        "lane high when risk >= 60\n",
        "ask 2 of release_manager when lane == high within 15m with plan, rollback\n",
        "limit 4 parallel per session\n",
        "quota 60 over 1m per tenant for crm.*\n",
        "isolate sandbox by tenant\n",
        "reach saas for payments.*\n",
        "record prompt, plan for write\n",
        "redact args.customer for crm.*\n",
        "retain at least 400d when data >= restricted\n",
        "mark tainted for trust == untrusted, crm.*\n",
        "count refunded = sum args.amount for payments.refund over 24h per session\n",
        "ask owner for payments.refund when state.refunded > 1000.00 within 1h\n",
        "never allow write when session.tier == prod unless signed by 2 of release_manager\n",
        "test \"nothing\" {\n  call crm.lookup(customer: \"c\")\n  expect deny\n}\n",
    };
    return kDeclarations;
}

std::string joined(const std::vector<std::string>& parts, const std::string& name = "acme.support") {
    std::string out = "policy " + name + "\n";
    for (const std::string& p : parts) out += p;
    return out;
}

std::vector<std::string> with_enum_fixed() {
    std::vector<std::string> parts = declarations();
    for (std::string& p : parts)
        if (p.rfind("enum", 0) == 0) p = "enum channel { chat, mail, phone }\n";
    return parts;
}

std::string hash_of(const Files& files, const std::string& main = "main.remit") {
    const Compilation c = compile_files(main, files);
    INFO(messages(c));
    REQUIRE(c.layers.size() == 1);
    return to_text(c.layers[0].hash);
}

std::string hash_of(const std::string& text) { return hash_of(Files{{"main.remit", text}}); }

}  // namespace

TEST_CASE(
    "the hash does not depend on order, repetition, layout, comments, tests, descriptions, files or local names") {
    const std::vector<std::string> parts = with_enum_fixed();
    const std::string base = hash_of(joined(parts));

    SECTION("the order of declarations") {
        std::mt19937 random(11);
        for (int round = 0; round < 25; ++round) {
            std::vector<std::string> shuffled = parts;
            std::shuffle(shuffled.begin(), shuffled.end(), random);
            CHECK(hash_of(joined(shuffled)) == base);
        }
    }
    SECTION("repetition") {
        for (const std::string& p : parts) {
            INFO(p);
            std::vector<std::string> twice = parts;
            twice.push_back(p);
            CHECK(hash_of(joined(twice)) == base);
        }
    }
    SECTION("comments and layout") {
        std::string text;
        for (const std::string& p : parts) {
            std::string spaced = "// " + p.substr(0, 5) + "\n\n";
            bool in_string = false;
            for (char c : p) {
                if (c == '"') in_string = !in_string;
                spaced += c == ' ' && !in_string ? std::string("  ") : std::string(1, c);
            }
            const size_t end = spaced.rfind('\n');
            text += spaced.substr(0, end) + "   // why\n";
        }
        CHECK(hash_of("policy   acme.support // name\n" + text) == base);
    }
    SECTION("files") {
        Files files = {{"main.remit", "policy acme.support\nuse \"a/one.remit\"\nuse \"two.remit\"\n"}};
        for (size_t i = 0; i < parts.size(); ++i) files[i % 2 == 0 ? "a/one.remit" : "two.remit"] += parts[i];
        files["a/one.remit"] += "use \"../two.remit\"\n";
        CHECK(hash_of(files) == base);
    }
    SECTION("tests") {
        std::vector<std::string> without = parts;
        without.pop_back();
        CHECK(hash_of(joined(without)) == base);
    }
    SECTION("descriptions and local names") {
        std::string text = joined(parts);
        const auto swap = [&text](const std::string& from, const std::string& to) {
            const size_t at = text.find(from);
            REQUIRE(at != std::string::npos);
            text.replace(at, from.size(), to);
        };
        swap("gives money back", "returns a payment");
        swap("any n in args.notify: n.domain", "any recipient in args.notify: recipient.domain");
        CHECK(hash_of(text) == base);
    }
    SECTION("the order within lists") {
        std::string text = joined(parts);
        const auto swap = [&text](const std::string& from, const std::string& to) {
            text.replace(text.find(from), from.size(), to);
        };
        swap("with plan, rollback", "with rollback, plan");
        swap("record prompt, plan", "record plan, prompt");
        swap("\"api.stripe.com:443\", \"*.github.com:443\"", "\"*.github.com:443\", \"api.stripe.com:443\"");
        swap("trust == untrusted, crm.*", "crm.*, trust == untrusted");
        CHECK(hash_of(text) == base);
    }
}

TEST_CASE("the hash depends on everything that a decision or a signer depends on") {
    const std::string text = joined(with_enum_fixed());
    const std::string base = hash_of(text);
    const std::pair<const char*, const char*> kChanges[] = {
        {"policy acme.support", "policy acme.suppor"},
        {"dev < stage < prod", "dev < test < stage < prod"},
        {"public < internal", "open < internal"},
        {"untrusted < vetted < first_party", "untrusted < known < vetted < first_party"},
        {"role responder includes analyst", "role responder"},
        {"role analyst\n", "role analyst\nrole nobody\n"},
        {"enum channel { chat, mail, phone }", "enum channel { chat, phone, mail }"},
        {"enum channel { chat, mail, phone }", "enum channel { chat < mail < phone }"},
        {"api.stripe.com:443", "api.stripe.com:80"},
        {"customer: string max 80", "customer: string max 81"},
        {"customer: string max 80", "customer: string"},
        {"read, trust first_party", "read, trust vetted"},
        {"gives confidential", "gives internal"},
        {"min 0.00 max 5000.00", "min 0.00 max 5000.01"},
        {"list<email> max 8 optional", "list<email> max 9 optional"},
        {"default \"none\"", "default \"some\""},
        {"write, trust vetted, undo payments.void", "write, destructive, trust vetted, undo payments.void"},
        {", undo payments.void", ""},
        {"fresh 60s", "fresh 61s"},
        {"each items as payments.one", "each items as payments.two"},
        {", each items as payments.one", ""},
        {"returns { email: email, age: int optional }", "returns { email: email, age: int min 1 optional }"},
        {"result.age < 18", "result.age < 19"},
        {"redact result.email when session.tier == dev", "redact result.age when session.tier == dev"},
        {"after desk.card block result when has result.age and result.age < 18 because \"minors\"\n", ""},
        {"\n    write, each items as", "\n    write, returns { n: int }, each items as"},
        {"created: timestamp }", "created: timestamp, closed: bool }"},
        {"allow analyst to crm.lookup", "allow responder to crm.lookup"},
        {"session.tier >= stage", "session.tier > stage"},
        {"session.tier >= stage", "session.tier >= prod"},
        {"stays in house", "stays at home"},
        {"args.amount > order(args.order).paid", "args.amount >= order(args.order).paid"},
        {"*.example.org", "*.example.com"},
        {"any n in", "all n in"},
        {"+40", "+41"},
        {"risk large", "risk big"},
        {"> 250.00", "> 250.01"},
        {"risk >= 60", "risk >= 61"},
        {"ask 2 of", "ask 3 of"},
        {"within 15m", "within 16m"},
        {"with plan, rollback", "with plan"},
        {"limit 4", "limit 5"},
        {"parallel per session", "parallel per tenant"},
        {"quota 60 over 1m", "quota 60 over 2m"},
        {"isolate sandbox", "isolate microvm"},
        {"by tenant", "by session"},
        {"reach saas for payments.*", "reach saas for payments.refund"},
        {"record prompt, plan", "record prompt"},
        {"redact args.customer for crm.*\n", ""},
        {"at least 400d", "at least 401d"},
        {"mark tainted", "mark dirty"},
        {"over 24h per session", "over 23h per session"},
        {"state.refunded > 1000.00", "state.refunded > 999.99"},
        {"unless signed by 2 of", "unless signed by 1 of"},
        {"when session.tier == prod unless", "when session.tier != dev unless"},
    };
    std::map<std::string, std::string> seen = {{base, "the policy itself"}};
    for (const auto& [from, to] : kChanges) {
        INFO(from << " -> " << to);
        std::string changed = text;
        const size_t at = changed.find(from);
        REQUIRE(at != std::string::npos);
        changed.replace(at, std::string(from).size(), to);
        const auto [it, is_new] = seen.emplace(hash_of(changed), to);
        INFO("same hash as: " << it->second);
        CHECK(is_new);
    }
}

TEST_CASE("a rule's identity is its own: another rule's change does not touch it") {
    const std::string text = joined(with_enum_fixed());
    const auto ids = [](const std::string& t) {
        const Compilation c = compile_files("m", Files{{"m", t}});
        REQUIRE(c.layers.size() == 1);
        std::map<std::string, int> out;
        for (const RuleInfo& r : c.layers[0].rules) ++out[hex(r.id)];
        return out;
    };
    std::string changed = text;
    changed.replace(changed.find("+40"), 3, "+41");
    const auto before = ids(text), after = ids(changed);
    size_t shared = 0;
    for (const auto& [id, n] : before) shared += after.count(id);
    CHECK(before.size() == after.size());
    CHECK(shared == before.size() - 1);
}

}  // namespace remit::test
