// Both ways of computing a digest agree at every length around the edges of a block, and with the standard's own examples.
#include <string>

#include "tests/catch.h"
#include "vm/value/sha256_x86.h"

namespace remit {

TEST_CASE("digests of the standard's examples") {
    const std::pair<std::string, const char*> examples[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
    for (const auto& [text, digest] : examples) {
        CHECK(hex(sha256(text)) == digest);
        CHECK(hex(sha256_portable(text)) == digest);
    }
}

TEST_CASE("both ways agree at every length") {
    if (!has_sha256_instructions()) return;
    std::string text;
    uint64_t state = 1;
    for (size_t n = 0; n < 600; ++n) {
        CHECK(sha256_by_instructions(text) == sha256_portable(text));
        state = state * 6364136223846793005u + 1442695040888963407u;
        text += static_cast<char>(state >> 56);
    }
    for (size_t from = 0; from < 64; ++from)  // whatever the alignment
        CHECK(sha256_by_instructions(std::string_view(text).substr(from)) ==
              sha256_portable(std::string_view(text).substr(from)));
}

}  // namespace remit
