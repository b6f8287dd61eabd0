// eval --evidence: decisions on record, and the conversation with a gateway.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::string lookup(const std::string& id, const std::string& role = "analyst") {
    return fmt::format(R"({{"id":"{}","session":{{"id":"s-1","roles":["{}"],"tier":"dev",)"
                       R"("tenant":"acme","owner":"ops@acme.example",)"
                       R"("scope":["*"],"retention":"standard","expires":"2027-01-01T00:00:00Z","revoked":false}},)"
                       R"("call":{{"id":"c-{}","tool":"crm.lookup","args":{{"customer":"c-1"}}}},)"
                       R"("state":{{"version":1,"marks":{{"looked":false}},"counts":{{"refunded":0}},)"
                       R"("high_water":"public","low_water":"first_party"}},)"
                       R"("context":{{"time":"2026-01-01T00:00:00Z"}}}})",
                       id, role, id);
}

std::vector<json> lines(const std::string& text) {
    std::vector<json> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
    return out;
}

Ran eval(const std::string& input, std::vector<std::string> flags) {
    Setting setting;
    setting.input = input;
    flags.insert(flags.begin(), {"eval", sample("support.remit")});
    return run_remit(flags, setting);
}

}  // namespace

TEST_CASE("evidence: the same decisions in the same order, each with its record") {
    Folder folder;
    const std::string log = folder.path("log");
    std::string input;
    for (int i = 0; i < 300; ++i)
        input += (i % 7 == 3 ? "no request" : lookup(fmt::format("r-{}", i), i % 2 ? "analyst" : "nobody")) + "\n";
    const Ran plain = eval(input, {}), recorded = eval(input, {"--evidence", log, "--explain"});
    CHECK(recorded.exit == 0);
    CHECK(recorded.err == "");
    const auto want = lines(plain.out), got = lines(recorded.out);
    REQUIRE(got.size() == 300);
    std::set<std::string> actions;
    for (size_t i = 0; i < got.size(); ++i) {
        CHECK(got[i]["id"] == want[i]["id"]);
        CHECK(got[i]["verdict"] == want[i]["verdict"]);
        CHECK(got[i]["rules"] == want[i]["rules"]);
        CHECK(got[i].contains("terms"));
        CHECK_FALSE(got[i].contains("permit"));
        actions.insert(got[i]["action"].get<std::string>());
    }
    CHECK(actions.size() == 300);
    CHECK(run_remit({"log", "verify", log}).exit == 0);
    CHECK(run_remit({"replay", log}).exit == 0);
    CHECK(std::filesystem::exists(log + "/policies/" + got[0]["policy"].get<std::string>().substr(7) + ".img"));
    // Another run goes on in the same log; --fail-on works as ever.
    CHECK(eval(input, {"--evidence", log, "--fail-on", "deny"}).exit == 1);
    CHECK(run_remit({"log", "verify", log}).exit == 0);
}

TEST_CASE("evidence: flags that do not go together, and folders that are no log") {
    Folder folder;
    const std::string log = folder.path("log");
    CHECK(eval(lookup("a"), {"--evidence", log, "--stateful"}).exit == 2);
    CHECK(eval(lookup("a"), {"--origin", "x.example/y"}).exit == 2);
    CHECK(eval(lookup("a"), {"--intents"}).exit == 2);
    CHECK(eval(lookup("a"), {"--evidence", log, "--origin", "not a name"}).exit == 3);
    CHECK(eval(lookup("a"), {"--evidence", log, "--origin", "x.example/y"}).exit == 0);
    const Ran other = eval(lookup("a"), {"--evidence", log, "--origin", "x.example/z"});
    CHECK(other.exit == 3);
    CHECK_THAT(other.err, Contains("x.example/y"));
    CHECK(eval(lookup("a"), {"--evidence", folder.write("file", "x")}).exit == 3);
    const Ran damaged = [&] {
        std::ofstream(log + "/log.json") << "{}";
        return eval(lookup("a"), {"--evidence", log});
    }();
    CHECK(damaged.exit == 3);
    CHECK(damaged.out == "");
}

TEST_CASE("evidence: a log that was rolled back is not opened") {
    Folder folder;
    const std::string log = folder.path("log"), old = folder.path("old");
    CHECK(eval(lookup("a") + "\n", {"--evidence", log}).exit == 0);
    std::filesystem::copy(log + "/segments", old, std::filesystem::copy_options::recursive);
    CHECK(eval(lookup("b") + "\n", {"--evidence", log}).exit == 0);
    std::filesystem::remove_all(log + "/segments");
    std::filesystem::copy(old, log + "/segments", std::filesystem::copy_options::recursive);
    const Ran ran = eval(lookup("c") + "\n", {"--evidence", log});
    CHECK(ran.exit == 3);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, Contains("rolled back"));
}

TEST_CASE("evidence: what a gateway may say, and what it may not") {
    Folder folder;
    const std::string log = folder.path("log");
    const std::string envelope =
        R"({"evidence":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","subject":"c-1","prompt":"find c-1"},"request":)" +
        lookup("a") + "}";
    const std::string wrong_envelope = R"({"evidence":{"nothing":1},"request":)" + lookup("a") + "}";
    const Ran first = eval(envelope + "\n" + wrong_envelope + "\n" + lookup("b", "nobody") + "\n",
                           {"--evidence", log, "--intents"});
    CHECK(first.exit == 0);
    const auto said = lines(first.out);
    REQUIRE(said.size() == 3);
    REQUIRE(said[0]["verdict"] == "allow");
    CHECK(said[0]["permit"].get<std::string>().size() == 32);
    CHECK(said[1]["verdict"] == "deny");
    CHECK_FALSE(said[1].contains("permit"));
    CHECK_FALSE(said[2].contains("permit"));

    // The process ended: the permit is void, the intent is in doubt and is settled by hand.
    const std::string action = said[0]["action"];
    const auto outcome = [&](const std::string& more) {
        return R"({"outcome":{"action":")" + action + "\"" + more + "}}\n";
    };
    const Ran second = eval(
        R"({"redeem":")" + said[0]["permit"].get<std::string>() + "\"}\n" + "{\"redeem\":1}\n" + outcome("") +
            outcome(R"(,"status":"perhaps")") + outcome(R"(,"status":"done","artifacts":[{"name":"x"}])") +
            outcome(R"(,"status":"done","duration_us":-1)") + outcome(R"(,"status":"done","more":1)") +
            outcome(R"(,"status":"not-done","resolved_by":"kim@acme.example","output":"nothing")") +
            outcome(R"(,"status":"done")") + "{\"outcome\":1}\n{\"outcome\":{}\n",
        {"--evidence", log, "--intents"});
    CHECK(second.exit == 0);
    const auto told = lines(second.out);
    REQUIRE(told.size() == 11);
    CHECK(told[0]["redeemed"] == false);
    CHECK(told[1]["redeemed"] == false);
    for (size_t i = 2; i < 11; ++i) {
        INFO(told[i].dump());
        CHECK(told[i]["recorded"] == (i == 7));
        CHECK(told[i].contains("error") == (i != 7));
    }
    CHECK(told[7]["action"] == action);
    const Ran verified = run_remit({"log", "verify", log});
    CHECK(verified.exit == 0);
    // Without --intents those lines are requests, and no good ones.
    const auto denied = lines(eval("{\"redeem\":\"x\"}\n", {"--evidence", log}).out);
    REQUIRE(denied.size() == 1);
    CHECK(denied[0]["verdict"] == "deny");
}
