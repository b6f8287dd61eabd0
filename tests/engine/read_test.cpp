// Arguments: forms, bounds, defaults, null and absence.
#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/bind.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Frame {
    explicit Frame(const std::string& args, const std::string& tool = "pay.refund") {
        defaults.build(loaded->program());
        Ask ask;
        ask.tool = tool;
        ask.args = args;
        text = ask.text();
        JsonReader reader;
        const Json* root = reader.read(text, arena);
        REQUIRE(root != nullptr);
        REQUIRE_FALSE(read_request(*root, request));
        bind(request, *loaded, defaults, nullptr, arena, bound);
    }
    V operator[](uint32_t slot) const { return bound.frame[slot]; }
    std::string text_at(uint32_t slot) const { return std::string(as<Str>(bound.frame[slot]).view()); }
    Err err(uint32_t slot) const { return static_cast<Err>(bound.frame[slot].err); }
    Shop shop;
    std::shared_ptr<const LoadedProgram> loaded = shop.load();
    Defaults defaults;
    Arena arena;
    std::string text;
    Request request;
    Bound bound;
};

std::string refusal(const std::string& args, const std::string& tool = "pay.refund") {
    const Frame f(args, tool);
    return f.bound.denials.empty() ? ""
                                   : std::string(info(f.bound.denials[0].denial).id) + " " + f.bound.denials[0].detail;
}

std::string amount(const std::string& json) { return refusal(R"({"order":"A","amount":)" + json + "}"); }

}  // namespace

TEST_CASE("decimals come exactly, from strings and numbers") {
    for (const char* text : {"0.1", "\"0.1\"", "0.10", "1e-1", "\"0.100\"", "10E-2"}) {
        const Frame f(std::string(R"({"order":"A","amount":)") + text + "}");
        INFO(text);
        REQUIRE(f.bound.denials.empty());
        CHECK(f[f.shop.amount].bits == 10);
    }
    CHECK(Frame(R"({"order":"A","amount":100000.00})")[Shop().amount].bits == 10'000'000);
    CHECK(amount("0.125") == "arguments args.amount: more than 2 digits after the point");
    CHECK(amount("\"0.001\"") == "arguments args.amount: more than 2 digits after the point");
    CHECK(amount("-0.01") == "arguments args.amount: less than 0.00");
    CHECK(amount("100000.01") == "arguments args.amount: more than 100000.00");
    CHECK(amount("\"1e999999999\"") == "arguments args.amount: not a decimal, or out of range");
    CHECK(amount("99999999999999999999999") == "arguments args.amount: not a decimal, or out of range");
    CHECK(amount("\"\"") == "arguments args.amount: not a decimal, or out of range");
    CHECK(amount("true") == "arguments args.amount: not a decimal");
    CHECK(amount("null") == "arguments args.amount: is null");
}

TEST_CASE("defaults are filled in; null and absence differ") {
    const Frame f(R"({"order":"A","amount":1})");
    CHECK(f.text_at(f.shop.currency) == "EUR");
    CHECK(f.err(f.shop.memo) == Err::Absent);
    CHECK(f.err(f.shop.notify_trust) == Err::Absent);
    CHECK(Frame(R"({"order":"A","amount":1,"memo":null})").err(f.shop.memo) == Err::Null);
    CHECK(Frame(R"({"order":"A","amount":1,"memo":"x"})").text_at(f.shop.memo) == "x");
    CHECK(Frame(R"({"order":"A","amount":1,"currency":"USD"})").text_at(f.shop.currency) == "USD");
    CHECK(refusal(R"({"order":"A","amount":1,"currency":"GBP"})") ==
          "arguments args.currency: not one of the permitted values");
    CHECK(refusal(R"({"order":"A","amount":1,"currency":null})") == "arguments args.currency: is null");
}

TEST_CASE("arguments that do not fit") {
    CHECK(refusal(R"({"amount":1})") == "arguments args.order: is missing");
    CHECK(refusal(R"({"order":"A","amount":1,"extra":1})") == "arguments args.extra: no such argument");
    CHECK(refusal("[]") == "arguments args: not an object");
    CHECK(refusal("") == "arguments args.order: is missing");
    CHECK(refusal(R"({"order":7,"amount":1})") == "arguments args.order: not a string");
    CHECK(refusal(R"({"order":"A","amount":1,"where":{"city":"X","street":"Y"}})") ==
          "arguments args.where.street: no such field");
    CHECK(refusal(R"({"order":"A","amount":1,"where":{"zip":"Y"}})") == "arguments args.where.city: is missing");
    CHECK(refusal(R"({"order":"A","amount":1,"notify":["a@b.c","bad"]})") ==
          "arguments args.notify/1: not an email address");
    CHECK(refusal(R"({"order":"A","amount":1,"notify":["a@b.c","a@b.c","a@b.c","a@b.c"]})") ==
          "arguments args.notify: more than 3 items");
    CHECK(refusal(R"({"order":")" + std::string((1u << 20) + 1, 'x') + R"(","amount":1})") ==
          "limit args.order: longer than 1048576 bytes");
}

TEST_CASE("records, lists and sets") {
    const Frame f(
        R"({"order":"A","amount":1,"where":{"city":"X"},"tags":["b","a","b"],"notify":["A@B.Example"],"meta":{"z":[1.0],"a":null}})");
    REQUIRE(f.bound.denials.empty());
    const Record& where = as<Record>(f[f.shop.where]);
    CHECK(as<Str>(where.fields[0]).view() == "X");
    CHECK(where.fields[1].err == static_cast<int64_t>(Err::Absent));
    const List& tags = as<List>(f[f.shop.tags]);
    REQUIRE(tags.size == 2);
    CHECK(as<Str>(tags.items[0]).view() == "a");
    CHECK(tags.item_kind == Kind::Str);
    CHECK(as<Email>(as<List>(f[f.shop.notify]).items[0]).text.view() == "A@b.example");
    CHECK(as<Str>(f.bound.arguments[7].value).view() == R"({"a":null,"z":[1.0]})");
}

TEST_CASE("fixed slots") {
    const Frame f(R"({"order":"A","amount":1})");
    CHECK(f[kSlotTier].bits == 2);
    CHECK(f[kSlotTime].bits == 1'795'428'000LL * kSecond);
    CHECK(f.text_at(kSlotOwner) == "ops@acme.example");
    CHECK(f.text_at(kSlotParent).empty());
    CHECK(f[kSlotRoles].bits == (4 | 1));  // responder includes analyst
}
