// Bytes to lines and units of each encoding, and back.
#include "host/lsp/text/position.h"

#include "host/lsp/text/uri.h"
#include "tests/catch.h"

using namespace remit::lsp;

TEST_CASE("columns are counted in the encoding's units") {
    const std::string text = "a\u00fc\U0001f600b\n\u20acz";  // 1, 2, 4, 1 bytes; 3, 1 bytes
    const LineMap lines(text);
    const size_t b = 7, z = 12;
    CHECK(lines.position(b, Encoding::Utf8) == Position{0, 7});
    CHECK(lines.position(b, Encoding::Utf16) == Position{0, 4});
    CHECK(lines.position(b, Encoding::Utf32) == Position{0, 3});
    CHECK(lines.position(z, Encoding::Utf16) == Position{1, 1});
    for (const Encoding e : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32})
        for (const size_t at : {size_t{0}, size_t{1}, size_t{3}, b, size_t{8}, size_t{9}, z, z + 1})
            CHECK(lines.offset(lines.position(at, e), e) == at);
}

TEST_CASE("a place inside a letter is the letter's beginning") {
    const LineMap lines("\U0001f600x");
    CHECK(lines.position(2, Encoding::Utf16) == Position{0, 0});
    CHECK(lines.offset({0, 1}, Encoding::Utf16) == 0);  // between its two halves
    CHECK(lines.offset({0, 2}, Encoding::Utf16) == 4);
}

TEST_CASE("a place outside of the text is moved into it") {
    const LineMap lines("ab\r\ncd\n");
    CHECK(lines.offset({0, 99}, Encoding::Utf16) == 2);
    CHECK(lines.offset({1, 99}, Encoding::Utf16) == 6);
    CHECK(lines.offset({2, 5}, Encoding::Utf16) == 7);
    CHECK(lines.offset({99, 0}, Encoding::Utf16) == 7);
    CHECK(lines.position(99, Encoding::Utf16) == Position{2, 0});
    CHECK(LineMap("").offset({3, 3}, Encoding::Utf16) == 0);
}

TEST_CASE("each of the three ends of a line ends one") {
    const LineMap lines("a\nb\r\nc\rd");
    REQUIRE(lines.lines() == 4);
    CHECK(lines.offset({3, 0}, Encoding::Utf8) == 7);
    CHECK(lines.line_end(1) == 3);
}

TEST_CASE("bytes that are no UTF-8 count as letters") {
    const std::string text = "\xff\xc3x\xf0\x9f";
    const LineMap lines(text);
    for (size_t i = 0; i <= text.size(); ++i) CHECK(lines.position(i, Encoding::Utf16).line == 0);
    CHECK(lines.offset({0, 99}, Encoding::Utf16) == text.size());
}

TEST_CASE("paths and URIs") {
    CHECK(path_of("file:///a%20b/%C3%BC.remit") == "/a b/\u00fc.remit");
    CHECK(uri_of("/a b/\u00fc.remit") == "file:///a%20b/%C3%BC.remit");
    CHECK(path_of("file://host/x") == "/x");
    CHECK(path_of("untitled:Untitled-1") == "untitled:Untitled-1");
    CHECK(uri_of("untitled:Untitled-1") == "untitled:Untitled-1");
    CHECK(uri_of("std.mcp") == "remit-std:/std.mcp");
    CHECK(path_of("file:///%zz%4") == "/%zz%4");
    CHECK(path_of("file://") == "");
}
