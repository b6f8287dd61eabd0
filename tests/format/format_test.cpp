// What the formatter promises, over every policy of the repository, the fuzzers' corpora and random policies, each as it is and with its
// layout spoilt: formatting twice is formatting once, and tokens, comments and hash stay.
#include "compiler/syntax/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/compile.h"
#include "compiler/syntax/parse.h"
#include "tests/catch.h"
#include "tests/format/mangle.h"

using namespace remit;
namespace fs = std::filesystem;

namespace {

std::string formatted(const std::string& text) { return format(SourceFile("t.remit", text)); }

/// As s-expressions; empty if there are errors.
std::string parsed(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    const FileId file = sources.add("t.remit", text);
    const ast::File ast = parse_file(sources, file, diagnostics);
    return diagnostics.has_errors() ? std::string() : print(ast);
}

void keeps_all(const std::string& text) {
    const std::string once = formatted(text);
    INFO("of\n" << text << "\nbecomes\n" << once);
    CHECK(formatted(once) == once);
    CHECK(formatting::comments(once) == formatting::comments(text));
    CHECK(parsed(once) == parsed(text));
}

std::vector<fs::path> files_below(const char* folder, bool all) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(REMIT_SOURCE_DIR) / folder))
        if (entry.is_regular_file() && (all || entry.path().extension() == ".remit")) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}
std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<Hash> hash_of(const oracle::Bundle& bundle) {
    const Loader loader = [&](const std::string& path, std::string& error) -> std::optional<std::string> {
        for (const oracle::PolicyFile& file : bundle)
            if (file.name == path) return file.text;
        error = "no such file";
        return std::nullopt;
    };
    const Compilation out = compile(bundle.front().name, bundle.front().text, loader);
    if (out.layers.empty()) return std::nullopt;
    return out.layers.front().hash;
}

}  // namespace

TEST_CASE("every policy of the repository keeps its tokens and comments") {
    size_t seen = 0;
    oracle::Random random(7);
    for (const char* folder : {"examples", "stdlib", "tests", "bench"}) {
        for (const fs::path& path : files_below(folder, false)) {
            const std::string text = read(path);
            INFO(path);
            keeps_all(text);
            if (parsed(text).empty()) continue;
            ++seen;
            for (int i = 0; i < 3; ++i) keeps_all(formatting::mangle(text, random));
        }
    }
    CHECK(seen > 30);
}

TEST_CASE("texts of the parser's corpus keep what they have") {
    size_t seen = 0;
    for (const char* folder : {"tests/fuzz/corpus/parser", "tests/fuzz/corpus/policy"}) {
        for (const fs::path& path : files_below(folder, true)) {
            const std::string text = read(path);
            INFO(path);
            const std::string once = formatted(text);
            CHECK(formatted(once) == once);
            if (parsed(text).empty()) continue;
            ++seen;
            keeps_all(text);
        }
    }
    CHECK(seen > 3);
}

TEST_CASE("random policies keep their hash") {
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        oracle::Random random(seed);
        oracle::Bundle bundle = oracle::Generator(seed).policy();
        const auto before = hash_of(bundle);
        for (oracle::PolicyFile& file : bundle) {
            keeps_all(file.text);
            const std::string spoilt = formatting::mangle(file.text, random);
            keeps_all(spoilt);
            file.text = formatted(spoilt);
        }
        // A layer may pin its parent's hash, which stays as well.
        INFO(oracle::text_of(bundle));
        CHECK(hash_of(bundle) == before);
    }
}

TEST_CASE("one declaration that is not closed loses nothing") {
    const std::string text =
        "policy a.b\nrole   x\nblock read when (  args.a   ==   1 // c\n\nallow   x to  read\n block\n";
    const std::string once = formatted(text);
    CHECK(formatted(once) == once);
    CHECK(once.find("block read when (  args.a   ==   1  // c") != std::string::npos);
    CHECK(once.find("allow x to read") != std::string::npos);
    CHECK(formatting::comments(once) == formatting::comments(text));
    for (size_t cut = 0; cut < text.size(); ++cut) {
        const std::string part = formatted(text.substr(0, cut));
        CHECK(formatted(part) == part);
    }
}
