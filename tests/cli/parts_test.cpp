// The parts under the verbs: reading lines, reading arguments, writing files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "host/cli/files.h"
#include "host/cli/line_reader.h"
#include "host/cli/verbs.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

using namespace remit::cli;

namespace {

/// Lines of `text` through a pipe; those that are too long are marked with `!`.
std::vector<std::string> lines_of(const std::string& text, size_t max) {
    const Folder folder;
    const int fd = ::open(folder.write("t", text).c_str(), O_RDONLY);
    LineReader reader(fd, max);
    std::vector<std::string> out;
    std::string_view line;
    for (auto state = reader.next(line); state != LineReader::Line::End; state = reader.next(line)) {
        REQUIRE(state != LineReader::Line::Failed);
        out.push_back((state == LineReader::Line::TooLong ? "!" : "") + std::string(line));
    }
    ::close(fd);
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines") {
    CHECK(lines_of("", 10).empty());
    CHECK(lines_of("a", 10) == Lines{"a"});
    CHECK(lines_of("a\n", 10) == Lines{"a"});
    CHECK(lines_of("\n\nb\r\n", 10) == Lines{"", "", "b"});
    CHECK(lines_of("0123456789\nx", 10) == Lines{"0123456789", "x"});
    CHECK(lines_of("0123456789a\nx", 10) == Lines{"!0123456789", "x"});
    CHECK(lines_of("0123456789a", 10) == Lines{"!0123456789"});
}

TEST_CASE("lines across chunks") {
    const std::string big(700'000, 'q');
    CHECK(lines_of(big + "\nend", 1'000'000) == Lines{big, "end"});
    CHECK(lines_of(big + "\nend", 699'999) == Lines{"!" + big.substr(1), "end"});
    CHECK(lines_of(big + "\nend", 700'000) == Lines{big, "end"});
}

TEST_CASE("reading a descriptor that is none fails") {
    LineReader reader(-1, 10);
    std::string_view line;
    CHECK(reader.next(line) == LineReader::Line::Failed);
    CHECK(reader.error() == EBADF);
}

TEST_CASE("files are replaced whole, and links stay links") {
    const Folder folder;
    const std::string real = folder.write("real", "old"), link = folder.path("link");
    REQUIRE(::symlink(real.c_str(), link.c_str()) == 0);
    REQUIRE(write_file(link, "new").ok());
    CHECK(read_all(real) == "new");
    struct stat info{};
    REQUIRE(::lstat(link.c_str(), &info) == 0);
    CHECK(S_ISLNK(info.st_mode));
    CHECK_FALSE(read_file(real, 2).ok());
    CHECK(*read_file(real, 3) == "new");
}

TEST_CASE("arguments: flags anywhere, both spellings, and the end of flags") {
    std::string error;
    const Verb& eval = *find_verb("eval");
    const auto a = parse_arguments(eval, {"p", "--engine=jit", "--stateful", "-", "--fail-on", "ask"}, error);
    REQUIRE(a);
    CHECK(a->words == std::vector<std::string>{"p", "-"});
    CHECK(a->get("engine") == "jit");
    CHECK(a->has("stateful"));
    CHECK_FALSE(a->has("explain"));
    const auto b = parse_arguments(eval, {"--", "--engine"}, error);
    REQUIRE(b);
    CHECK(b->words == std::vector<std::string>{"--engine"});
    CHECK(b->get("engine") == "auto");
    const auto c = parse_arguments(*find_verb("build"), {"-oX", "p"}, error);
    REQUIRE(c);
    CHECK(c->get("output") == "X");
    CHECK_FALSE(parse_arguments(eval, {"a", "b", "c"}, error));
    CHECK_FALSE(parse_arguments(eval, {"a", "--stateful=yes"}, error));
}

TEST_CASE("control characters do not reach the terminal") {
    CHECK(printable("a\x1b[31m\x7f\n") == "a\\x1b[31m\\x7f\n");
}
