// Command lines as words.
#include "tests/catch.h"
#include "vm/value/command.h"

namespace remit::test {

namespace {

using Words = std::vector<std::string>;

void reads(const std::string& line, const Words& words) {
    INFO(line);
    const auto split = split_command(line);
    REQUIRE(split);
    CHECK(*split == words);
}

}  // namespace

TEST_CASE("commands that are understood") {
    reads("ls", {"ls"});
    reads("  git \t commit   -m\t", {"git", "commit", "-m"});
    reads("git commit -m 'a message; with $signs'", {"git", "commit", "-m", "a message; with $signs"});
    reads("a\"b\"'c'd\\ e", {"abcd e"});
    reads("x '' \"\"", {"x", "", ""});
    reads("x \"a\\\"b\\\\c\\$d\\`e\\f\"", {"x", "a\"b\\c$d`e\\f"});
    reads("x \\$HOME \\; \\'", {"x", "$HOME", ";", "'"});
    reads("x 'two\nlines' \"and\nthese!\"", {"x", "two\nlines", "and\nthese!"});
    reads("/usr/bin/env A=1 b", {"/usr/bin/env", "A=1", "b"});
    reads("x a=b --c=d", {"x", "a=b", "--c=d"});
    reads("1a=b", {"1a=b"});
    reads("./a=b", {"./a=b"});
    reads("\xC3\xA9t\xC3\xA9 % @ : , . - + =", {"\xC3\xA9t\xC3\xA9", "%", "@", ":", ",", ".", "-", "+", "="});
}

TEST_CASE("commands that are not understood") {
    for (const char* line :
         {"",        "   ",     "''",      "\"\" x",       "/",        "/usr/bin/", "'open",  "\"open",    "x 'a",
          "x \"a\\", "x\\",     "x \\\ny", "x \"a\\\nb\"", "x $y",     "x \"$y\"",  "x `y`",  "x \"`y`\"", "x $(y)",
          "x;y",     "x|y",     "x&",      "x&&y",         "x<y",      "x>y",       "(x)",    "{ x",       "x }",
          "x *",     "x ?",     "x [a]",   "x ~",          "~/x",      "x #y",      "! x",    "x!y",       "x\ny",
          "x\ry",    "x\x01y",  "x\x7F",   "x^y",          "A=1 x",    "A= x",      "A+=1 x", "_a9=1",     "'A=1' x",
          "A'='1 x", "time ls", "if x",    "'while' x",    "coproc x", "$'a'",      "x$"}) {
        INFO(line);
        CHECK_FALSE(split_command(line));
    }
    CHECK_FALSE(split_command(std::string_view("x\0y", 3)));
    CHECK_FALSE(split_command(std::string_view("x 'a\0b'", 8)));
}

TEST_CASE("commands as lists of words") {
    CHECK(is_command({"ls", "", "$x; y"}));
    CHECK(is_command({"A=1"}));
    CHECK_FALSE(is_command({}));
    CHECK_FALSE(is_command({""}));
    CHECK_FALSE(is_command({"/bin/"}));
    CHECK_FALSE(is_command({"ls", std::string("a\0b", 3)}));
    CHECK(program_of("/usr/bin/git") == "git");
    CHECK(program_of("git") == "git");
    CHECK(program_of("a/") == "");
}

TEST_CASE("any bytes are read to the end, and what is read can be written and read again") {
    uint64_t state = 7;
    const auto next = [&](uint64_t n) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % n;
    };
    constexpr std::string_view kBytes = "ab =/'\"\\ \t$;\n\0x\xC3";
    size_t understood = 0;
    for (int i = 0; i < 100'000; ++i) {
        std::string line;
        for (uint64_t n = next(14); n > 0; --n) line += kBytes[next(kBytes.size())];
        const auto words = split_command(line);
        if (!words) continue;
        ++understood;
        REQUIRE(is_command(*words));
        std::string quoted;
        for (const std::string& word : *words) {
            quoted += quoted.empty() ? "'" : " '";
            for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
            quoted += "'";
        }
        INFO(line << "\n" << quoted);
        CHECK(split_command(quoted) == words);
    }
    CHECK(understood > 1000);
}

}  // namespace remit::test
