// A policy that is compiled again after an edit is the policy compiled from nothing: the same images, the same messages.
#include <random>

#include "compiler/incremental.h"
#include "compiler/syntax/parse.h"
#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "tests/differential/generate.h"
#include "vm/program/image.h"

namespace remit::test {

namespace {

Loader loader_of(const Files& files) {
    return [&files](const std::string& path, std::string& error) -> std::optional<std::string> {
        const auto it = files.find(path);
        if (it != files.end()) return it->second;
        error = "no such file";
        return std::nullopt;
    };
}

/// Compiles by `compiler` and from nothing, and compares all that comes out.
bool same_as_from_nothing(Compiler& compiler, const std::string& main, const Files& files) {
    const Compilation from_nothing = compile_files(main, files);
    const Compilation changed = compiler.compile(main, files.at(main), loader_of(files));
    std::string all;
    for (const auto& [name, text] : files) all += "==== " + name + "\n" + text + "\n";
    INFO(all);
    CHECK(messages(changed) == messages(from_nothing));
    CHECK(changed.diagnostics.errors() == from_nothing.diagnostics.errors());
    CHECK(changed.diagnostics.warnings() == from_nothing.diagnostics.warnings());
    const bool same = write_images(changed.layers) == write_images(from_nothing.layers);
    CHECK(same);
    REQUIRE(changed.files.size() == from_nothing.files.size());
    for (size_t f = 0; f < changed.files.size(); ++f) CHECK(print(changed.files[f]) == print(from_nothing.files[f]));
    return same && !from_nothing.layers.empty();
}

class Editor {
public:
    explicit Editor(uint64_t seed) : random_(seed) {}
    size_t below(size_t n) { return n == 0 ? 0 : static_cast<size_t>(random_.next() % n); }

    /// One edit of a file, with lines of `other` to take from.
    void edit(std::string& text, const std::string& other) {
        std::vector<std::string> lines = split(text);
        const std::vector<std::string> more = split(other);
        const size_t at = below(lines.size());
        switch (below(12)) {
            case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at)); break;
            case 1: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), lines[below(lines.size())]); break;
            case 2: std::swap(lines[at], lines[below(lines.size())]); break;
            case 3: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), "// a remark"); break;
            case 4: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), ""); break;
            case 5: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), more[below(more.size())]); break;
            case 6: lines[at] = more[below(more.size())]; break;
            case 7: lines[at].insert(below(lines[at].size() + 1), 1, "({\"x7 .\xC3"[below(8)]); break;
            default: change_digit(lines[at]);
        }
        text.clear();
        for (const std::string& line : lines) text += line + "\n";
        if (below(8) == 0) text.pop_back();
    }

private:
    static std::vector<std::string> split(const std::string& text) {
        std::vector<std::string> lines(1);
        for (char c : text) {
            if (c == '\n')
                lines.emplace_back();
            else
                lines.back() += c;
        }
        return lines;
    }

    void change_digit(std::string& line) {
        const size_t at = line.find_first_of("0123456789", below(line.size()));
        if (at != std::string::npos) line[at] = static_cast<char>('1' + below(9));
    }

    oracle::Random random_;
};

}  // namespace

TEST_CASE("random edits of random policies") {
    size_t compiled = 0, in_part = 0, broken = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        const oracle::Generator generator(seed), other(seed + 1000);
        Files files;
        for (const oracle::PolicyFile& f : generator.policy()) files[f.name] = f.text;
        const std::string main = generator.policy()[0].name;
        Compiler compiler;
        Editor editor(seed);
        for (int step = 0; step < 20; ++step) {
            const Files before = files;
            const size_t which = editor.below(files.size());
            auto file = std::next(files.begin(), static_cast<std::ptrdiff_t>(which));
            for (size_t edits = 1 + editor.below(2); edits > 0; --edits)
                editor.edit(file->second, other.policy()[editor.below(other.policy().size())].text);
            const bool sound = same_as_from_nothing(compiler, main, files);
            compiled += sound ? 1 : 0;
            broken += sound ? 0 : 1;
            if (sound && compiler.checked() < 3) ++in_part;
            if (!sound && editor.below(8) > 0) files = before;  // most mistakes are taken back
        }
    }
    // Neither half is empty: edits break policies, and edits are compiled in part.
    CHECK(compiled > 150);
    CHECK(broken > 50);
    CHECK(in_part > 30);
}

namespace {

const char* const kHead =
    "policy a.b\nrole clerk\ntool pay(amount: decimal(2) min 0.00, region: string) write\n"
    "tool look(id: string) read\nallow anyone to * including write\n";

size_t checked_after(const std::string& first, const std::string& second) {
    Compiler compiler;
    CHECK(same_as_from_nothing(compiler, "p", {{"p", first}}));
    CHECK(same_as_from_nothing(compiler, "p", {{"p", second}}));
    return compiler.checked();
}

}  // namespace

TEST_CASE("an edit of a rule checks that rule alone") {
    const std::string rules =
        "block pay when args.amount > 10.00\nblock look when args.id == \"x\"\nask clerk for pay within 1h\n";
    const std::string edited =
        "block pay when args.amount > 11.00\nblock look when args.id == \"x\"\nask clerk for pay within 1h\n";
    CHECK(checked_after(kHead + rules, kHead + edited) == 1);
    SECTION("moving rules checks none") {
        CHECK(checked_after(kHead + rules, std::string(kHead) + "\n// a remark\n\n" + rules) == 0);
    }
    SECTION("taking one away checks none") {
        CHECK(checked_after(kHead + rules + "block pay when args.amount > 99.00\n", kHead + rules) == 0);
    }
    SECTION("the same rule twice is one, at the place of the first") {
        CHECK(checked_after(kHead + rules,
                            "policy a.b\nrole clerk\n// moved\n" + std::string(kHead).substr(22) + rules + rules) == 3);
    }
}

TEST_CASE("what rules share starts over") {
    const std::string rules = "block pay when args.amount > 10.00\nblock look when args.id == \"x\"\n";
    SECTION("a tool") { CHECK(checked_after(kHead + rules, kHead + rules + "tool more() read\n") == 3); }
    SECTION("the order in which arguments are first read") {
        const std::string other = "block look when args.id == \"x\"\nblock pay when args.amount > 10.00\n";
        CHECK(checked_after(kHead + rules, kHead + other) == 3);
    }
    SECTION("an argument that nothing reads any more") {
        CHECK(checked_after(kHead + rules, kHead + std::string("block pay when args.amount > 10.00\n")) == 2);
    }
    SECTION("a mark") { CHECK(checked_after(kHead + rules, kHead + rules + "mark seen for look\n") == 4); }
}

TEST_CASE("a mistake that is taken back costs nothing more") {
    const std::string good = std::string(kHead) + "block pay when args.amount > 10.00\n";
    Compiler compiler;
    CHECK(same_as_from_nothing(compiler, "p", {{"p", good}}));
    CHECK_FALSE(same_as_from_nothing(compiler, "p", {{"p", good + "block nothing.such\n"}}));
    CHECK_FALSE(same_as_from_nothing(compiler, "p", {{"p", good + "block pay when (\n"}}));
    CHECK(same_as_from_nothing(compiler, "p", {{"p", good}}));
    CHECK(compiler.checked() == 0);
}

TEST_CASE("warnings are said again") {
    const std::string warned = std::string(kHead) + "block pay when 1 > 2\nblock look when has args.id\n";
    Compiler compiler;
    CHECK(same_as_from_nothing(compiler, "p", {{"p", warned}}));
    CHECK(same_as_from_nothing(compiler, "p",
                               {{"p", "// further down\n" + warned + "block look when args.id == \"x\"\n"}}));
    CHECK(same_as_from_nothing(compiler, "p", {{"p", warned}}));
}

TEST_CASE("policies under one another, and files of one policy") {
    Files files = {{"child", "policy a.child under a.b from \"p\"\nblock look when args.id == \"y\"\nuse \"more\"\n"},
                   {"p", std::string(kHead) + "block pay when args.amount > 10.00\n"},
                   {"more", "block look when args.id == \"z\"\n"}};
    Compiler compiler;
    CHECK(same_as_from_nothing(compiler, "child", files));
    files["more"] = "block look when args.id == \"zz\"\n";
    CHECK(same_as_from_nothing(compiler, "child", files));
    CHECK(compiler.checked() == 1);
    files["p"] += "block pay when args.amount > 20.00\n";  // changes the parent's hash, and so the child
    CHECK(same_as_from_nothing(compiler, "child", files));
    files["child"] = "policy a.child\nuse \"p\"\n";
    CHECK_FALSE(same_as_from_nothing(compiler, "child", files));
    CHECK(same_as_from_nothing(compiler, "p", files));
}

}  // namespace remit::test
