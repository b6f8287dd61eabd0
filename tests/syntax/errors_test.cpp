#include <set>

#include "compiler/source/diagnostic_table.h"
#include "tests/syntax/helpers.h"
#include "vm/program/limits.h"

using namespace remit;
using Reports = std::vector<std::string>;

TEST_CASE("each broken declaration is reported at its place, and the others are kept") {
    Parsed p = parse(
        "policy a\n"
        "allow analyst payments.*\n"
        "mark good\n"
        "block * when a == \n"
        "  because \"x\"\n"
        "frob x\n"
        "risk r 40\n"
        "ask owner within soon\n"
        "mark fine\n");
    CHECK(p.reports == Reports{
                           "2:15 R0004 expected `to` or `,`, found `payments.*`",
                           "5:11 R0004 expected an operator, a clause such as `for`, `when` or `because` or the end of "
                           "the declaration, found `\"x\"`",
                           "6:1 R0004 no declaration begins with `frob`",
                           "7:8 R0004 expected `+`, found `40`",
                           "8:18 R0004 expected a duration such as `15m`, found `soon`",
                       });
    CHECK(p.tree == "(policy a)\n(mark good)\n(mark fine)\n");
}

TEST_CASE("messages name what could stand there") {
    CHECK(report_of("allow a to x foo") ==
          "1:14 R0004 expected `,`, a clause such as `for`, `when` or `because` or the end of the declaration, found "
          "`foo`");
    CHECK(report_of("block * when") == "1:13 R0004 expected an expression, found the end of the declaration");
    CHECK(report_of("isolate sandbox for") ==
          "1:20 R0004 expected a tool, a pattern of tools, `read`, `write`, `trust` or `gives`, found the end of the "
          "declaration");
    CHECK(report_of("tool a(x string) read") == "1:10 R0004 expected `:`, found `string`");
    CHECK(report_of("tool a(x: list<int) read") == "1:15 R0004 `<` is not closed");
    CHECK(report_of("enum a { b }x") == "1:13 R0004 expected the end of the declaration, found `x`");
    CHECK(report_of("block * when a < b < c") == "1:20 R0004 comparisons do not chain");
    CHECK(report_of("block * when 12ab > 1") == "1:14 R0004 expected an expression, found `12ab`");
    CHECK(report_of("block * when \xC3\xA9 > 1") == "1:14 R0004 expected an expression, found `\xC3\xA9`");
    CHECK(report_of("block * when (1)(2)") == "1:17 R0004 only a name can be called");
    CHECK(report_of("block * when f(a: b)") ==
          "1:14 R0004 `:` in a call is for `count(x in list: ...)` and `sum(x in list: ...)`");
    CHECK(report_of("block trust") == "1:7 R0004 `trust` needs a comparison");
    CHECK(report_of("block data > public") == "1:7 R0004 a selector cannot compare `data`");
    CHECK(report_of("block * because \"a\\qb\"") == "1:19 R0004 not an escape");
    CHECK(report_of("block * because \"\\u{d800}\"") == "1:18 R0004 not an escape");
    CHECK(report_of("tool a(x: list<set<int>) read") == "1:15 R0004 `<` is not closed");
    CHECK(report_of("tool a(x: int>) read") == "1:14 R0004 this `>` closes no `list<` or `set<`");
    CHECK(report_of("tool a(x: list<int max 3>) read") == "1:20 R0004 `max` inside `<>` belongs to an inner list");
    CHECK(report_of("tool a(x: list<int> max q) read") == "1:25 R0004 the `max` of a list is a whole number");
    CHECK(report_of("test \"t\" { session { \"a\" } }") == "1:22 R0004 a setting begins with its name");
}

TEST_CASE("help for what people try") {
    auto help = [](const std::string& text) {
        Parsed p = parse(text);
        INFO(text);
        REQUIRE(p.helps.size() == 1);
        return p.helps[0];
    };
    CHECK(help("block * when args.a*2 > 1") == "put spaces around `*` to multiply: `a * b`");
    CHECK(help("block * when 2 * a*b > 1") == "put spaces around `*` to multiply: `a * b`");
    CHECK(help("block * when a = 1") == "equality is written `==`");
    CHECK(help("block * when a && b") == "in a guard write `and`; `&` joins the parts of a selector");
    CHECK(help("block * when !a") == "write `not`, or `!=` in one piece");
    CHECK(help("block * when a == 'b'") == "strings are written with double quotes");
    CHECK(help("block * when a == because \"b\"") == "an expression is missing before `because`");
    CHECK(help("block * \"why\"") == "a reason begins with `because`");
    CHECK(help("block * when a not in b") == "write `not x in ...`");
}

TEST_CASE("layout errors") {
    CHECK(report_of("block * because \"no end\nmark m") == "1:17 R0004 the string is not closed on its line");
    CHECK(report_of("tool a(x: int") == "1:7 R0004 `(` is not closed");
    CHECK(report_of("test \"t\" {\n  call a(\n}") == "3:1 R0004 `}` cannot close `(`");
    CHECK(report_of("}\nmark m") == "1:1 R0004 `}` closes nothing");
    Parsed p = parse("  mark m ( ( \n  mark n\nmark o");
    CHECK(p.reports == Reports{"1:3 R0008 the file begins with an indented line"});
    CHECK(p.tree == "(mark o)\n");
}

TEST_CASE("clauses: order, repetition, belonging, need") {
    CHECK(report_of("block * because \"a\" when b") == "1:21 R0009 `when` comes after `because`");
    CHECK(report_of("mark m when a for *") == "1:15 R0009 `for` comes after `when`");
    CHECK(report_of("limit 4 parallel for a.* per session when b") == "1:38 R0009 `when` comes after `per`");
    CHECK(report_of("block * when a when b") == "1:16 R0010 `when` is given twice");
    CHECK(report_of("retain at least 1d at least 2d") == "1:20 R0010 `at least` is given twice");
    CHECK(report_of("tool a() read, read") == "1:16 R0010 `read` is given twice");
    CHECK(report_of("tool a() trust x, trust y") == "1:19 R0010 `trust` is given twice");
    CHECK(report_of("tool a(x: int optional optional) read") == "1:24 R0010 `optional` is given twice");
    CHECK(report_of("block * including write") == "1:9 R0011 `including write` does not belong to `block`");
    CHECK(report_of("allow a to b for c") == "1:14 R0011 `for` does not belong to `allow`");
    CHECK(report_of("mark m within 1h") == "1:8 R0011 `within` does not belong to `mark`");
    CHECK(report_of("block * unless signed by owner") == "1:9 R0011 `unless` does not belong to `block`");
    CHECK(report_of("ask owner when a") == "1:1 R0012 `ask` needs `within`");
    CHECK(report_of("limit 4 parallel") == "1:1 R0012 `limit` needs `per`");
    CHECK(report_of("quota 4 per session") == "1:1 R0012 `quota` needs `over`");
    CHECK(parse("count c = number").reports ==
          Reports{"1:1 R0012 `count` needs `over`", "1:1 R0012 `count` needs `per`"});
    CHECK(parse("block * when a when b\nmark m").tree == "(mark m)\n");
}

TEST_CASE("every R00xx row is provoked") {
    std::string many;
    for (size_t i = 0; i <= limits::kMaxDecls; ++i) many += "mark m\n";
    std::vector<std::pair<const char*, std::string>> cases = {
        {"R0001", std::string(limits::kMaxSourceBytes + 1, ' ')},
        {"R0002", "mark \xFF"},
        {"R0003", std::string("mark m\0", 7)},
        {"R0004", "frob"},
        {"R0005", "block * when " + std::string(limits::kMaxNesting + 1, '(')},
        {"R0006", "mark m " + std::string(limits::kMaxDeclBytes, 'x')},
        {"R0007", many},
        {"R0008", " mark m"},
        {"R0009", "mark m when a for *"},
        {"R0010", "mark m for * for *"},
        {"R0011", "mark m per x"},
        {"R0012", "ask owner"},
    };
    std::set<std::string> provoked;
    for (auto& [code, text] : cases) {
        Parsed p = parse(std::move(text));
        REQUIRE(p.reports.size() == 1);
        INFO(p.reports[0]);
        CHECK(p.reports[0].find(code) != std::string::npos);
        CHECK(p.tree.empty());
        provoked.insert(code);
    }
    for (const DiagnosticRow& row : diagnostic_rows()) {
        if (row.code.substr(0, 3) != "R00") continue;
        INFO(row.code);
        CHECK(provoked.count(std::string(row.code)) == 1);
    }
}
