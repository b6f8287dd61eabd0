// import mcp --check: what a live catalogue does to the rules of a policy.
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

/// The sample's catalogue after `edits` of its text, each once, against tests/cli/pinned.remit.
Ran drifted(const std::vector<std::pair<std::string, std::string>>& edits, std::vector<std::string> flags = {},
            std::string policy = {}) {
    std::string catalogue = read_all(sample("tools.json"));
    for (const auto& [from, to] : edits) {
        const size_t at = catalogue.find(from);
        REQUIRE(at != std::string::npos);
        catalogue.replace(at, from.size(), to);
    }
    const Folder folder;
    if (policy.empty()) policy = read_all(sample("pinned.remit"));
    std::vector<std::string> arguments = {"import", "mcp", "--check", folder.write("p.remit", policy),
                                          folder.write("live.json", catalogue)};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_remit(arguments);
}

/// `kind` and the lines of the rules, of each difference.
std::vector<std::string> differences(const std::vector<std::pair<std::string, std::string>>& edits, int exit,
                                     const std::string& policy = {}) {
    const Ran ran = drifted(edits, {"--format", "json"}, policy);
    INFO(ran.out << ran.err);
    CHECK(ran.exit == exit);
    std::vector<std::string> out;
    for (const auto& found : nlohmann::json::parse(ran.out)) {
        std::string line = found["code"];
        if (found.contains("parameter")) line += " " + found["parameter"].get<std::string>();
        for (const auto& note : found["notes"]) line += " " + std::to_string(note["line"].get<int>());
        out.push_back(line);
    }
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("drift: none") {
    const Ran ran = drifted({});
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("as ") && Contains("declares it"));
}

TEST_CASE("drift: a parameter touches the rules that read it, and no others") {
    CHECK(differences({{R"("path": {"type": "string", "minLength": 1, "maxLength": 100},)", ""}}, 1) ==
          Lines{"param-removed path 23 25"});
    CHECK(differences({{R"("type": "integer", "minimum": 1)", R"("type": "string", "minimum": 1)"}}, 1) ==
          Lines{"param-changed limit 24"});
    CHECK(differences({{R"("maxLength": 100)", R"("maxLength": 50)"}}, 1) == Lines{"param-narrowed path 23 25"});
    CHECK(differences({{R"("maxLength": 100)", R"("maxLength": 500)"}}, 0) == Lines{"param-widened path 23 25"});
    CHECK(differences({{R"("latin-1"])", R"("latin-1", "ebcdic"])"}}, 0) == Lines{"param-widened encoding"});
    CHECK(differences({{R"("utf-8", "latin-1"])", R"("utf-8"])"}}, 0) == Lines{"param-narrowed encoding"});
}

TEST_CASE("drift: new parameters") {
    CHECK(differences({{R"("encoding")", R"("mode": {"type": "string"}, "encoding")"}}, 0) ==
          Lines{"param-added mode 22 23 24 25"});
    CHECK(differences({{R"("required": ["path"], "properties": {)",
                        R"("required": ["path", "mode"], "properties": {"mode": {"type": "string"},)"}},
                      1) == Lines{"param-needed mode 22 23 24 25"});
}

TEST_CASE("drift: tools that come and go") {
    CHECK(differences({{R"({"name": "ping"})", R"({"name": "pong"})"}}, 1) == Lines{"tool-vanished 22", "tool-added"});
    const std::string greedy = read_all(sample("pinned.remit")) +
                               "block destructive when session.tier == prod because \"no\"\n";
    CHECK(differences({{R"({"name": "ping"})",
                        R"({"name": "ping"}, {"name": "files.wipe", "annotations": {"destructiveHint": true}})"}},
                      0, greedy) == Lines{"tool-added 28"});
}

TEST_CASE("drift: hints count where they are worse, and the text that agents read is told") {
    CHECK(differences({{R"("readOnlyHint": true)", R"("readOnlyHint": false)"}}, 1) ==
          Lines{"effect-changed 22 23 24 25"});
    CHECK(differences({{R"("idempotentHint": true)", R"("openWorldHint": true)"}}, 1) ==
          Lines{"hint-changed 22 23 24 25"});
    CHECK(differences({{R"({"destructiveHint": true, )", "{"}}, 0).empty());
    CHECK(differences({{"Sends.", "Sends, and tells nobody."}}, 0) == Lines{"text-changed 22 26 27"});
}

TEST_CASE("drift: a policy may be stricter than its server") {
    std::string policy = read_all(sample("pinned.remit"));
    policy.replace(policy.find("path: string min 1 max 400"), 26, "path: path");
    policy.replace(policy.find(" when args.path contains"), 24, " when args.path inside");
    CHECK(differences({}, 0, policy) == Lines{"param-widened path 23 25"});
}

TEST_CASE("drift: a prefix says which of a policy's tools are this server's") {
    const std::string policy =
        "policy a.b\nrole r\ntool gh.ping() write\ntool other.tool() read\n"
        "allow r to gh.ping, other.tool\n";
    const Ran ran = drifted({}, {"--prefix", "gh.", "--format", "github"}, policy);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.out, Contains("gh.send-mail") && !Contains("other.tool") && !Contains("vanished"));
    CHECK(drifted({}, {}, policy).exit == 1);
}

TEST_CASE("drift: what cannot be compared is said") {
    const Folder folder;
    CHECK(run_remit({"import", "mcp", "--check", folder.path("none.remit"), sample("tools.json")}).exit == 3);
    CHECK(run_remit({"import", "mcp", "--check", sample("broken.remit"), sample("tools.json")}).exit == 1);
    CHECK(run_remit({"import", "mcp", "--check", sample("pinned.remit"), folder.write("x.json", "{")}).exit == 1);
    const Ran sarif = drifted({{R"({"name": "ping"})", R"({"name": "pong"})"}}, {"--format", "sarif"});
    CHECK(sarif.exit == 1);
    const auto run = nlohmann::json::parse(sarif.out)["runs"][0];
    CHECK(run["results"][0]["ruleId"] == "tool-vanished");
    CHECK(run["results"][0]["relatedLocations"].size() == 1);
}
