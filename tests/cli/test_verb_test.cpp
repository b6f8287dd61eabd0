// test: the verb that runs tests.
#include <nlohmann/json.hpp>

#include <filesystem>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

TEST_CASE("test: a policy whose tests pass") {
    const Ran ran = run_remit({"test", sample("support.remit")});
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("7 passed, 0 failed"));
}

TEST_CASE("test: both engines run every test") {
    const Ran ran = run_remit({"test", "--engine", "both", sample("support.remit")});
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("14 passed, 0 failed") && Contains("[interp]") && Contains("[jit]"));
}

TEST_CASE("test: a failure shows what was expected, what came, and where") {
    const Ran ran = run_remit({"test", sample("failing.remit")});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.out, Contains("1 passed, 1 failed") && Contains("expected risk 11") &&
                            Contains("got      risk 10 (far +10)"));
    CHECK_THAT(ran.out, Contains("15 |   expect allow, risk 11"));
    CHECK_THAT(ran.out, Contains("failing.remit:13:"));
}

TEST_CASE("test: machine formats") {
    const Ran ran = run_remit({"test", "--format", "json", sample("failing.remit")});
    CHECK(ran.exit == 1);
    const json report = json::parse(ran.out);
    CHECK(report["passed"] == 1);
    CHECK(report["failed"] == 1);
    REQUIRE(report["tests"].size() == 2);
    CHECK(report["tests"][1]["failures"][0]["expected"] == "risk 11");
    CHECK(report["tests"][1]["decision"]["risk"] == 10);
    const Ran junit = run_remit({"test", "--format", "junit", sample("failing.remit"), sample("broken.remit")});
    CHECK(junit.exit == 1);
    CHECK_THAT(junit.out, Contains("<failure") && Contains("<error ") && Contains("tests=\"2\" failures=\"1\""));
}

TEST_CASE("test: filter") {
    CHECK(run_remit({"test", "--filter", "passes", sample("failing.remit")}).exit == 0);
    CHECK(run_remit({"test", "--filter", "too much", sample("failing.remit")}).exit == 1);
    CHECK(run_remit({"test", "--filter", "no such title", sample("failing.remit")}).exit == 1);
}

TEST_CASE("test: directories, recursively, and only files with tests") {
    const Folder folder;
    std::filesystem::create_directories(folder.path("a/b"));
    folder.write("a/b/one.remit", read_all(sample("support.remit")));
    folder.write("a/part.remit", "tool x.y() read\n");
    folder.write("a/readme.txt", "test \"no\" {");
    const Ran ran = run_remit({"test", folder.path("")});
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("7 passed"));
    folder.write("a/two.remit", read_all(sample("failing.remit")));
    CHECK(run_remit({"test", folder.path("")}).exit == 1);
}

TEST_CASE("test: a policy that does not compile fails, and the others run") {
    const Ran ran = run_remit({"test", sample("broken.remit"), sample("support.remit")});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.out, Contains("7 passed") && Contains("1 could not be run"));
    CHECK_THAT(ran.err, Contains("broken.remit:6:"));
}

TEST_CASE("test: the defaults are shown, and are what tests get") {
    const Ran ran = run_remit({"test", "--show-defaults"});
    CHECK(ran.exit == 0);
    const json request = json::parse(ran.out);
    CHECK(request["session"]["tenant"] == "test");
    CHECK(request["session"]["tier"] == "dev");
    CHECK(request["session"]["scope"] == json::array({"*"}));
    CHECK(request["context"]["time"] == "2026-01-01T00:00:00Z");
    const json own = json::parse(run_remit({"test", "--show-defaults", sample("support.remit")}).out);
    CHECK(own["state"]["marks"]["looked"] == false);
    CHECK(own["state"]["counts"]["refunded"] == 0);
}
