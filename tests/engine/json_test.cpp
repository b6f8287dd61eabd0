// JSON in and out.
#include "vm/engine/json.h"

#include "tests/catch.h"
#include "vm/program/limits.h"

using namespace remit;

namespace {

std::string canonical(const std::string& text) {
    Arena arena;
    JsonReader reader;
    const Json* json = reader.read(text, arena);
    if (json == nullptr) return "refused: " + reader.error();
    std::string out;
    append_canonical_json(out, *json);
    return out;
}

JsonFault fault(const std::string& text) {
    Arena arena;
    JsonReader reader;
    return reader.read(text, arena) == nullptr ? reader.fault() : JsonFault::None;
}

}  // namespace

TEST_CASE("values keep their text, canonical text sorts keys") {
    CHECK(
        canonical(
            R"( {"b":[1,2.50,-0.1e+3,18446744073709551615,123456789012345678901234567890],"a":{"d":null,"c":true}} )") ==
        R"({"a":{"c":true,"d":null},"b":[1,2.50,-0.1e+3,18446744073709551615,123456789012345678901234567890]})");
    CHECK(canonical(R"("a\u00e9\ud83d\ude00\n\u0001\"")") == "\"a\xC3\xA9\xF0\x9F\x98\x80\\n\\u0001\\\"\"");
    CHECK(canonical("[]") == "[]");
    CHECK(canonical(R"({"":{}})") == R"({"":{}})");
}

TEST_CASE("what is not JSON is refused with its place") {
    CHECK(canonical("{\"a\":1,}").find("refused: not JSON at byte 8") == 0);
    CHECK(canonical("").find("refused: not JSON") == 0);
    CHECK(canonical("{} x").find("refused: not JSON at byte 4") == 0);
    CHECK(fault(std::string("{}\0{}", 5)) == JsonFault::Malformed);
    CHECK(fault("\xEF\xBB\xBF{}") == JsonFault::Malformed);
    CHECK(fault("\"\xFF\"") == JsonFault::Malformed);
    CHECK(fault("\"\xED\xA0\x80\"") == JsonFault::Malformed);
    CHECK(fault("\"\\ud800\"") == JsonFault::Malformed);
    CHECK(fault("NaN") == JsonFault::Malformed);
    CHECK(fault("[1e999999999]") == JsonFault::Malformed);
    CHECK(fault("// c\n1") == JsonFault::Malformed);
}

TEST_CASE("duplicate keys are refused, few or many") {
    CHECK(canonical(R"({"a":{"x":1,"y":2,"x":3}})") == "refused: duplicate key a.x");
    CHECK(canonical(R"({"a\u0062":1,"ab":2})") == "refused: duplicate key ab");
    CHECK(fault(R"({"call":{"args":{"x":1,"x":1}}})") == JsonFault::DuplicateArgument);
    CHECK(fault(R"({"call":{"args":{"x":{"y":1,"y":1}}}})") == JsonFault::DuplicateArgument);
    CHECK(fault(R"({"call":{"tool":1,"tool":1}})") == JsonFault::Malformed);
    std::string many = "{";
    for (int i = 0; i < 1000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
    CHECK(canonical(many + "\"z\":1}").find("refused") == std::string::npos);
    CHECK(canonical(many + "\"k500\":1}") == "refused: duplicate key k500");
}

TEST_CASE("limits: at the limit and one beyond") {
    const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    CHECK(fault(nested(limits::kMaxJsonDepth)) == JsonFault::None);
    CHECK(fault(nested(limits::kMaxJsonDepth + 1)) == JsonFault::Limit);
    CHECK(fault(std::string(1'000'000, '[')) == JsonFault::Limit);
    const auto wide = [](size_t n) {
        std::string s = "[1";
        for (size_t i = 2; i < n; ++i) s += ",1";
        return s + "]";
    };
    CHECK(fault(wide(limits::kMaxJsonNodes)) == JsonFault::None);
    CHECK(fault(wide(limits::kMaxJsonNodes + 1)) == JsonFault::Limit);
    const auto large = [](size_t n) { return "\"" + std::string(n - 2, 'x') + "\""; };
    CHECK(fault(large(limits::kMaxRequestBytes)) == JsonFault::None);
    CHECK(fault(large(limits::kMaxRequestBytes + 1)) == JsonFault::Limit);
}

TEST_CASE("strings that are not UTF-8 are written as UTF-8") {
    std::string out;
    append_json_string(out, "a\xFF\xC3z\x7F\t");
    CHECK(out == "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\x7F\\t\"");
}

TEST_CASE("the id of a broken request is kept if it was read") {
    Arena arena;
    JsonReader reader;
    CHECK(reader.read(R"({"id":"r-5","call":{"x":)", arena) == nullptr);
    CHECK(reader.partial_id() == "r-5");
    CHECK(reader.read(R"({"call":{"id":"c"},"x")", arena) == nullptr);
    CHECK(reader.partial_id().empty());
}
