// Names to numbers.

#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/names.h"

using namespace remit;
using namespace remit::test;

TEST_CASE("a name table finds what was added, by scope, and nothing else") {
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) texts.push_back(std::string(static_cast<size_t>(i % 40), 'x') + std::to_string(i));
    texts.push_back("");
    NameTable table;
    for (uint32_t i = 0; i < texts.size(); ++i) CHECK(table.add(i % 3, texts[i], i) == i);
    for (uint32_t i = 0; i < texts.size(); ++i) {
        CHECK(table.find(i % 3, texts[i]) == i);
        CHECK(table.find((i + 1) % 3, texts[i]) == kUnknownName);
        CHECK(table.find(i % 3, texts[i] + "!") == kUnknownName);
    }
    CHECK(table.add(0, texts[0], 77) == 0);  // the first stays
    CHECK(NameTable().find(0, "x") == kUnknownName);
}

TEST_CASE("texts that differ in one byte anywhere are told apart") {
    for (size_t size = 1; size < 40; ++size) {
        const std::string text(size, 'a');
        NameTable table;
        table.add(0, text, 1);
        for (size_t i = 0; i < size; ++i) {
            std::string other = text;
            other[i] = 'b';
            CHECK(table.find(0, other) == kUnknownName);
        }
        CHECK(table.find(0, text) == 1);
    }
}

TEST_CASE("a policy's names") {
    Shop shop;
    shop.mark("seen", {kLookup});
    shop.count("paid", CountKind::Sum, shop.amount, {kRefund});
    shop.count("seen", CountKind::Number, kNoSlot, {kRefund});
    const auto policy = shop.policy();
    const Names& names = policy->names();
    CHECK(names.tool("mail.send") == kLetter);
    CHECK(names.tool("mail") == kUnknownName);
    CHECK(names.param(kRefund, "amount") == 1);
    CHECK(names.param(kLookup, "amount") == kUnknownName);
    CHECK(names.symbol(kVocTiers, "prod") == 2);
    CHECK(names.symbol(kVocClasses, "prod") == kUnknownName);
    CHECK(names.role("responder") == 2);
    CHECK(names.mark("seen") != names.count("seen"));
    CHECK(names.mark("paid") == kUnknownName);
    CHECK(names.count_scale(names.count("paid")) == 2);
}
