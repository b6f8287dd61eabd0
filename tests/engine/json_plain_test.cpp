// The plain way of reading JSON and the parser that knows all of it: what the first takes, it takes as the second does.
#include <random>

#include "tests/catch.h"
#include "vm/engine/json.h"
#include "vm/engine/json_plain.h"
#include "vm/program/limits.h"

using namespace remit;

namespace {

/// The tree as it is: order, kinds, decoded texts.
void describe(std::string& out, const Json& json) {
    out += std::to_string(static_cast<int>(json.kind)) + (json.truth ? "t" : "f") + std::to_string(json.size) + "<" +
           std::string(json.key) + "><" + std::string(json.text) + ">";
    for (const Json& child : json.children()) describe(out, child);
}

struct Read {
    bool taken = false;
    std::string said;
};
Read plain(std::string_view text) {
    Arena arena;
    PlainJson reader;
    Read out;
    const Json* root = reader.read(text, arena);
    if ((out.taken = root != nullptr)) describe(out.said, *root);
    return out;
}
std::string by(const Json* root, const JsonReader& reader) {
    std::string out;
    if (root != nullptr)
        describe(out, *root);
    else
        out = std::to_string(static_cast<int>(reader.fault())) + reader.error();
    return out + "|" + reader.partial_id();
}

/// Empty, or what differs.
std::string difference(const std::string& text, uint64_t& taken) {
    Arena first, second;
    JsonReader usual, full;  // fresh ones: nothing of the text before
    const std::string a = by(usual.read(text, first), usual), b = by(full.read_any(text, second), full);
    if (a != b) return text + "\n" + a + "\n" + b;
    const Read alone = plain(text);
    taken += alone.taken;
    if (alone.taken && alone.said + "|" != b) return text + "\n" + alone.said + "\n" + b;
    return "";
}

const std::vector<std::string> kTexts = {
    R"({"id":"r-1","session":{"id":"s","roles":["a","b"],"revoked":false},"call":{"tool":"t","args":{"x":1,"y":-2.50,"z":null}}})",
    R"( [ 0 , -0 , 0.0 , -0.0 , 1e5 , 123456789012345678 , 1234567890123456789 , 0.1234567890123456789 , true , [ ] , { } ] )",
    R"({"a":"\u00e9\n","b":"é","c":"\ud83d\ude00","a":2})",
    "[1e999,18446744073709551616,-9223372036854775808,00,01,1.,.5,-,+1]",
    R"({"call":{"args":{"x":1,"x":2}},"id":"late"})",
    R"({"id":"early","":"","k":[[[[{"deep":[1,2,{"d":0}]}]]]]})",
};
constexpr std::string_view kBytes = "{}[]\",:\\ \t\n\r0123456789-+.eEtruefalsn/u\x01\x1f\x7f\x80\xc3\xa9\xff";

std::string mutated(std::mt19937_64& random, std::string text) {
    for (int n = static_cast<int>(random() % 3) + 1; n > 0 && !text.empty(); --n) {
        const size_t at = random() % text.size();
        const char byte = random() % 64 == 0 ? '\0' : kBytes[random() % kBytes.size()];
        switch (random() % 4) {
            case 0: text[at] = byte; break;
            case 1: text.erase(at, random() % 4 + 1); break;
            case 2: text.insert(at, 1, byte); break;
            default: text.insert(at, text.substr(random() % text.size(), random() % 12)); break;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("requests as they usually come are read the plain way") {
    CHECK(plain(kTexts[0]).taken);
    CHECK(plain(R"( {"a" : [ 1 , 2.50 , -3, "x" ] , "b" : { } } )").taken);
    for (const char* text : {R"("\n")", R"("é")", "-0", "1e1", "1234567890123456789", R"({"a":1,"a":1})", "", "[1,]",
                             "[}", "{]", "nul", "tru", "1 2", "{\"a\" 1}"})
        CHECK_FALSE(plain(text).taken);
}

TEST_CASE("hostile texts are read alike both ways") {
    std::mt19937_64 random(20261123);
    uint64_t taken = 0, ignored = 0;
    for (const std::string& text : kTexts) {
        CHECK(difference(text, ignored) == "");
        for (size_t size = 0; size < text.size(); ++size) CHECK(difference(text.substr(0, size), ignored) == "");
        for (int i = 0; i < 6000; ++i) {
            const std::string wrong = difference(mutated(random, text), taken);
            if (!wrong.empty()) FAIL(wrong);
        }
    }
    CHECK(taken > 1000);
    CHECK(taken < 30'000);
}

TEST_CASE("limits hold both ways") {
    uint64_t taken = 0;
    const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    std::string wide = "[1", many = "{\"k\":1";
    for (size_t i = 2; i < limits::kMaxJsonNodes; ++i) wide += ",1";
    for (int i = 0; i < 200; ++i) many += ",\"k" + std::to_string(i) + "\":1";
    for (const std::string& text : {nested(limits::kMaxJsonDepth), wide + "]", many + "}",
                                    "\"" + std::string(limits::kMaxRequestBytes - 2, 'x') + "\""}) {
        CHECK(difference(text, taken) == "");
    }
    CHECK(taken >= 3);
    taken = 0;
    for (const std::string& text : {nested(limits::kMaxJsonDepth + 1), wide + ",1]", many + ",\"k7\":1}",
                                    "\"" + std::string(limits::kMaxRequestBytes - 1, 'x') + "\""}) {
        CHECK(difference(text, taken) == "");
    }
    CHECK(taken == 0);
}
