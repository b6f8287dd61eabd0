#include "tests/syntax/helpers.h"

using namespace remit;

namespace {

/// A guard's tree.
std::string guard(const std::string& text) {
    std::string tree = tree_of("block * when " + text);
    const std::string head = "(block (for (glob *)) (when ";
    REQUIRE(tree.compare(0, head.size(), head) == 0);
    return tree.substr(head.size(), tree.size() - head.size() - 2);
}

}  // namespace

TEST_CASE("the whole example policy parses as it should") {
    Parsed p = parse(read_data("whole.remit"));
    CHECK(p.reports == std::vector<std::string>{});
    CHECK(p.file.decls.size() == 46);
    CHECK(p.tree == read_data("whole.ast"));
}

TEST_CASE("every verb has its tree") {
    CHECK(tree_of("allow analyst, responder to crm.lookup, payments.* including write when session.tier >= stage "
                  "because \"a\"") ==
          "(allow analyst responder (for (tool crm.lookup) (glob payments.*)) including-write (when (>= (. session "
          "tier) stage)) (because \"a\"))");
    CHECK(tree_of("block shell.* & write, trust < vetted when state.tainted except session.tier == dev") ==
          "(block (for (& (glob shell.*) write) (trust < vetted)) (when (. state tainted)) (except (== (. session "
          "tier) dev)))");
    CHECK(tree_of("risk large +25 for \"odd name\"") == "(risk large (number 25) (for (tool \"odd name\")))");
    CHECK(tree_of("lane high when risk >= 70") == "(lane high (when (>= risk 70)))");
    CHECK(tree_of("ask 2 of lead for write when risk > 1 within 15m with plan, rollback") ==
          "(ask (by (of 2 lead)) (for write) (when (> risk 1)) (within 15m) (with plan rollback))");
    CHECK(tree_of("ask owner within 1h30m") == "(ask (by owner) (within 1h30m))");
    CHECK(tree_of("limit 4 parallel per session for crm.*") == "(limit (number 4) (for (glob crm.*)) (per session))");
    CHECK(tree_of("limit 4 parallel for crm.* per session") == "(limit (number 4) (for (glob crm.*)) (per session))");
    CHECK(tree_of("quota 60 over 1m per tenant for crm.* when data > public") ==
          "(quota (number 60) (for (glob crm.*)) (when (> data public)) (over 1m) (per tenant))");
    CHECK(tree_of("isolate sandbox for destructive & open, idempotent, read") ==
          "(isolate (level sandbox) (for (& destructive open) idempotent read))");
    CHECK(tree_of("isolate by tenant, lane") == "(isolate tenant lane)");
    CHECK(tree_of("isolate microvm by session") == "(isolate session (level microvm))");
    CHECK(tree_of("reach saas for payments.*") == "(reach saas (for (glob payments.*)))");
    CHECK(tree_of("record prompt, plan for write") == "(record prompt plan (for write))");
    CHECK(tree_of("redact args.customer.name for crm.*") ==
          "(redact (path (. (. args customer) name)) (for (glob crm.*)))");
    CHECK(tree_of("retain at least 400d at most 800d when data >= restricted") ==
          "(retain (at-least 400d) (at-most 800d) (when (>= data restricted)))");
    CHECK(tree_of("retain at most 1w") == "(retain (at-most 1w))");
    CHECK(tree_of("mark tainted for trust == untrusted") == "(mark tainted (for (trust == untrusted)))");
    CHECK(tree_of("count calls = number for crm.* over 1h per session") ==
          "(count calls number (for (glob crm.*)) (over 1h) (per session))");
    CHECK(tree_of("count spent = sum args.a + args.b over 1h per tenant") ==
          "(count spent (sum (+ (. args a) (. args b))) (over 1h) (per tenant))");
    CHECK(tree_of("count people = distinct args.to max 100 for mail.send over 1d per session") ==
          "(count people (number 100) (distinct (. args to)) (for (tool mail.send)) (over 1d) (per session))");
    CHECK(tree_of("never allow write & gives >= internal when session.tier == prod unless signed by 2 of lead because "
                  "\"b\"") ==
          "(never (for (& write (gives >= internal))) (when (== (. session tier) prod)) (unless-signed-by (of 2 lead)) "
          "(because \"b\"))");
}

TEST_CASE("declarations have their trees") {
    CHECK(tree_of("policy team.web under acme.platform from \"p.remit\" pinned \"sha256:00\"") ==
          "(policy team.web (under acme.platform) (from \"p.remit\") (pinned \"sha256:00\"))");
    CHECK(tree_of("enum mode { fast, slow }\nenum size { s < m < l }\nlanes a < b") ==
          "(enum mode (one-of fast slow))\n(enum size (< s m l))\n(lanes a b)");
    CHECK(tree_of("tool \"x-y/z\"(\"odd-name\": string optional, l: list<set<int> max 3> optional max 8, n: int "
                  "default -1 max 9 min -5 or null,\n"
                  "  m: mode in {fast, slow} default fast, r: record { a: decimal(2), b: any optional }) write, "
                  "destructive, open, about \"t\"") ==
          "(tool \"x-y/z\" (params (\"odd-name\" string optional) (l (list (set int max 3) max 8) optional) "
          "(n int (min (negate 5)) (max 9) or-null (default (negate 1))) (m mode (in (set fast slow)) (default fast)) "
          "(r (record (a (decimal 2)) (b any optional)))) write destructive open (about \"t\"))");
    CHECK(tree_of("tool ping()") == "(tool ping (params))");
    CHECK(tree_of("fact order(id: string,) {\n  paid: decimal(2),\n} fresh 60s") ==
          "(fact order (keys (id string)) (fields (paid (decimal 2))) (fresh 60s))");
}

TEST_CASE("precedence, loosest first: quantifier body, or, and, not, comparison, sum, product, minus, postfix") {
    CHECK(guard("a or b and not c == d") == "(or a (and b (not (== c d))))");
    CHECK(guard("a and b and c or d or e") == "(or (and a b c) d e)");
    CHECK(guard("(a or b) and c") == "(and (or a b) c)");
    CHECK(guard("not not a and b") == "(and (not (not a)) b)");
    CHECK(guard("a + 2 * b - -c >= 3 * (d + 1)") == "(>= (- (+ a (* 2 b)) (negate c)) (* 3 (+ d 1)))");
    CHECK(guard("a - b - c < 0") == "(< (- (- a b) c) 0)");
    CHECK(guard("any n in args.to: trust(n) < vetted and x or y") ==
          "(any n (. args to) (or (and (< (call trust n) vetted) x) y))");
    CHECK(guard("a and not any n in xs: b or c") == "(and a (not (any n xs (or b c))))");
    CHECK(guard("(all n in xs: n == 1) and b") == "(and (all n xs (== n 1)) b)");
    CHECK(guard("count(v in xs: v > 1) >= 2 and sum(v in xs: v) < 9") ==
          "(and (>= (count-of v xs (> v 1)) 2) (< (sum-of v xs v) 9))");
    CHECK(guard("has args.x and args.x is not null and args.y is null") ==
          "(and (has (. args x)) (not (is-null (. args x))) (is-null (. args y)))");
    CHECK(guard("order(args.id, 2).paid > 1.50") == "(> (. (call order (. args id) 2) paid) 1.50)");
    CHECK(guard("crm.account(args.id).open") == "(. (call crm.account (. args id)) open)");
    CHECK(guard("args.xs.size == 0 or {a, b} only {a} or {} meets xs") ==
          "(or (== (. (. args xs) size) 0) (only (set a b) (set a)) (meets (set) xs))");
    CHECK(guard("args.p inside \"/srv\" and args.u on saas and args.s like \"a*\" and args.s starts \"a\" and args.s "
                "ends \"b\"") ==
          "(and (inside (. args p) \"/srv\") (on (. args u) saas) (like (. args s) \"a*\") (starts (. args s) \"a\") "
          "(ends (. args s) \"b\"))");
    CHECK(guard("args.s contains \"x\" or args.s matches \"\\\\d+\" or args.i in { \"10.0.0.0/8\" }") ==
          "(or (contains (. args s) \"x\") (matches (. args s) \"\\\\d+\") (in (. args i) (set \"10.0.0.0/8\")))");
    CHECK(guard("context.time < 2026-11-20T09:00:00.5+01:00 and true != false") ==
          "(and (< (. context time) 2026-11-20T09:00:00.5+01:00) (!= true false))");
    CHECK(guard("lead in session.roles") == "(in lead (. session roles))");
}

TEST_CASE("words are reserved only where they are expected") {
    CHECK(guard("args.when == all and args.in.not.for == risk") ==
          "(and (== (. args when) all) (== (. (. (. args in) not) for) risk))");
    CHECK(guard("any any in all: any == any") == "(any any all (== any any))");
    CHECK(tree_of("tool tool.allow(when: string, in: int, list: bool) read") ==
          "(tool tool.allow (params (when string) (in int) (list bool)) read)");
    CHECK(tree_of("allow to, role to read.write, trust.me") ==
          "(allow to role (for (tool read.write) (tool trust.me)))");
    CHECK(tree_of("enum mode { call, ask, in, not, list }") == "(enum mode (one-of call ask in not list))");
    CHECK(tree_of("mark mark for *") == "(mark mark (for (glob *)))");
}

TEST_CASE("layout: column 0, comments, closers, line ends, byte order mark") {
    CHECK(
        tree_of(
            "\xEF\xBB\xBF// c\r\nallow a to b\r\n  // a comment does not end it\r\n  when c\r\n\r\nmark m // m\r\n") ==
        "(allow a (for (tool b)) (when c))\n(mark m)");
    CHECK(tree_of("test \"t\" {\n  call a()\n// at column 0\n}\nmark m") == "(test \"t\" (call a (args)))\n(mark m)");
    CHECK(tree_of("") == "");
    CHECK(tree_of("// nothing\n\n   \n") == "");
    CHECK(tree_of("mark m for * because \"// no comment { ( \\\" \\u{e9}\\n\"") ==
          "(mark m (for (glob *)) (because \"// no comment { ( \\\" \xC3\xA9\\n\"))");
}

TEST_CASE("test blocks") {
    const char* text =
        "test \"t\" {\n"
        "  session { role a b, role c, tier prod, tenant \"acme\", scope payments.*, crm.* , revoked false, expires "
        "2026-11-20T09:00:00Z, }\n"
        "  state { tainted, saw_secrets false, refunded 300.00, debt -1, high_water confidential }\n"
        "  context { time 2026-11-20T09:00:00Z, isolation sandbox }\n"
        "  fact order(\"A-1\") { paid: 400.00, open: null } as of 2026-11-20T09:00:00Z\n"
        "  call payments.refund(order: \"A-1\" from user, notify: [\"a@x\" from user, \"b@y\" from web.fetch class "
        "public],\n"
        "    body: {k: \"v\", \"a b\": [-1, 2.5]} class internal, many: 1 from {agent, \"odd tool\"}, other: null, "
        "mode: fast) data confidential\n"
        "  signed by \"alice@x\" as release_manager, lead agent with plan, rollback\n"
        "  signed by \"bob@x\"\n"
        "  expect ask owner and 2 of release_manager, risk 95, not reach saas, record a b, because \"text\", isolate "
        "sandbox by tenant,\n"
        "    retain at least 400d, mark tainted\n"
        "}";
    CHECK(tree_of(text) ==
          "(test \"t\" (session (role a b) (role c) (tier prod) (tenant \"acme\") (scope \"payments.*\" \"crm.*\") "
          "(revoked false) "
          "(expires 2026-11-20T09:00:00Z)) (state (tainted) (saw_secrets false) (refunded 300.00) (debt (negate 1)) "
          "(high_water confidential)) "
          "(context (time 2026-11-20T09:00:00Z) (isolation sandbox)) "
          "(fact order (key \"A-1\") (fields (paid 400.00) (open null)) (as-of 2026-11-20T09:00:00Z)) "
          "(call payments.refund (args (order (label \"A-1\" (from user))) "
          "(notify (list (label \"a@x\" (from user)) (label \"b@y\" (from web.fetch) (class public)))) "
          "(body (label (record (k \"v\") (\"a b\" (list (negate 1) 2.5))) (class internal))) "
          "(many (label 1 (from agent \"odd tool\"))) (other null) (mode fast)) (data confidential)) "
          "(signed \"alice@x\" (as release_manager lead) agent (with plan rollback)) (signed \"bob@x\") "
          "(expect ask owner (of 2 release_manager)) (expect risk 95) (not reach saas) (expect record a b) (expect "
          "because \"text\") "
          "(expect isolate sandbox by tenant) (expect retain at least 400d) (expect mark tainted))");
    CHECK(tree_of("test \"t\" { expect ask state { a } call x() expect deny session { b } }") ==
          "(test \"t\" (session (b)) (state (a)) (call x (args)) (expect ask) (expect deny))");
}

TEST_CASE("a line of the REPL") {
    auto call = [](const std::string& text, ast::TestCall& out) {
        Parsed p;
        FileId id = p.sources.add("repl", text);
        bool ok = parse_call(p.sources, id, p.diagnostics, out).has_value();
        CHECK(ok == !p.diagnostics.has_errors());
        return ok;
    };
    ast::TestCall out;
    CHECK(call("  payments.refund(order: \"A-1\", amount: 300 from user) data confidential", out));
    CHECK(out.tool.text == "payments.refund");
    CHECK(out.args.size() == 2);
    CHECK(out.args[1].value.sources.size() == 1);
    CHECK(out.data->text == "confidential");
    ast::TestCall other;
    CHECK(call("call \"odd tool\"()", other));
    CHECK(other.tool.text == "odd tool");
    CHECK(call("call(a:\n1)", other));
    CHECK(other.tool.text == "call");
    CHECK_FALSE(call("", other));
    CHECK_FALSE(call("a.b(", other));
    CHECK_FALSE(call("a.b() c.d()", other));
    CHECK_FALSE(call("a(b: \"\\q\")", other));
}

TEST_CASE("spans point at what they name") {
    std::string text = "mark a\n\nallow x to crm.*\n  when a.b == \"c\" because \"d\"\n// end\n";
    Parsed p = parse(text);
    auto cut = [&](Span s) { return text.substr(s.begin, s.end - s.begin); };
    REQUIRE(p.file.decls.size() == 2);
    CHECK(cut(p.file.decls[1].span) == "allow x to crm.*\n  when a.b == \"c\" because \"d\"");
    const auto& rule = std::get<ast::Rule>(p.file.decls[1].body);
    CHECK(cut(rule.head) == "allow");
    CHECK(cut(rule.names[0].span) == "x");
    CHECK(cut(rule.selector.span) == "crm.*");
    CHECK(cut(p.file.expr(rule.when).span) == "a.b == \"c\"");
    CHECK(cut(p.file.expr(p.file.expr(rule.when).kids[0]).span) == "a.b");
    CHECK(cut(rule.because->span) == "\"d\"");
}
