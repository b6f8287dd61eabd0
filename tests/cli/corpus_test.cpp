// Every verb on every file of the fuzz corpora, whole and cut short: an answer with an exit code of the contract, and where something is wrong, words
// about it. A new verb needs a row here.
#include <filesystem>
#include <map>

#include "host/cli/verbs.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

namespace {

using Words = std::vector<std::string>;

/// How a verb is given a file that may hold anything; each line is one run. FILE is the file, POLICY a sound policy, REQUEST a sound request.
const std::map<std::string, std::vector<Words>>& runs() {
    static const std::map<std::string, std::vector<Words>> kRuns = {
        {"check", {{"FILE"}, {"--format", "sarif", "FILE"}, {"--format", "junit", "FILE"}}},
        {"fmt", {{"--check", "FILE"}}},
        {"build", {{"FILE", "--emit", "ast"}, {"FILE", "--emit", "program"}, {"FILE", "-o", "/dev/null"}}},
        {"hash", {{"FILE"}}},
        {"eval", {{"FILE", "REQUEST"}, {"POLICY", "FILE"}}},
        {"explain", {{"FILE", "REQUEST"}, {"POLICY", "FILE"}}},
        {"test", {{"FILE"}}},
        {"prove", {{"--timeout", "1", "FILE"}}},
        {"diff", {{"FILE", "POLICY"}, {"POLICY", "FILE"}}},
        {"bench", {{"--seconds", "0.01", "FILE"}, {"--seconds", "0.01", "POLICY", "FILE"}}},
        {"repl", {{"FILE"}}},
        {"lsp", {{}}},
        {"import", {{"mcp", "FILE"}, {"openapi", "FILE"}, {"cedar", "FILE"}, {"mcp", "--check", "POLICY", "FILE"}}},
        {"log", {{"verify", "FILE"}, {"show", "FILE"}}},
        {"replay", {{"FILE"}}},
        {"completion", {}},  // reads no file
        {"help", {}},
    };
    return kRuns;
}

std::string policy() { return REMIT_SOURCE_DIR "/examples/support/support.remit"; }

std::vector<std::filesystem::path> corpus() {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(REMIT_SOURCE_DIR "/tests/fuzz/corpus"))
        if (entry.is_regular_file()) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

Words command(const std::string& verb, Words words, const std::string& file, const std::string& request) {
    for (std::string& w : words) {
        if (w == "FILE") w = file;
        if (w == "POLICY") w = policy();
        if (w == "REQUEST") w = request;
    }
    words.insert(words.begin(), verb);
    return words;
}

void survives(const std::string& file, const std::string& request) {
    for (const auto& [verb, lines] : runs()) {
        if (remit::cli::find_verb(verb) == nullptr) continue;
        for (const Words& words : lines) {
            const Words args = command(verb, words, file, request);
            CAPTURE(args);
            Setting setting;
            setting.input_file = file;
            const Ran ran = run_remit(args, setting);
            CHECK(ran.exit >= 0);
            CHECK(ran.exit <= 3);
            if (ran.exit != 0) CHECK_FALSE((ran.err + ran.out).empty());
        }
    }
}

}  // namespace

TEST_CASE("corpus: every verb that there is has a row") {
    for (const remit::cli::Verb& verb : remit::cli::verbs()) {
        INFO(verb.name);
        CHECK(runs().count(std::string(verb.name)) == 1);
    }
}

TEST_CASE("corpus: every verb answers whatever the file holds") {
    const Folder folder;
    const std::string request = folder.write("request.json",
                                             R"({"id":"r","session":{},"call":{"tool":"x","args":{}}})");
    for (const std::filesystem::path& path : corpus()) {
        const std::string text = read_all(path.string());
        survives(path.string(), request);
        survives(folder.write("half" + path.extension().string(), text.substr(0, text.size() / 2)), request);
    }
    survives(folder.write("empty.remit", ""), request);
    survives(folder.write("zeros.remit", std::string(4096, '\0')), request);
}
