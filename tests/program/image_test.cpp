// Images: what is written comes back, and what is damaged does not load.
#include "tests/catch.h"
#include "tests/program/sample.h"
#include "vm/program/disassemble.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"
#include "vm/program/verify.h"
#include "vm/value/sha256.h"

using namespace remit;
using namespace remit::test;

namespace {

/// The payload sealed anew, so that only what reading checks stands in the way.
std::string reseal(std::string image, const std::string& payload) {
    image.resize(20);
    const uint64_t size = payload.size();
    for (size_t i = 0; i < 8; ++i) image[12 + i] = static_cast<char>(size >> (8 * i) & 0xFF);
    const Hash hash = sha256(payload);
    image.append(hash.begin(), hash.end());
    return image + payload;
}
constexpr size_t kHeader = 52;

}  // namespace

TEST_CASE("an image comes back as it was") {
    const Program p = sample();
    REQUIRE(verify(p) == std::nullopt);
    const std::string image = write_image(p);
    CHECK(is_image(image));
    const auto back = read_image(image);
    REQUIRE(back.ok());
    CHECK(write_image(*back) == image);
    CHECK(verify(*back) == std::nullopt);
    CHECK(disassemble(*back) == disassemble(p));
    CHECK(back->hash == p.hash);
    CHECK(back->code == p.code);
    CHECK(back->types == p.types);
    CHECK(back->tools[0].params[0].one_of == std::vector<std::string>{"x"});
    CHECK(back->tools[0].params[0].type.scale == 2);
    CHECK(back->rules.back().words == std::vector<std::string>{"plan"});
    CHECK(back->states[1].over_ns == 5);
}

TEST_CASE("an image of several layers") {
    Program parent = bare(), child = sample();
    parent.name = "parent";
    child.parent = parent.hash;
    const std::string image = write_images({child, parent});
    const auto back = read_images(image);
    REQUIRE(back.ok());
    REQUIRE(back->size() == 2);
    CHECK((*back)[0].parent == parent.hash);
    CHECK((*back)[1].name == "parent");
    CHECK(read_image(image).ok() == false);
    CHECK(read_images(write_images({})).ok() == false);
    CHECK(read_images(write_images(std::vector<Program>(limits::kMaxLayers + 1))).ok() == false);
    CHECK(read_images(write_images(std::vector<Program>(limits::kMaxLayers))).ok());
}

TEST_CASE("no byte of an image can change unnoticed") {
    const std::string image = write_image(sample());
    for (size_t i = 0; i < image.size(); ++i) {
        std::string damaged = image;
        damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
        if (read_image(damaged).ok()) FAIL_CHECK("byte " << i);
    }
}

TEST_CASE("an image cut short or gone on is refused") {
    const std::string image = write_image(sample());
    for (size_t n = 0; n < image.size(); ++n) {
        if (read_image(image.substr(0, n)).ok()) FAIL_CHECK("first " << n << " bytes");
    }
    CHECK_FALSE(read_image(image + '\0').ok());
}

TEST_CASE("a sealed payload that ends early or goes on is refused") {
    const std::string image = write_image(sample()), payload = image.substr(kHeader);
    CHECK(read_image(reseal(image, payload)).ok());
    CHECK_FALSE(read_image(reseal(image, payload + '\0')).ok());
    for (size_t n = 0; n < payload.size(); ++n) {
        if (read_image(reseal(image, payload.substr(0, n))).ok()) FAIL_CHECK("first " << n << " bytes of the payload");
    }
}

TEST_CASE("a forged payload is refused, or sound, or the verifier says no: nothing crashes") {
    const std::string image = write_image(sample()), payload = image.substr(kHeader);
    size_t refused = 0, unsound = 0, ran = 0;
    for (size_t i = 0; i < payload.size(); ++i) {
        for (const int flip : {0x01, 0x80, 0xFF}) {
            std::string forged = payload;
            forged[i] = static_cast<char>(forged[i] ^ flip);
            auto program = read_image(reseal(image, forged));
            if (!program) {
                ++refused;
                continue;
            }
            (void)disassemble(*program);
            Bench bench(std::move(*program));
            if (!bench.problem.empty()) {
                ++unsound;
                continue;
            }
            ++ran;
            bench.run();
        }
    }
    CHECK(refused > 0);
    CHECK(unsound > 0);
    CHECK(ran > 0);
}

TEST_CASE("what is no image, or of another version, says so") {
    const std::string image = write_image(bare());
    CHECK(read_image("policy acme").error() == "not a compiled policy");
    CHECK(read_image("").error() == "not a compiled policy");
    std::string newer = image;
    newer[8] = static_cast<char>(kImageVersion + 1);
    CHECK(read_image(newer).error().find("newer") != std::string::npos);
    newer[8] = 0;
    CHECK_FALSE(read_image(newer).ok());
    std::string damaged = image;
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    CHECK(read_image(damaged).error().find("damaged") != std::string::npos);
}

TEST_CASE("types nested without end are refused") {
    Program p = bare();
    ValueType* at = &p.tools[0].params[0].type;
    for (int i = 0; i < 5000; ++i) {
        at->item.emplace_back();
        at = &at->item[0];
    }
    CHECK_FALSE(read_image(write_image(p)).ok());
    CHECK(verify(p).has_value());
}

TEST_CASE("the disassembly names what there is") {
    const std::string text = disassemble(sample());
    for (const char* part :
         {"program \"sample\" sha256:0102", "vocabulary tier: dev < prod", "vocabulary colour: red, green",
          "role 1 manager includes clerk", "egress saas \"a.com:443\"", "slot 12 args.amount: int",
          "args.texts: list<str>", "count seen slot", "fact use 0 order(args.text) paid -> order.paid", "lt.i r1, r0",
          "r2 = for.any r1 over r0 until", "exit_false r2", "segment 3 allow must shape 0", "payload 40 (7)",
          "{\"a.com:443\", \"*.b.com:*\"}", "tool \"pay\" write segments 0 1 2"}) {
        INFO(part);
        CHECK(text.find(part) != std::string::npos);
    }
}
