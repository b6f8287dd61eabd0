// Facts that others publish, and what must be refused.
#include <set>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/crypto/cipher.h"
#include "host/evidence/crypto/ed25519.h"
#include "tests/catch.h"

using namespace remit;
using namespace remit::evidence;

namespace {

template <size_t N>
std::array<uint8_t, N> unhex(std::string_view text) {
    std::array<uint8_t, N> out;
    REQUIRE(from_hex(text, out));
    return out;
}

}  // namespace

TEST_CASE("base64 is RFC 4648's and strict") {
    const std::pair<std::string, std::string> known[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : known) {
        CHECK(base64(plain) == text);
        CHECK(from_base64(text) == plain);
        CHECK(from_base64url(base64url(plain)) == plain);
    }
    CHECK(base64("\xfb\xff") == "+/8=");
    CHECK(base64url("\xfb\xff") == "-_8");
    for (const char* wrong :
         {"Zg", "Zg=", "Zg===", "Zh==", "Zm9", "Zm9=", "Zm9v ", " Zm9v", "Zm\n9v", "-_8=", "Zg==Zg==", "=", "===="})
        CHECK_FALSE(from_base64(wrong).has_value());
    for (const char* wrong : {"Zg==", "Zh", "+/8", "-_8=", "Z", "Zm9v\n"})
        CHECK_FALSE(from_base64url(wrong).has_value());
}

TEST_CASE("base64 has sixty-four digits") {
    for (int c = 0; c < 256; ++c) {
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
                           c == '/';
        INFO(c);
        REQUIRE(from_base64(std::string{'A', static_cast<char>(c), 'A', 'A'}).has_value() == digit);
        REQUIRE(from_base64(std::string(4, static_cast<char>(c))).has_value() == digit);
    }
}

TEST_CASE("base64url of any length and byte") {
    std::string bytes;
    for (int i = 0; i < 600; ++i) {
        const std::string text = base64url(bytes), plain = base64(bytes);
        REQUIRE(text.size() == (bytes.size() * 4 + 2) / 3);
        REQUIRE(from_base64url(text) == bytes);
        std::string other = plain.substr(0, text.size());
        for (char& c : other) c = c == '+' ? '-' : c == '/' ? '_' : c;
        REQUIRE(other == text);  // libsodium's, in other letters
        bytes += static_cast<char>(i * 37 + i / 256);
    }
    for (int c = 0; c < 256; ++c) {
        const std::string text = {'A', static_cast<char>(c), 'A', 'A'};
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '_';
        REQUIRE(from_base64url(text).has_value() == digit);
    }
}

TEST_CASE("hex is lower case and of one length") {
    std::array<uint8_t, 2> two;
    CHECK(from_hex("0aff", two));
    CHECK(to_hex(two) == "0aff");
    for (const char* wrong : {"0AFF", "0af", "0aff0", "", "0agf", " 0af"}) CHECK_FALSE(from_hex(wrong, two));
}

TEST_CASE("Ed25519 is RFC 8032's") {
    // Section 7.1, tests 1 and 3.
    const PrivateKey first = PrivateKey::from_seed(
        unhex<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    CHECK(to_hex(first.public_key()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    CHECK(to_hex(first.sign("")) ==
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
          "be24655141438e7a1"
          "00b");
    const PrivateKey third = PrivateKey::from_seed(
        unhex<32>("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
    const Signature signature = third.sign("\xaf\x82");
    CHECK(to_hex(signature) ==
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
          "d28dc027beceea1ec"
          "40a");
    CHECK(verify(third.public_key(), "\xaf\x82", signature));
    CHECK_FALSE(verify(third.public_key(), "\xaf\x83", signature));
    CHECK_FALSE(verify(first.public_key(), "\xaf\x82", signature));
    for (size_t bit = 0; bit < 512; ++bit) {
        Signature flipped = signature;
        flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        CHECK_FALSE(verify(third.public_key(), "\xaf\x82", flipped));
    }
}

TEST_CASE("a private key moves, and leaves nothing behind") {
    PrivateKey key = PrivateKey::generate();
    const PublicKey known = key.public_key();
    PrivateKey moved = std::move(key);
    CHECK(moved.public_key() == known);
    CHECK(key.seed() == std::array<uint8_t, 32>{});  // NOLINT: looking at what was moved from is the point
    CHECK(verify(known, "x", moved.sign("x")));
    PrivateKey other = PrivateKey::generate();
    CHECK(other.public_key() != known);
    other = std::move(moved);
    CHECK(verify(known, "y", other.sign("y")));
    CHECK(PrivateKey::from_seed(other.seed()).public_key() == known);
}

TEST_CASE("the stream is XChaCha20's, from its second block on") {
    // draft-irtf-cfrg-xchacha-03, 2.2.1 (HChaCha20)
    const auto key = unhex<32>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const CipherKey sub = subkey(key, unhex<16>("000000090000004a0000000031415927"));
    CHECK(to_hex(sub) == "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
    std::string payload(1000, 'p');
    apply_stream(sub, 7, payload);
    CHECK(payload != std::string(1000, 'p'));
    std::string other(1000, 'p');
    apply_stream(sub, 8, other);
    CHECK(other != payload);
    apply_stream(sub, 7, payload);
    CHECK(payload == std::string(1000, 'p'));
    apply_stream(sub, 7, {});
    std::set<Hash> salts;
    for (uint64_t i = 0; i < 100; ++i) salts.insert(salt_of(sub, i));
    CHECK(salts.size() == 100);
    // The salt's block encrypts nothing.
    std::string zeros(64, '\0');
    apply_stream(sub, 0, zeros);
    const Hash salt = salt_of(sub, 0);
    CHECK(zeros.substr(0, 32) != std::string(salt.begin(), salt.end()));
}

TEST_CASE("a commitment is SHA-256 of salt and payload") {
    const Hash salt = sha256("salt");
    for (size_t size : {0, 1, 22, 23, 24, 31, 32, 33, 64, 600, 5000}) {
        const std::string payload(size, 'q');
        CHECK(commitment(salt, payload) == sha256(std::string(salt.begin(), salt.end()) + payload));
    }
}
