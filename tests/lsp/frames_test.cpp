// The base protocol: messages out of bytes, whatever the bytes.
#include "host/lsp/transport/frames.h"

#include "tests/catch.h"

using namespace remit::lsp;

namespace {

std::vector<Frame> all(FrameReader& reader, std::string_view bytes) {
    std::vector<Frame> out;
    reader.feed(bytes);
    while (auto frame = reader.next()) out.push_back(*frame);
    return out;
}

}  // namespace

TEST_CASE("messages come out whole, however they come in") {
    const std::string bytes = framed("{\"a\":1}") + "content-type: x\r\nCONTENT-LENGTH:  2 \r\n\r\n{}" + framed("");
    for (const size_t step : {size_t{1}, size_t{7}, bytes.size()}) {
        FrameReader reader;
        std::vector<std::string> texts;
        for (size_t i = 0; i < bytes.size(); i += step)
            for (const Frame& f : all(reader, std::string_view(bytes).substr(i, step))) texts.push_back(f.text);
        CHECK(texts == std::vector<std::string>{"{\"a\":1}", "{}", ""});
    }
}

TEST_CASE("a message that is too large is skipped, and the next is read") {
    FrameReader reader;
    auto frames = all(reader, "Content-Length: " + std::to_string(kMaxMessageBytes + 1) + "\r\n\r\n");
    const std::string megabyte(1 << 20, 'x');
    size_t left = kMaxMessageBytes + 1;
    while (left > 0) {
        const size_t some = std::min(left, megabyte.size());
        for (const Frame& f : all(reader, std::string_view(megabyte).substr(0, some))) frames.push_back(f);
        left -= some;
    }
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].kind == Frame::Kind::TooLarge);
    CHECK(all(reader, framed("{}")).at(0).text == "{}");
}

TEST_CASE("a length beyond all numbers is only too large") {
    FrameReader reader;
    CHECK(all(reader, "Content-Length: 99999999999999999999999999999\r\n\r\nabc").empty());
    CHECK_FALSE(reader.lost());
}

TEST_CASE("a header without a length is skipped") {
    for (const std::string header :
         {"X: 1\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length:\r\n\r\n",
          "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "\r\n\r\n"}) {
        INFO(header);
        FrameReader reader;
        const auto frames = all(reader, header + framed("{}"));
        REQUIRE(frames.size() == 2);
        CHECK(frames[0].kind == Frame::Kind::BadHeader);
        CHECK(frames[1].text == "{}");
    }
}

TEST_CASE("a header without an end is the end") {
    FrameReader reader;
    CHECK(all(reader, std::string(kMaxHeaderBytes, 'x')).empty());
    CHECK(all(reader, "xx").at(0).kind == Frame::Kind::BadHeader);
    CHECK(reader.lost());
    CHECK(all(reader, framed("{}")).empty());
}
