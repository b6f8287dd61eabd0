// Names and coverage over the Ast, held against the compiler.
#include "host/lsp/index/names.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "compiler/compile.h"
#include "compiler/syntax/parse.h"
#include "host/lsp/index/cover.h"
#include <algorithm>

#include "tests/catch.h"

using namespace remit;
using namespace remit::lsp;
namespace fs = std::filesystem;

namespace {

std::optional<std::string> read(const std::string& path, std::string&) {
    std::ifstream file(path);
    if (!file) return std::nullopt;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

Compilation compiled(const std::string& path) {
    std::string error;
    CompileOptions options;
    options.keep_ir_text = true;
    return compile(path, *read(path, error), read, options);
}

std::vector<std::string> example_policies() {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(REMIT_SOURCE_DIR "/examples")) {
        std::string error;
        if (entry.path().extension() != ".remit") continue;
        const std::string text = *read(entry.path().string(), error);
        if (text.starts_with("policy ") || text.find("\npolicy ") != std::string::npos)
            out.push_back(entry.path().string());
    }
    return out;
}

/// Of each rule in the printed Ir, by the line that it stands on: its tools.
std::map<std::string, std::set<std::string>> tools_by_place(const std::string& ir) {
    std::map<std::string, std::set<std::string>> out;
    std::istringstream lines(ir);
    std::string line, place;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string first, word;
        words >> first;
        if (first == "rule") {
            words >> place;
            place = place.substr(0, place.rfind(':'));
        }
        if (first == "tools")
            while (words >> word)
                if (word != "result" &&
                    word != "result,")  // the tool that decides another's results is named `T result`
                    out[place].insert(word.back() == ',' ? word.substr(0, word.size() - 1) : word);
    }
    return out;
}

struct Text {
    Sources sources;
    std::vector<ast::File> files;
    explicit Text(const std::string& text) {
        Diagnostics diagnostics;
        files.push_back(parse_file(sources, sources.add("t.remit", text), diagnostics));
        REQUIRE(diagnostics.all().empty());
    }
    std::string text_of(Span s) const { return std::string(sources.file(0).text().substr(s.begin, s.end - s.begin)); }
};

}  // namespace

TEST_CASE("a selector covers what the compiler says it covers") {
    size_t rules = 0;
    for (const std::string& path : example_policies()) {
        const Compilation c = compiled(path);
        if (c.layers.empty()) continue;  // is under work, or meant to be wrong
        const Model model(c.files);
        const auto real = tools_by_place(c.ir_text);
        for (const RuleAt& at : model.rules) {
            const SourceFile& source = c.sources.file(at.span.file);
            const auto it = real.find(source.name() + ":" + std::to_string(source.locate(at.rule->head.begin).line));
            if (it == real.end()) continue;  // of the parent, or a repetition
            INFO(it->first);
            const auto mine = covered(model, *at.rule);
            CHECK(std::set<std::string>(mine.begin(), mine.end()) == it->second);
            ++rules;
        }
    }
    CHECK(rules > 50);
}

TEST_CASE("a name's place is the name") {
    size_t seen = 0;
    for (const std::string& path : example_policies()) {
        const Compilation c = compiled(path);
        const Model model(c.files);
        const Index index(model, c.files);
        for (const Occurrence& o : index.all()) {
            std::string text(c.sources.file(o.span.file).text().substr(o.span.begin, o.span.end - o.span.begin));
            if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
            INFO(path << " " << static_cast<int>(o.what.kind));
            CHECK(text == o.what.name);
            ++seen;
        }
    }
    CHECK(seen > 500);
}

TEST_CASE("every name of a policy without errors leads to a declaration") {
    for (const std::string& path : example_policies()) {
        const Compilation c = compiled(path);
        if (c.layers.empty()) continue;
        const Index index(Model(c.files), c.files);
        for (const Occurrence& o : index.all()) {
            const bool has_one = o.what.kind == NameKind::Tool || o.what.kind == NameKind::Role ||
                                 o.what.kind == NameKind::State || o.what.kind == NameKind::Egress ||
                                 o.what.kind == NameKind::Fact || o.what.kind == NameKind::Argument;
            if (!has_one) continue;
            INFO(c.sources.at(o.span) << " " << o.what.owner << " " << o.what.name);
            const auto all = index.of(o.what);
            CHECK(std::any_of(all.begin(), all.end(), [](const Occurrence* other) { return other->definition; }));
        }
    }
}

TEST_CASE("symbols are found by the type that is expected") {
    const Text t(
        "enum size { small, large }\nenum flag { small, none }\n"
        "tool a.b(s: size, f: flag, tags: set<size> max 3) read\n"
        "block a.b when args.s == small or args.f in {small} or args.tags meets {large} or any x in args.tags: x == "
        "small\n"
        "block a.b when session.tier == prod and analyst in session.roles and sources(args.s) only {user, a.b}\nrole "
        "analyst\n");
    const Model model(t.files);
    const Index index(model, t.files);
    CHECK(index.of({NameKind::Symbol, "size", "small"}).size() == 3);
    CHECK(index.of({NameKind::Symbol, "flag", "small"}).size() == 2);
    CHECK(index.of({NameKind::Symbol, "size", "large"}).size() == 2);
    CHECK(index.of({NameKind::Symbol, "tiers", "prod"}).size() == 1);
    CHECK(index.of({NameKind::Role, "", "analyst"}).size() == 2);
    CHECK(index.of({NameKind::Tool, "", "a.b"}).size() == 4);
    CHECK(index.of({NameKind::Argument, "a.b", "tags"}).size() == 3);
}

TEST_CASE("fixtures, tables and windows are names") {
    const Text t(
        "tool a.b(n: int) read\nfixture base { session { tier prod } }\nwindow office in \"UTC\" { \"mon-fri "
        "09:00-17:00\" }\n"
        "table cap(at: tier): int { dev: 1 stage: 2 prod: 3 }\nparam most: int max 9 default 5\n"
        "block a.b when context.time during office and args.n > cap(session.tier) or args.n > most\n"
        "test \"t\" with base { call a.b(n: 1) expect deny }\n");
    const Model model(t.files);
    const Index index(model, t.files);
    CHECK(index.of({NameKind::Fixture, "", "base"}).size() == 2);
    CHECK(index.of({NameKind::Window, "", "office"}).size() == 2);
    CHECK(index.of({NameKind::Table, "", "cap"}).size() == 2);
    CHECK(index.of({NameKind::Parameter, "", "most"}).size() == 2);
    CHECK(index.of({NameKind::Symbol, "tiers", "stage"}).size() == 1);
}

TEST_CASE("the name at a place is the innermost") {
    const Text t("tool a.b(x: record { y: int }) read\nblock a.b when args.x.y > 3\n");
    const Index index(Model(t.files), t.files);
    const auto at = [&](const std::string& needle, uint32_t shift) {
        const auto found = index.at(0, static_cast<uint32_t>(t.sources.file(0).text().rfind(needle)) + shift);
        return found.empty() ? std::string() : t.text_of(found.front()->span);
    };
    CHECK(at("args.x", 5) == "x");
    CHECK(at("a.b when", 2) == "a.b");
    CHECK(at("when", 1) == "");
}
