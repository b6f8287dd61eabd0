// Every way of classing a value counts the thresholds that it has passed.
#include <algorithm>
#include <random>
#include <set>

#include "tests/catch.h"
#include "vm/index/classes.h"

using namespace remit;

namespace {

uint32_t passed(const std::vector<int64_t>& thresholds, int64_t value) {
    return static_cast<uint32_t>(std::upper_bound(thresholds.begin(), thresholds.end(), value) - thresholds.begin());
}

std::vector<int64_t> probes(const std::vector<int64_t>& thresholds) {
    std::vector<int64_t> out = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    for (const int64_t t : thresholds) {
        out.push_back(t);
        if (t != INT64_MIN) out.push_back(t - 1);
        if (t != INT64_MAX) out.push_back(t + 1);
    }
    return out;
}

}  // namespace

TEST_CASE("a search finds how many thresholds are passed, whatever their spacing") {
    std::mt19937_64 random(1);
    std::vector<std::vector<int64_t>> cases = {{},
                                               {0},
                                               {INT64_MAX},
                                               {INT64_MIN + 1},
                                               {INT64_MIN + 1, INT64_MAX},
                                               {1, 2, 3, INT64_MAX},
                                               {INT64_MIN + 1, -3, -2, 0}};
    for (int round = 0; round < 60; ++round) {
        std::set<int64_t> t;
        const int bits = 1 + static_cast<int>(random() % 63);
        for (size_t i = 0; i < 1 + random() % 300; ++i) t.insert(static_cast<int64_t>(random() >> (64 - bits)) - 7);
        cases.emplace_back(t.begin(), t.end());
    }
    for (const auto& thresholds : cases) {
        const SearchClasses classes(thresholds);
        for (const int64_t value : probes(thresholds)) {
            INFO(thresholds.size() << " thresholds, value " << value);
            REQUIRE(search_class(classes, value) == passed(thresholds, value));
        }
    }
}

TEST_CASE("a text's class is its place among the named ones, and 0 for all others") {
    std::vector<std::string> texts = {"", "a", "ab", "abcdefgh", "abcdefghi", "b"};
    for (int i = 0; i < 500; ++i) texts.push_back("text " + std::to_string(i));
    std::sort(texts.begin(), texts.end());
    const std::vector<std::string_view> named(texts.begin(), texts.end());
    const TextClasses classes(named);
    for (uint32_t i = 0; i < named.size(); ++i)
        REQUIRE(text_class(classes, {named[i].data(), static_cast<uint32_t>(named[i].size()), 0}) == i + 1);
    for (const std::string_view other : {"c", "text", "text 500", "abcdefg"})
        CHECK(text_class(classes, {other.data(), static_cast<uint32_t>(other.size()), 0}) == 0);
    CHECK(text_class(classes, {nullptr, 0, 0}) == 1);
    const TextClasses none({});
    CHECK(text_class(none, {"a", 1, 0}) == 0);
}

TEST_CASE("an error has the class above all values") {
    Table table;
    table.dims[0].top = table.dims[0].span = 3;
    for (const ClassKind kind :
         {ClassKind::Direct, ClassKind::Few, ClassKind::Span, ClassKind::Search, ClassKind::Text})
        CHECK(class_of(kind, table, 0, error(Err::Absent)) == 4);
}

TEST_CASE("clamping does not overflow") {
    CHECK(clamped(INT64_MIN, INT64_MAX, 5) == 0);
    CHECK(clamped(INT64_MAX, INT64_MIN, 5) == 5);
    CHECK(clamped(INT64_MAX, INT64_MIN, UINT32_MAX) == UINT32_MAX);
    CHECK(clamped(7, 5, 5) == 2);
    CHECK(clamped(5, 5, 0) == 0);
}
