// test: coverage, mutation, tables of cases in the reports, watching.
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <regex>
#include <set>
#include <thread>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr const char* kPolicy = R"(policy t.cover
tiers dev < prod
role  responder
role  auditor
tool  pay.refund(amount: int min 0, tags: list<string> max 4 optional) write, trust vetted
tool  pay.void(order: string) write, trust vetted
allow responder to pay.* including write
block pay.refund when args.amount > 500 and session.tier == prod
risk  large +25 for pay.refund when args.amount > 250
fixture staff { session { role responder, tier prod } call pay.refund(amount: 1) }
)";

std::string policy(const std::string& tests) { return kPolicy + tests; }

/// What JUnit readers rely on: suites that count their cases, names and times everywhere, every element closed.
void check_junit(const std::string& xml) {
    REQUIRE(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    std::vector<std::string> open;
    size_t cases = 0, failures = 0;
    std::smatch m;
    const std::regex tag(R"(<(/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(/?)>)");
    std::string rest = xml.substr(xml.find('\n') + 1);
    std::set<std::string> suites;
    while (std::regex_search(rest, m, tag)) {
        CHECK(m.prefix().str().find('<') == std::string::npos);
        const std::string name = m[2], attributes = m[3];
        if (m[1].length() > 0) {
            REQUIRE(!open.empty());
            CHECK(open.back() == name);
            open.pop_back();
        } else {
            const std::string parent = open.empty() ? "" : open.back();
            if (name == "testsuite") CHECK(parent == "testsuites");
            if (name == "testcase") CHECK(parent == "testsuite");
            if (name == "failure" || name == "error") CHECK(parent == "testcase");
            if (name == "testcase") CHECK_THAT(attributes, Contains("classname=") && Contains(" time="));
            if (name.starts_with("testsuite")) CHECK_THAT(attributes, Contains(" tests=") && Contains(" failures="));
            cases += name == "testcase" ? 1 : 0;
            failures += name == "failure" ? 1 : 0;
            if (m[4].length() == 0) open.push_back(name);
        }
        rest = m.suffix();
    }
    CHECK(open.empty());
    CHECK_THAT(xml, Contains("<testsuites name=\"remit test\" tests=\"" + std::to_string(cases) + "\" failures=\"" +
                             std::to_string(failures) + "\""));
}

}  // namespace

TEST_CASE("test: each case is a result of its own, and a failure points into its row") {
    const Folder folder;
    const std::string path = folder.write("a.remit", policy(R"(
test "amounts" with staff {
  cases $amount, $tags, $risk
  case  250, absent,     0
  case  251, ["a", "b"], 24
  call  pay.refund(amount: $amount, tags: $tags)
  expect allow, risk $risk
}
test "the fixture's own call" with staff { expect allow, risk 0 }
)"));
    const Ran ran = run_remit({"test", "--format", "json", path});
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 1);
    const json report = json::parse(ran.out);
    REQUIRE(report["tests"].size() == 3);
    CHECK(report["tests"][0]["passed"] == true);
    CHECK_FALSE(report["tests"][0]["request"]["call"]["args"].contains("tags"));
    CHECK(report["tests"][1]["title"] == "amounts [251, [\"a\", \"b\"], 24]");
    CHECK(report["tests"][1]["line"] == 15);
    CHECK(report["tests"][1]["request"]["call"]["args"]["tags"] == json::array({"a", "b"}));
    CHECK(report["tests"][1]["failures"][0]["line"] == 15);
    CHECK(report["tests"][1]["failures"][0]["column"] == 26);
    CHECK(report["tests"][2]["request"]["call"]["args"]["amount"] == 1);
    check_junit(run_remit({"test", "--format", "junit", path}).out);
    check_junit(run_remit({"test", "--format", "junit", path, sample("broken.remit")}).out);
    CHECK_THAT(run_remit({"test", "--list", path}).out, Contains("a.remit:14:3: amounts [250, absent, 0]"));
    const std::string one = run_remit({"test", "--jobs", "1", path}).out;
    CHECK(one == run_remit({"test", "--jobs", "4", path}).out);
    CHECK_THAT(run_remit({"test", "--fail-fast", path}).out, Contains("1 passed, 1 failed"));
    CHECK_THAT(run_remit({"test", "--filter", "*, 24]", path}).out, Contains("0 passed, 1 failed"));
}

TEST_CASE("test: every part of an approval can be expected") {
    const Folder folder;
    const std::string rules =
        "ask owner when risk >= 25 within 1h\nask 2 of auditor for pay.refund within 15m with plan, log\n";
    const auto expects = [&](const std::string& what) {
        return run_remit({"test", folder.write("a.remit", policy(rules +
                                                                 "test \"t\" with staff {\n  session { tier dev }\n"
                                                                 "  call pay.refund(amount: 300)\n  expect " +
                                                                 what + "\n}\n"))});
    };
    CHECK(expects("ask").exit == 0);
    CHECK(expects("ask owner and 2 of auditor").exit == 0);
    CHECK(expects("ask owner within 1h and 2 of auditor within 15m with plan log").exit == 0);
    CHECK(expects("ask owner").exit == 1);
    CHECK(expects("ask owner and 1 of auditor").exit == 1);
    CHECK_THAT(expects("ask owner within 2h and 2 of auditor").out,
               Contains("got      ask 2 of auditor within 15m and owner within 1h"));
    CHECK(expects("ask owner and 2 of auditor with rollback").exit == 1);
    CHECK(expects("rule ask, rule risk large, rule \"a.remit:9\", not rule block").exit == 0);
    CHECK(expects("rule \"a.remit:8\"").exit == 1);
    CHECK(expects("limit nothing, quota nothing, record nothing, mark nothing, count nothing").exit == 0);
    CHECK(expects("record plan").exit == 1);
    CHECK(expects("colour blue").exit == 1);
}

TEST_CASE("test: coverage says what was not seen, as text, LCOV and HTML") {
    const Folder folder;
    const std::string path = folder.write("a.remit", policy(R"(
test "much" with staff {
  call  pay.refund(amount: 501)
  expect deny
}
)"));
    const Ran text = run_remit({"test", "--coverage", path});
    INFO(text.out << text.err);
    CHECK(text.exit == 0);
    CHECK_THAT(text.out, Contains("coverage: 4 of 10 outcomes seen (40.0%)"));
    CHECK_THAT(text.out, Contains("a.remit:6: tool pay.void: is never called"));
    CHECK_THAT(text.out, Contains("a.remit:8: block pay.refund") && Contains("no test in which it is silent"));
    CHECK(run_remit({"test", "--coverage-min", "40", path}).exit == 0);
    CHECK(run_remit({"test", "--coverage-min", "41", path}).exit == 1);
    CHECK(run_remit({"test", "--coverage-min", "x", path}).exit == 2);
    CHECK(run_remit({"test", "--coverage=pdf", path}).exit == 2);
    const std::string lcov = run_remit({"test", "--coverage=lcov", path}).out;
    CHECK_THAT(lcov,
               Contains("SF:" + path + "\n") && Contains("\nDA:8,1\n") && Contains("\nBRDA:8,3,0,1\nBRDA:8,3,1,0\n"));
    CHECK_THAT(lcov, Contains("\nBRF:10\nBRH:4\n") && Contains("\nend_of_record\n"));
    const std::string page = folder.path("page.html");
    CHECK(run_remit({"test", "--coverage=html", "--coverage-out", page, path}).exit == 0);
    const std::string html = read_all(page);
    CHECK_THAT(html, Contains("<tr class=\"part\"><td class=\"n\">8</td>") && Contains("speaks 1"));
    CHECK_THAT(html, Contains("args.amount &gt; 500") && Contains("prefers-color-scheme: dark"));
    CHECK(html.find("<script") == std::string::npos);
}

TEST_CASE("test: what is denied before any rule covers no rule") {
    const Folder folder;
    const std::string path = folder.write("a.remit", policy(R"(
test "revoked" with staff {
  session { revoked }
  call  pay.refund(amount: 501)
  expect deny, because "session-revoked"
}
)"));
    const Ran ran = run_remit({"test", "--coverage", path});
    INFO(ran.out);
    CHECK_THAT(ran.out, Contains("a.remit:7: allow responder"));
    CHECK_THAT(ran.out, Contains("a.remit:8: block"));
}

TEST_CASE("test: mutants that live are shown, those that a test notices are not") {
    const Folder folder;
    const std::string weak = folder.write("weak.remit", policy(R"(
test "much" with staff {
  call  pay.refund(amount: 600)
  expect deny, risk 25
}
)"));
    const Ran ran = run_remit({"test", "--mutate", weak});
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("weak.remit:8:35: the comparison has another boundary\n  - >\n  + >=\n"));
    CHECK_THAT(ran.out, Contains("  - 500\n  + 501\n"));
    CHECK(run_remit({"test", "--mutation-min", "95", weak}).exit == 1);

    const std::string strong = folder.write("strong.remit", policy(R"(
test "amounts" with staff {
  cases $role,     $tier, $amount, $verdict, $risk
  case  responder, prod,  250,     allow,    0
  case  responder, prod,  251,     allow,    25
  case  responder, prod,  500,     allow,    25
  case  responder, prod,  501,     deny,     25
  case  responder, dev,   501,     allow,    25
  case  auditor,   dev,   1,       deny,     0
  session { role $role, tier $tier }
  call  pay.refund(amount: $amount)
  expect $verdict, risk $risk
}
test "void" with staff { call pay.void(order: "A") expect allow }
)"));
    const Ran all = run_remit({"test", "--mutate", "--mutation-min", "100", strong});
    INFO(all.out << all.err);
    CHECK(all.exit == 0);
    CHECK_THAT(all.out, Contains(" 0 live") && Contains("score 100.0%"));
    const json report = json::parse(run_remit({"test", "--mutate", "--format", "json", strong}).out);
    CHECK(report["live"] == 0);
    CHECK(report["killed"].get<int>() > 15);
    CHECK(report["mutants"][0]["mutator"] == "DropRule");
    CHECK(report["mutants"][0]["line"] == 7);
    const json sample_of = json::parse(
        run_remit({"test", "--mutate-max", "4", "--seed", "7", "--format", "json", strong}).out);
    CHECK(sample_of["mutants"].size() == 4);
}

TEST_CASE("test: mutants of a policy whose tests fail are not run") {
    const Ran ran = run_remit({"test", "--mutate", sample("failing.remit")});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("the tests fail"));
}

TEST_CASE("test: a watch runs again when a used file changes") {
    const Folder folder;
    folder.write("rules.remit", policy(""));
    const std::string tests = folder.write("t.remit", "use \"rules.remit\"\ntest \"t\" with staff { expect risk 0 }\n");
    CHECK(run_remit({"test", "--watch", "--watch-runs", "1", tests}).exit == 0);
    std::atomic<bool> done{false};
    // Writes until it was seen: the run may not have begun yet when the first is written.
    std::thread writer([&] {
        for (size_t i = 0; !done; ++i) {
            folder.write("rules.remit", policy("risk more +" + std::to_string(i % 50 + 1) + " for pay.refund\n"));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    });
    const Ran ran = run_remit({"test", "--watch", "--watch-runs", "2", tests});
    done = true;
    writer.join();
    INFO(ran.out << ran.err);
    CHECK(ran.out.find("passed, ") != ran.out.rfind("passed, "));
}
