// repl: a scripted session through the binary, and the core by itself.
#include "host/cli/repl_core.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using remit::cli::Engine;
using remit::cli::Exit;
using remit::cli::Repl;

namespace {

Repl loaded() {
    Repl repl(Engine::Interp, false);
    Exit exit = Exit::Fine;
    const std::string text = repl.load(sample("support.remit"), exit);
    INFO(text);
    REQUIRE(exit == Exit::Fine);
    return repl;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("repl: a scripted session, without a terminal's noise") {
    Setting setting;
    setting.input =
        ":session role responder, tier prod\n"
        ":fact order(\"A-1\") {paid: 400.00}\n"
        "payments.refund(order: \"A-1\", amount: 300.00)\n"
        ":quit\n"
        "crm.lookup(customer: \"never\")\n";
    const Ran ran = run_remit({"repl", sample("support.remit")}, setting);
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.out.starts_with("ask  risk 95, lane high\n"));
    CHECK_THAT(ran.out, Contains("owner within 1h") && Contains("2 of release_manager within 15m with plan, rollback"));
    CHECK(ran.out.find("never") == std::string::npos);
    CHECK(ran.out.find("remit>") == std::string::npos);
}

TEST_CASE("repl: a broken policy ends a script with 1") {
    CHECK(run_remit({"repl", sample("broken.remit")}).exit == 1);
}

TEST_CASE("repl: signatures turn ask into allow, and allow is charged") {
    Repl repl = loaded();
    CHECK(repl.feed(":session role responder, tier prod").empty());
    CHECK(repl.feed(":fact order(\"A-1\") {paid: 400.00}").empty());
    CHECK_THAT(repl.feed("payments.refund(order: \"A-1\", amount: 300.00)"), Contains("ask"));
    CHECK_THAT(repl.feed(":sign \"owner@test.example\" with plan, rollback"), Contains("owner within 1h (signed)"));
    repl.feed(":sign \"ann@x.example\" as release_manager");
    const std::string last = repl.feed(":sign \"bob@x.example\" as release_manager");
    CHECK(last.starts_with("allow"));
    CHECK_THAT(repl.feed(":explain"),
               Contains("risk production +30") && Contains("support.remit:") && Contains("policy"));
    const std::string both = repl.feed(":json");
    CHECK_THAT(both, Contains("\"signatures\":[{") && Contains("\"verdict\":\"allow\""));
}

TEST_CASE("repl: errors show where") {
    Repl repl = loaded();
    CHECK_THAT(repl.feed("payments.refund(order: \"A-1\", amount: )"), Contains("^"));
    CHECK_THAT(repl.feed(":session tier"), Contains("error"));
    CHECK_THAT(repl.feed(":session colour red"), Contains("colour"));
    CHECK_THAT(repl.feed(":session tier dev prod"), Contains("one value"));
    CHECK_THAT(repl.feed(":context colour red"), Contains("colour"));
    CHECK_THAT(repl.feed(":state nothing"), Contains("nothing"));
    CHECK_THAT(repl.feed(":nonsense"), Contains(":help"));
    CHECK_THAT(repl.feed(":emit obj"), Contains("error"));
    CHECK_THAT(repl.feed(":engine fast"), Contains("error"));
    CHECK_THAT(repl.feed(":load /nonexistent.remit"), Contains("/nonexistent.remit"));
    CHECK(repl.feed("").empty());
    CHECK_THAT(repl.feed(":session role analyst").append(repl.feed("crm.lookup(customer: \"c\")")), Contains("allow"));
}

TEST_CASE("repl: without a policy it says so") {
    Repl repl(Engine::Auto, false);
    CHECK_THAT(repl.feed("a.b()"), Contains(":load"));
    for (const char* line : {":session role a", ":session", ":state", ":fact", ":explain", ":json", ":tools",
                             ":emit ast", ":reload", ":reset", ":engine", ":help"}) {
        CHECK_NOTHROW(repl.feed(line));
    }
    CHECK_THAT(repl.feed(":load " + sample("support.remit")), Contains("3 tools"));
}

TEST_CASE("repl: reload keeps the session") {
    const Folder folder;
    const std::string path = folder.write("p.remit", read_all(sample("support.remit")));
    Repl repl(Engine::Interp, false);
    Exit exit = Exit::Fine;
    repl.load(path, exit);
    REQUIRE(exit == Exit::Fine);
    repl.feed(":session role analyst");
    CHECK(repl.feed("crm.lookup(customer: \"c\")").starts_with("allow"));
    folder.write("p.remit", read_all(sample("support.remit")) + "block crm.*\n");
    CHECK_THAT(repl.feed(":reload"), Contains("tools"));
    CHECK(repl.feed("crm.lookup(customer: \"c\")").starts_with("deny"));
    folder.write("p.remit", "policy\n");
    CHECK_THAT(repl.feed(":reload"), Contains("error"));
    CHECK(repl.feed("crm.lookup(customer: \"c\")").starts_with("deny"));
    CHECK(repl.feed(":engine jit") == "engine jit\n");
    CHECK(repl.feed("crm.lookup(customer: \"c\")").starts_with("deny"));
    repl.feed(":reset");
    CHECK_THAT(repl.feed(":session"), Contains("roles []"));
}

TEST_CASE("repl: completion") {
    const Repl repl = loaded();
    CHECK(has(repl.complete("", "pay"), "payments.refund("));
    CHECK(has(repl.complete("", ":se"), ":session"));
    CHECK(has(repl.complete("payments.refund(", "am"), "amount:"));
    CHECK(has(repl.complete(":session role ", "resp"), "responder"));
    CHECK(has(repl.complete(":session tier ", "pr"), "prod"));
    CHECK(has(repl.complete(":fact ", "or"), "order("));
    CHECK(repl.complete("", "zzz").empty());
}
