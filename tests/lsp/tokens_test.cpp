// Words and signs of half-written text.
#include "host/lsp/text/tokens.h"

#include "tests/catch.h"

using namespace remit::lsp;

namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    for (const Token& t : tokens_of(text, 0, text.size())) out.emplace_back(text.substr(t.begin, t.end - t.begin));
    return out;
}

}  // namespace

TEST_CASE("a line is cut into words and signs") {
    CHECK(words("block a.b, c.* when x>=2.50 // why") ==
          std::vector<std::string>{"block", "a", ".", "b", ",", "c.*", "when", "x", ">=", "2.50", "// why"});
    CHECK(words("created: 2026-11-20T09:00:00Z }") ==
          std::vector<std::string>{"created", ":", "2026-11-20T09:00:00Z", "}"});
    CHECK(words("a: 2, b: 3") == std::vector<std::string>{"a", ":", "2", ",", "b", ":", "3"});
    CHECK(words("1h30m * x") == std::vector<std::string>{"1h30m", "*", "x"});
}

TEST_CASE("what is not closed ends with its line") {
    CHECK(words("x \"abc\ny") == std::vector<std::string>{"x", "\"abc", "y"});
    CHECK(words("\"a\\\"b\" c") == std::vector<std::string>{"\"a\\\"b\"", "c"});
    CHECK(words("\"\\") == std::vector<std::string>{"\"\\"});
}

TEST_CASE("a declaration begins with a word at column 0") {
    const std::string text = "policy a\n\ntest \"x\" {\n  call\n}\nrisk r";
    CHECK(declaration_begin(text, text.find("call")) == text.find("test"));
    CHECK(declaration_end(text, text.find("test")) == text.find("risk"));
    CHECK(declaration_begin(text, text.size()) == text.find("risk"));
    CHECK(declaration_begin(text, text.find("test") - 1) == 0);
    CHECK(declaration_begin("", 5) == 0);
}

TEST_CASE("any bytes are some tokens") {
    std::string text;
    for (int c = 255; c >= 0; --c) text += static_cast<char>(c);
    size_t end = 0;
    for (const Token& t : tokens_of(text, 0, text.size())) {
        CHECK(t.begin >= end);
        CHECK(t.end > t.begin);
        end = t.end;
    }
}
