// Text that nobody writes by hand: it must come back quickly, with a report or a tree, and never crash.
#include <chrono>
#include <random>

#include "tests/syntax/helpers.h"
#include "vm/program/limits.h"

using namespace remit;

namespace {

std::string repeat(const std::string& part, size_t n) {
    std::string out;
    out.reserve(part.size() * n);
    for (size_t i = 0; i < n; ++i) out += part;
    return out;
}

/// Each must be refused as too deep, at once.
void refused_as_deep(const std::string& text) {
    Parsed p = parse(text);
    REQUIRE(p.reports.size() == 1);
    INFO(p.reports[0]);
    CHECK(p.reports[0].find("R0005") != std::string::npos);
}

}  // namespace

TEST_CASE("depth is bounded in every form that has one") {
    constexpr size_t kMany = 100'000;
    refused_as_deep("block * when " + repeat("(", kMany));
    refused_as_deep("block * when " + repeat("(", kMany) + "a" + repeat(")", kMany));
    refused_as_deep("block * when " + repeat("{", kMany));
    refused_as_deep("test \"t\" { call a(b: " + repeat("[", kMany) + repeat("]", kMany) + ") }");
    refused_as_deep("block * when a" + repeat(".b", kMany));
    refused_as_deep("redact args" + repeat(".b", kMany));
    constexpr size_t kSome = 10'000;
    refused_as_deep("block * when " + repeat("not ", kSome) + "a");
    refused_as_deep("block * when " + repeat("- ", kSome) + "a == 1");
    refused_as_deep("block * when a" + repeat(" + a", kSome) + " == 1");
    refused_as_deep("block * when a" + repeat(" * a", kSome) + " == 1");
    refused_as_deep("block * when a" + repeat(" .b", kSome));
    refused_as_deep("block * when " + repeat("any a in b: ", kSome) + "c");
    refused_as_deep("tool a(b: " + repeat("list<", kSome) + "int" + repeat(" max 1>", kSome) + ") read");
}

TEST_CASE("what is exactly as deep as allowed is fine") {
    constexpr size_t kMost = limits::kMaxNesting;
    tree_of("block * when " + repeat("(", kMost) + "a" + repeat(")", kMost));
    tree_of("block * when " + repeat("not ", kMost - 1) + "a");
    refused_as_deep("block * when " + repeat("(", kMost + 1) + "a" + repeat(")", kMost + 1));
    refused_as_deep("block * when " + repeat("not ", kMost) + "a");
}

TEST_CASE("long flat texts are fine") {
    CHECK(parse("block * when a" + repeat(" and b", 10'000)).reports.empty());
    CHECK(parse("block * when a" + repeat(" or b", 10'000)).reports.empty());
    CHECK(parse("block a" + repeat(", b.c", 10'000)).reports.empty());
    CHECK(parse("tiers a" + repeat(" < b", 10'000)).reports.empty());
    CHECK(parse("block * when a in {a" + repeat(", b", 10'000) + "}").reports.empty());
}

TEST_CASE("the example cut at every byte") {
    const std::string whole = read_data("whole.remit");
    REQUIRE(whole.size() > 3000);
    size_t refused = 0;
    for (size_t n = 0; n < whole.size(); ++n) {
        Parsed p = parse(whole.substr(0, n));
        // A cut breaks at most the declaration in which it falls.
        size_t broken = p.reports.empty() ? 0 : 1;
        CHECK(p.reports.size() <= 3);
        refused += broken;
    }
    CHECK(refused > 500);
}

TEST_CASE("random changes of bytes") {
    const std::string whole = read_data("whole.remit");
    std::vector<std::string> decls;
    {
        Parsed p = parse(whole);
        for (const ast::Decl& d : p.file.decls) decls.push_back(whole.substr(d.span.begin, d.span.end - d.span.begin));
    }
    REQUIRE(decls.size() > 40);
    std::mt19937 random(20261120);
    const std::string favourites = "(){}[]<>\"\\*.,:=&|!'\n \t0aZ_\x80\xC3\0";
    auto mutate = [&](std::string text) {
        size_t changes = 1 + random() % 4;
        for (size_t i = 0; i < changes && !text.empty(); ++i) {
            size_t at = random() % text.size();
            char c = random() % 3 == 0 ? static_cast<char>(random()) : favourites[random() % favourites.size()];
            switch (random() % 4) {
                case 0: text[at] = c; break;
                case 1: text.insert(at, 1, c); break;
                case 2: text.erase(at, 1 + random() % 5); break;
                default: text.insert(at, text.substr(random() % text.size(), 1 + random() % 20)); break;
            }
        }
        return text;
    };
    using Clock = std::chrono::steady_clock;
    auto slowest = Clock::duration::zero();
    size_t fine = 0, refused = 0;
    for (size_t i = 0; i < 20'000; ++i) {
        // Mostly single declarations, for speed; sometimes the whole file.
        std::string text = mutate(i % 20 == 0 ? whole : decls[random() % decls.size()]);
        auto start = Clock::now();
        Parsed p = parse(std::move(text));
        slowest = std::max(slowest, Clock::now() - start);
        (p.reports.empty() ? fine : refused) += 1;
    }
    CHECK(fine > 100);
    CHECK(refused > 5'000);
    CHECK(slowest < std::chrono::seconds(2));
}

TEST_CASE("bytes that are no text") {
    auto first = [](const std::string& bytes) { return report_of(bytes); };
    CHECK(first("mark a\nmark \xFFz") == "2:6 R0002 byte 0xff is not UTF-8 here");
    CHECK(first("mark \xC0\x80") == "1:6 R0002 byte 0xc0 is not UTF-8 here");
    CHECK(first("mark \xED\xA0\x80") == "1:6 R0002 byte 0xed is not UTF-8 here");
    CHECK(first("mark \xF4\x90\x80\x80") == "1:6 R0002 byte 0xf4 is not UTF-8 here");
    CHECK(first("// cut \xE2\x82") == "1:8 R0002 byte 0xe2 is not UTF-8 here");
    CHECK(first(std::string("mark a\n// \0", 11)) == "2:4 R0003 a NUL byte");
    CHECK(parse("// \xF0\x9F\x98\x80 \xE2\x82\xAC \xC3\xA9\nmark a").reports.empty());
}

TEST_CASE("ten thousand rules are quick") {
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        text += fmt::format(
            "block payments.refund, net{}.* when args.amount > order(args.order).paid and session.tier == prod\n"
            "  except session.tenant == \"acme\" or risk >= {} because \"more than was paid, says rule {}; refused by "
            "default\"\n",
            i, i, i);
    }
    auto start = std::chrono::steady_clock::now();
    Parsed p = parse(std::move(text));
    auto took = std::chrono::steady_clock::now() - start;
    CHECK(p.file.decls.size() == 10'000);
    // Generous, for busy machines and sanitizers; usual is a fifth of a second.
    CHECK(took < std::chrono::seconds(15));
}
