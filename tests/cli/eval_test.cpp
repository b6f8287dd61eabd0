// eval: a decision for each line, in order, in bounded memory.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::string lookup(const std::string& id, const std::string& role = "analyst", const std::string& tier = "dev") {
    return fmt::format(R"({{"id":"{}","session":{{"id":"s-1","roles":["{}"],"tier":"{}",)"
                       R"("tenant":"acme","owner":"ops@acme.example",)"
                       R"("scope":["*"],"retention":"standard","expires":"2027-01-01T00:00:00Z","revoked":false}},)"
                       R"("call":{{"id":"c-{}","tool":"crm.lookup","args":{{"customer":"c-1"}}}},)"
                       R"("state":{{"version":1,"marks":{{"looked":false}},"counts":{{"refunded":0}},)"
                       R"("high_water":"public","low_water":"first_party"}},)"
                       R"("context":{{"time":"2026-01-01T00:00:00Z"}}}})",
                       id, role, tier, id);
}

std::vector<json> lines(const std::string& text) {
    std::vector<json> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
    return out;
}

Ran eval(const std::string& input, std::vector<std::string> flags = {}) {
    Setting setting;
    setting.input = input;
    flags.insert(flags.begin(), {"eval", sample("support.remit")});
    return run_remit(flags, setting);
}

}  // namespace

TEST_CASE("eval: same order, blank lines ignored, the last line needs no end") {
    const Ran ran = eval(lookup("a") + "\n\n  \r\n" + lookup("b", "nobody") + "\r\n" + lookup("c"));
    CHECK(ran.exit == 0);
    const auto out = lines(ran.out);
    REQUIRE(out.size() == 3);
    CHECK(out[0]["id"] == "a");
    CHECK(out[0]["verdict"] == "allow");
    CHECK(out[1]["id"] == "b");
    CHECK(out[1]["verdict"] == "deny");
    CHECK(out[2]["id"] == "c");
    CHECK(out[0]["policy"].get<std::string>() + "\n" == run_remit({"hash", sample("support.remit")}).out);
}

TEST_CASE("eval: a malformed line is denied in its place") {
    for (const std::string& bad :
         {std::string("not json"), std::string("{\"id\":\"x\""), std::string("[]"), std::string("{}"),
          std::string("\xff\xff"), std::string(1000, '['), std::string("{\"call\":1}"), std::string("null")}) {
        INFO(bad);
        const Ran ran = eval(lookup("a") + "\n" + bad + "\n" + lookup("c") + "\n");
        CHECK(ran.exit == 0);
        const auto out = lines(ran.out);
        REQUIRE(out.size() == 3);
        CHECK(out[1]["verdict"] == "deny");
        CHECK(out[1].contains("error"));
        CHECK(out[2]["verdict"] == "allow");
    }
}

TEST_CASE("eval: a line over the limit is denied in its place, without being kept") {
    // Written piece by piece: what this process holds when it forks counts as the child's memory.
    const Folder folder;
    Setting setting;
    setting.input_file = folder.path("long.jsonl");
    {
        std::ofstream file(setting.input_file);
        file << lookup("a") << "\n{\"id\":\"";
        for (int i = 0; i < 1024; ++i) file << std::string(64u << 10, 'x');
        file << "\"}\n" << lookup("c") << '\n';
    }
    const Ran ran = run_remit({"eval", sample("support.remit"), "--engine", "interp"}, setting);
    const auto out = lines(ran.out);
    REQUIRE(out.size() == 3);
    CHECK(out[1]["verdict"] == "deny");
    CHECK(out[1].contains("error"));
    CHECK(out[2]["id"] == "c");
    CHECK(ran.max_rss_kb < 64'000);
}

TEST_CASE("eval: fail-on") {
    CHECK(eval(lookup("a"), {"--fail-on", "deny"}).exit == 0);
    CHECK(eval(lookup("a"), {"--fail-on", "ask"}).exit == 0);
    CHECK(eval(lookup("a", "nobody")).exit == 0);
    CHECK(eval(lookup("a", "nobody"), {"--fail-on", "deny"}).exit == 1);
    CHECK(eval(lookup("a", "nobody"), {"--fail-on", "ask"}).exit == 1);
    CHECK(eval(lookup("a", "nobody"), {"--fail-on", "allow"}).exit == 2);
}

TEST_CASE("eval: requests from a file, a dash, and an image") {
    const Folder folder;
    const std::string requests = folder.write("r.jsonl", lookup("a") + "\n");
    CHECK(run_remit({"eval", sample("support.remit"), requests}).out == eval(lookup("a"), {"-"}).out);
    REQUIRE(run_remit({"build", sample("support.remit"), "-o", folder.path("p.img")}).exit == 0);
    CHECK(run_remit({"eval", folder.path("p.img"), requests}).out ==
          run_remit({"eval", sample("support.remit"), requests}).out);
}

TEST_CASE("eval: engines agree and say who they are") {
    const Ran interp = eval(lookup("a"), {"--engine", "interp"}), jit = eval(lookup("a"), {"--engine", "jit"});
    json a = json::parse(interp.out), b = json::parse(jit.out);
    CHECK(a["engine"] == "interp");
    CHECK(b["engine"] == "jit");
    a.erase("engine");
    b.erase("engine");
    CHECK(a == b);
}

TEST_CASE("eval: stateful carries marks from line to line") {
    const auto plain = lines(eval(lookup("a") + "\n" + lookup("b") + "\n").out);
    const auto carried = lines(eval(lookup("a") + "\n" + lookup("b") + "\n", {"--stateful"}).out);
    REQUIRE(carried.size() == 2);
    CHECK(plain[0]["state"]["marks"] == carried[0]["state"]["marks"]);
    CHECK(carried[1]["verdict"] == "allow");
}

TEST_CASE("eval: explain adds the terms of risk") {
    const auto out = lines(eval(lookup("a", "analyst", "prod"), {"--explain"}).out);
    REQUIRE(out.size() == 1);
    CHECK(out[0].dump().find("production") != std::string::npos);
}

TEST_CASE("eval: memory does not grow with the input") {
    const Folder folder;
    const std::string path = folder.path("many.jsonl");
    {
        std::ofstream file(path);
        for (int i = 0; i < 200'000; ++i) file << lookup(std::to_string(i)) << '\n';
    }
    Setting few, many;
    few.input = lookup("a") + "\n";
    many.input_file = path;
    many.output_file = folder.path("decisions.jsonl");
    const std::vector<std::string> command = {"eval", sample("support.remit"), "--engine", "interp"};
    const Ran small = run_remit(command, few);
    folder.write("decisions.jsonl", "");
    const Ran large = run_remit(command, many);
    CHECK(large.exit == 0);
    CHECK(large.max_rss_kb < small.max_rss_kb + 16'000);
    std::ifstream decisions(folder.path("decisions.jsonl"));
    int count = 0;
    bool ordered = true;
    for (std::string line; std::getline(decisions, line); ++count) {
        ordered = ordered && line.starts_with(fmt::format("{{\"id\":\"{}\"", count));
    }
    CHECK(count == 200'000);
    CHECK(ordered);
}
