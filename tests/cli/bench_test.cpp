// bench: what it measures, not how fast it is.
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

TEST_CASE("bench: each engine, with what surrounds the rules told apart") {
    const Ran ran = run_remit({"bench", sample("support.remit"), "--seconds", "0.005", "--format", "json"});
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const auto report = nlohmann::json::parse(ran.out);
    CHECK(report["requests"] == 7);  // its tests
    std::vector<std::string> seen;
    for (const auto& row : report["measured"]) {
        seen.push_back(row["engine"].get<std::string>() + " " + row["what"].get<std::string>());
        CHECK(row["decisions"].get<uint64_t>() > 0);
        CHECK(row["per_second"].get<double>() > 0);
        CHECK(row["p50_ns"].get<double>() <= row["p99_ns"].get<double>());
    }
    const std::vector<std::string> interpreter = {"interp rules", "interp read", "interp whole"};
    REQUIRE(seen.size() >= 3);
    CHECK(std::vector<std::string>(seen.begin(), seen.begin() + 3) == interpreter);
}

TEST_CASE("bench: requests of a file, and what is no request") {
    const Folder folder;
    const std::string requests = folder.write("r.jsonl", "{\"id\":\"x\"}\n\nnonsense\n");
    const Ran ran = run_remit({"bench", sample("support.remit"), requests, "--engine", "interp", "--seconds", "0.001"});
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("and the request read") && !Contains("the rules alone"));  // denied before any rule
    CHECK(run_remit({"bench", sample("support.remit"), folder.write("none", "\n")}).exit == 1);
    CHECK(run_remit({"bench", sample("support.remit"), folder.path("missing")}).exit == 3);
    CHECK(run_remit({"bench", sample("support.remit"), "--seconds", "0"}).exit == 2);
    CHECK(run_remit({"bench", sample("support.remit"), "--seconds", "soon"}).exit == 2);
    CHECK(run_remit({"bench", sample("broken.remit")}).exit == 1);
}
