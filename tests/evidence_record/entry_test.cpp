// Entries: exactly one form.
#include <random>

#include "host/evidence/record/entry.h"
#include "tests/catch.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

namespace {

EntryHead a_head() {
    EntryHead head;
    head.kind = Kind::Intent;
    for (size_t i = 0; i < head.chain.bytes.size(); ++i) head.chain.bytes[i] = static_cast<uint8_t>(i * 17);
    head.number = 12;
    head.prev = sha256("before");
    head.wall_ns = 1'795'428'000'123'456'789;
    head.mono_us = 88'123'456;
    head.boot = 0x5f0c00000000000a;
    return head;
}

}  // namespace

TEST_CASE("an entry's bytes") {
    const std::string entry = make_entry(a_head(), R"({"x":1})");
    CHECK(
        entry ==
        R"({"head":{"boot":"5f0c00000000000a","chain":"00112233445566778899aabbccddeeff","kind":"intent","mono":88123456,"n":12,)"
        R"("prev":")" +
            hash64(sha256("before")) + R"(","time":"2026-11-23T10:00:00.123456789Z","v":1},"record":{"x":1}})");
    const auto view = read_entry(entry);
    REQUIRE(view);
    CHECK(view->record == R"({"x":1})");
    CHECK(view->head.kind == Kind::Intent);
    CHECK(view->head.number == 12);
    CHECK(view->head.prev == a_head().prev);
    CHECK(view->head.wall_ns == a_head().wall_ns);
    CHECK(view->head.mono_us == a_head().mono_us);
    CHECK(view->head.boot == a_head().boot);
    CHECK(view->head.chain == a_head().chain);
}

TEST_CASE("every kind of record, first of its chain too, comes back and writes the same bytes") {
    std::mt19937_64 random(3);
#define REMIT_RECORD(name, text, what) Kind::name,
    for (const Kind kind : {REMIT_RECORDS(REMIT_RECORD)}) {
#undef REMIT_RECORD
        for (int i = 0; i < 50; ++i) {
            EntryHead head = a_head();
            head.kind = kind;
            if (i % 2 == 0) head.prev.reset();
            head.number = random() >> (11 + random() % 50);
            head.wall_ns = static_cast<int64_t>(random() >> 2);
            const std::string entry = make_entry(head, "{}");
            const auto view = read_entry(entry);
            REQUIRE(view);
            CHECK(make_entry(view->head, view->record) == entry);
        }
    }
}

TEST_CASE("what is not exactly an entry is refused, or is another entry") {
    const std::string entry = make_entry(a_head(), R"({"x":1})");
    const size_t record = entry.find(R"("record":{)");
    for (size_t at = 0; at < entry.size(); ++at) {
        CHECK_FALSE(read_entry(std::string_view(entry).substr(0, at)));
        for (const char c : {' ', '"', '0', '9', 'A', 'f', '}', '\0', '-', '_'}) {
            std::string changed = entry;
            if (changed[at] == c) continue;
            changed[at] = c;
            const auto view = read_entry(changed);
            // A changed digit is another head: writing it gives those bytes and no others.
            if (view && at < record) CHECK(make_entry(view->head, view->record) == changed);
        }
        std::string longer = entry;
        longer.insert(at, " ");
        if (at < record + 10) CHECK_FALSE(read_entry(longer));
    }
    CHECK_FALSE(read_entry(""));
    CHECK_FALSE(read_entry("{}"));
}

TEST_CASE("times are those of the engine, with nine decimals") {
    std::mt19937_64 random(5);
    for (int i = 0; i < 20'000; ++i) {
        const auto ns = static_cast<int64_t>(random()) / 2;
        std::string text;
        append_time(text, ns);
        REQUIRE(parse_time(text) == ns);
        REQUIRE(parse_timestamp(text) == ns);
    }
    for (const char* wrong :
         {"2026-02-29T00:00:00.000000000Z", "2026-13-01T00:00:00.000000000Z", "2026-01-00T00:00:00.000000000Z",
          "2026-01-01T24:00:00.000000000Z", "2026-01-01T00:00:60.000000000Z", "2026-01-01T00:00:00.00000000Z",
          "2026-01-01T00:00:00.000000000+", "9999-01-01T00:00:00.000000000Z", "2026-01-01 00:00:00.000000000Z"})
        CHECK_FALSE(parse_time(wrong));
    CHECK(parse_time("2024-02-29T23:59:59.999999999Z"));
}

TEST_CASE("action ids") {
    const ChainId chain = a_head().chain;
    const std::string text = action_text(chain, 907);
    CHECK(text == "00112233445566778899aabbccddeeff.907");
    const auto action = parse_action(text);
    REQUIRE(action);
    CHECK(action->chain == chain);
    CHECK(action->number == 907);
    for (const char* wrong : {"", ".", "00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff.",
                              "0011.1", "00112233445566778899AABBCCDDEEFF.1", "00112233445566778899aabbccddeeff.01",
                              "00112233445566778899aabbccddeeff.1x", "00112233445566778899aabbccddeeff.-1",
                              "00112233445566778899aabbccddeeff.99999999999999999999"})
        CHECK_FALSE(parse_action(wrong));
}

}  // namespace remit::evidence
