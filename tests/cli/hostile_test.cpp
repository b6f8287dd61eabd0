// Input that is meant to hurt: huge, deep, endless, damaged. Always an answer with the right exit code, in bounded memory and time.
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

constexpr long kMuch = 300'000;  // KB of memory that nothing here may need
constexpr double kLong = 20;     // seconds, for a busy machine

std::string times(size_t n, const std::string& text) {
    std::string out;
    out.reserve(n * text.size());
    for (size_t i = 0; i < n; ++i) out += text;
    return out;
}

const std::string kHead = "policy a\ntool t.x(a: string, n: int) write\n";

void check_bounded(const Ran& ran) {
    CHECK(ran.max_rss_kb < kMuch);
    CHECK(ran.seconds < kLong);
}

/// `check` refuses `text` with the diagnostic `code`.
void refuses(const std::string& name, const std::string& text, const std::string& code) {
    INFO(name);
    const Folder folder;
    const Ran ran = run_remit({"check", folder.write("p.remit", text)});
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.err, Contains("p.remit:") && Contains("error[" + code + "]"));
    CHECK(ran.err.size() < 100'000);
    check_bounded(ran);
}

}  // namespace

TEST_CASE("hostile: depth of a policy is bounded") {
    const size_t n = 100'000;
    refuses("round", kHead + "block t.x when " + times(n, "(") + "true" + times(n, ")") + "\n", "R0005");
    refuses("curly", kHead + "block t.x when args.n in " + times(n, "{") + times(n, "}") + "\n", "R0005");
    refuses("square", kHead + "test \"t\" {\n  call t.x(a: " + times(n, "[") + times(n, "]") + ")\n}\n", "R0005");
    refuses("not", kHead + "block t.x when " + times(n, "not ") + "true\n", "R0005");
    refuses("minus", kHead + "block t.x when args.n == " + times(n, "-") + "1\n", "R0005");
    refuses("plus", kHead + "block t.x when args.n" + times(n, " + 1") + " == 1\n", "R0005");
    refuses("dots", kHead + "block t.x when a" + times(n, ".a") + "\n", "R0005");
    refuses("or", kHead + "block t.x when args.n == 1" + times(20'000, " or args.n == 1") + "\n", "R0125");
}

TEST_CASE("hostile: size of a policy is bounded") {
    const std::string five(5 << 20, 'x');
    refuses("one string", "\"" + five + "\"", "R0006");
    refuses("a string", kHead + "block t.x when args.a == \"" + five + "\"\n", "R0006");
    refuses("declarations", "policy a\n" + times(200'001, "role r\n"), "R0007");
    refuses("bytes", "policy a\n" + times(65 << 10, "// " + std::string(1020, 'x') + "\n"), "R0001");
}

TEST_CASE("hostile: a mistake at the end of one very long line is shown without the line") {
    refuses("utf-8", "policy a\n// " + std::string(40 << 20, 'x') + "\xFF\n", "R0002");
}

TEST_CASE("hostile: bytes that are no text") {
    refuses("NUL", std::string("policy a\n\0tool", 14), "R0003");
    refuses("latin", "policy a // \xE4\n", "R0002");
    refuses("surrogate", "policy a // \xED\xA0\x80\n", "R0002");
    refuses("empty", "", "R0101");
    refuses("mark", "\xEF\xBB\xBF", "R0101");
    refuses("another program",
            std::string("\x7F"
                        "ELF\0\0\0",
                        7),
            "R0003");
}

TEST_CASE("hostile: regular expressions are linear or refused") {
    refuses("repetitions", kHead + "block t.x when args.a matches \"((a{1,100}){1,100}){1,100}\"\n", "R0211");
    refuses("large", kHead + "block t.x when args.a matches \"" + times(100'000, "(a|b)?") + "\"\n", "R0211");
    const Folder folder;
    const std::string policy = folder.write(
        "p.remit", kHead + "role r\nallow r to t.x\nblock t.x when args.a matches \"(a*)*b\"\n");
    Setting setting;
    setting.input =
        R"({"id":"r","session":{"id":"s","roles":["r"],"tier":"dev","tenant":"t","owner":"o","scope":["*"],"retention":"r",)"
        R"("expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":"t.x","args":{"a":")" +
        std::string(900'000, 'a') + R"(","n":1}},"state":{},"context":{"time":"2026-01-01T00:00:00Z"}})";
    const Ran ran = run_remit({"eval", policy}, setting);
    CHECK_THAT(ran.out, Contains("\"verdict\":\"allow\""));
    check_bounded(ran);
}

TEST_CASE("hostile: requests that are deep, wide or long are denied in their place") {
    const size_t n = 1'000'000;
    Setting setting;
    setting.input = times(n, "[") + times(n, "]") + "\n" +                                // deep
                    R"({"id":"a","call":{"args":)" + times(600'000, R"({"a":)") + "\n" +  // deep and broken
                    R"({"id":"w","x":[)" + times(n, "1,") + "1]}\n" +                     // wide
                    R"({"id":"l","x":")" + std::string(30 << 20, 'x') + "\"}\n" +         // long
                    std::string(5 << 20, '\0') + "\n" + "{\"id\":\"\xFF\"}\n" + "{\"id\":\"next\"}";
    const Ran ran = run_remit({"eval", sample("support.remit")}, setting);
    CHECK(ran.exit == 0);
    std::vector<std::string> lines(1);
    for (const char c : ran.out) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    REQUIRE(lines.size() == 8);
    for (size_t i = 0; i < 7; ++i) {
        INFO(lines[i]);
        CHECK_THAT(lines[i], Contains("\"verdict\":\"deny\"") && Contains("\"error\":"));
        CHECK(lines[i].size() < 2000);
    }
    CHECK_THAT(lines[6], Contains("\"id\":\"next\""));
    check_bounded(ran);
}

TEST_CASE("hostile: requests that never end are given up") {
    const Ran ran = run_remit({"eval", sample("support.remit"), "/dev/zero"});
    CHECK(ran.exit == 3);
    CHECK_THAT(ran.err, Contains("cannot read /dev/zero"));
    check_bounded(ran);
}

TEST_CASE("hostile: images that are damaged, cut or foreign") {
    const Folder folder;
    const std::string path = folder.path("p.img");
    REQUIRE(run_remit({"build", sample("support.remit"), "-o", path}).exit == 0);
    const std::string image = read_all(path);
    std::vector<std::string> wrong = {image.substr(0, 8), image.substr(0, 30), image.substr(0, image.size() - 1),
                                      image + "x"};
    for (size_t at = 8; at < image.size(); at += 1 + image.size() / 12) {
        wrong.push_back(image);
        wrong.back()[at] = static_cast<char>(wrong.back()[at] ^ 1);
    }
    for (const std::string& bytes : wrong) {
        const Ran ran = run_remit({"hash", folder.write("wrong.img", bytes)});
        CHECK(ran.exit == 1);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, Contains("wrong.img: image "));
    }
    // What wants the text says so instead of showing the image as text.
    for (const std::string verb : {"check", "test"}) {
        const Ran ran = run_remit({verb, path});
        CHECK(ran.exit == 1);
        CHECK_THAT(ran.out + ran.err, Contains("this is a compiled policy"));
    }
}
