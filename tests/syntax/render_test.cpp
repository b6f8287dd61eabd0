#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/source/diagnostic_table.h"
#include "compiler/source/render.h"
#include "tests/syntax/helpers.h"
#include "vm/program/limits.h"

using namespace remit;

namespace {

const char* kText = "mark m\nblock * when \t\xC3\xA9 < 1\ntest \"t\" {\n  call a(\n}\n";

}  // namespace

TEST_CASE("human form shows the line and the place") {
    Parsed p = parse(kText);
    CHECK(render_human(p.sources, p.diagnostics, false) ==
          "t.remit:2:15: error[R0004]: expected an expression, found `\xC3\xA9`\n"
          "    2 | block * when  \xC3\xA9 < 1\n"
          "      |               ^\n"
          "t.remit:5:1: error[R0004]: `}` cannot close `(`\n"
          "    5 | }\n"
          "      | ^\n"
          "t.remit:4:9: note: opened here\n"
          "    4 |   call a(\n"
          "      |         ^\n"
          "2 errors\n");
    CHECK(render_human(p.sources, p.diagnostics, true).find("\x1b[1;31m") != std::string::npos);
    Parsed wide = parse("ask owner within sooner // x");
    CHECK(render_human(wide.sources, wide.diagnostics, false).find("|                  ^~~~~~\n") != std::string::npos);
    Parsed helped = parse("block * when a = b");
    CHECK(render_human(helped.sources, helped.diagnostics, false).find("      help: equality is written `==`\n") !=
          std::string::npos);
    Parsed fine = parse("mark m");
    CHECK(render_human(fine.sources, fine.diagnostics, false).empty());
}

TEST_CASE("an endless line is cut around the place") {
    Parsed p = parse("block * when " + std::string(5000, 'a') + " $ " + std::string(5000, 'b'));
    std::string out = render_human(p.sources, p.diagnostics, false);
    CHECK(out.size() < 800);
    CHECK(out.find("$") != std::string::npos);

    std::string accents;
    for (int i = 0; i < 300; ++i) accents += "\xC3\xA9";
    p = parse("block * when \"" + accents + "\" $ " + accents);
    out = render_human(p.sources, p.diagnostics, false);
    const size_t line = out.find('\n') + 1, carets = out.find('\n', line) + 1;
    const std::string shown = out.substr(line, carets - line), before = shown.substr(0, shown.find('$'));
    const auto columns = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; });
    CHECK(shown.find("\xA9...\n") != std::string::npos);
    CHECK(static_cast<size_t>(columns) == out.find('^', carets) - carets);  // under it, in code points
}

TEST_CASE("json, sarif, junit and github forms") {
    Parsed p = parse(kText);
    auto json = nlohmann::json::parse(render_json(p.sources, p.diagnostics));
    REQUIRE(json.size() == 2);
    CHECK(json[0]["code"] == "R0004");
    CHECK(json[0]["severity"] == "error");
    CHECK(json[0]["line"] == 2);
    CHECK(json[0]["column"] == 15);
    CHECK(json[0]["end_column"] == 16);
    CHECK(json[1]["notes"][0]["line"] == 4);

    auto sarif = nlohmann::json::parse(render_sarif(p.sources, p.diagnostics));
    CHECK(sarif["version"] == "2.1.0");
    auto run = sarif["runs"][0];
    CHECK(run["tool"]["driver"]["rules"].size() == 1);
    CHECK(run["results"][1]["ruleId"] == "R0004");
    CHECK(run["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 5);

    std::string junit = render_junit(p.sources, p.diagnostics);
    CHECK(junit.find("tests=\"1\" failures=\"1\"") != std::string::npos);
    CHECK(junit.find("<failure type=\"R0004\"") != std::string::npos);

    std::string github = render_github(p.sources, p.diagnostics);
    CHECK(github.find(
              "::error file=t.remit,line=2,col=15,endLine=2,endColumn=16,title=R0004::expected an expression") == 0);

    Parsed odd = parse("mark \xFF<&>");
    CHECK_FALSE(nlohmann::json::parse(render_json(odd.sources, odd.diagnostics)).empty());
    CHECK(render(RenderFormat::Json, odd.sources, odd.diagnostics) == render_json(odd.sources, odd.diagnostics));
    CHECK(render_format("sarif") == RenderFormat::Sarif);
    CHECK_FALSE(render_format("yaml").has_value());
}

TEST_CASE("xml and workflow commands escape what they must") {
    Parsed p = parse("block * when a %<>&\"\"\n");
    CHECK(p.reports.size() == 1);
    std::string junit = render_junit(p.sources, p.diagnostics), github = render_github(p.sources, p.diagnostics);
    CHECK(github.find("%25") != std::string::npos);
    CHECK(junit.find("found `%`") != std::string::npos);
    Parsed lt = parse("mark <");
    CHECK(render_junit(lt.sources, lt.diagnostics).find("found `&lt;`") != std::string::npos);
}

TEST_CASE("reports are collected once, sorted, and bounded") {
    Diagnostics d;
    d.report<DiagId::SyntaxError>({0, 9, 10}, "b");
    d.report<DiagId::SyntaxError>({0, 1, 2}, "a");
    d.report<DiagId::SyntaxError>({0, 1, 2}, "a");
    CHECK(d.errors() == 2);
    CHECK(d.sorted()[0].message == "a");
    for (uint32_t i = 0; i < 1000; ++i) d.report<DiagId::SyntaxError>({0, 100 + i, 101 + i}, "c").help = "h";
    CHECK(d.sorted().size() == limits::kMaxDiagnostics);
    CHECK(d.dropped() == 1002 - limits::kMaxDiagnostics);
    CHECK(d.errors() == 1002);
}

TEST_CASE("codes and names of rows are unique") {
    auto rows = diagnostic_rows();
    CHECK(rows.size() == diagnostic_count());
    for (size_t i = 0; i < rows.size(); ++i) {
        CHECK(code_of(rows[i].id) == rows[i].code);
        CHECK(rows[i].code.size() == 5);
        for (size_t k = 0; k < i; ++k) CHECK(rows[i].code != rows[k].code);
    }
    CHECK(diagnostics_markdown().find("| R0004 | SyntaxError | error | {} |  |") != std::string::npos);
}
