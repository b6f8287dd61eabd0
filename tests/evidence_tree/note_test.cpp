// Signed notes, keys, cosignatures and checkpoints: the examples of the specifications, and what must be refused.
#include "host/evidence/tree/checkpoint.h"
#include "host/evidence/tree/note.h"
#include "tests/catch.h"

using namespace remit;
using namespace remit::evidence;

namespace {

/// The example of C2SP signed-note.
const char* const kExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kExampleNote =
    "This is an example message.\n\n"
    "\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

SignerKey signer(const std::string& name, uint8_t seed, SignatureType type = SignatureType::Ed25519) {
    std::array<uint8_t, 32> bytes{};
    bytes[0] = seed;
    Result<SignerKey> key = make_signer(name, PrivateKey::from_seed(bytes), type);
    REQUIRE(key.ok());
    return std::move(*key);
}

Note signed_note(const std::string& text, const SignerKey& key) {
    Note note{text, {}};
    sign(note, key);
    return note;
}

}  // namespace

TEST_CASE("the specification's own note verifies") {
    const Result<VerifierKey> key = parse_verifier_key(kExampleKey);
    REQUIRE(key.ok());
    CHECK(key->name == "example.com/foo");
    CHECK(key->id == 0x530d903a);
    CHECK(to_text(*key) == kExampleKey);
    const Result<Note> note = parse_note(kExampleNote);
    REQUIRE(note.ok());
    CHECK(note->text == "This is an example message.\n");
    CHECK(to_text(*note) == kExampleNote);
    CHECK(signed_by(*note, *key));
}

TEST_CASE("every flipped bit of a signed note is noticed") {
    const Result<VerifierKey> key = parse_verifier_key(kExampleKey);
    REQUIRE(key.ok());
    for (size_t bit = 0; bit < kExampleNote.size() * 8; ++bit) {
        std::string flipped = kExampleNote;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        const Result<Note> note = parse_note(flipped);
        const bool accepted = note.ok() && signed_by(*note, *key);
        INFO("bit " << bit);
        REQUIRE_FALSE(accepted);
    }
}

TEST_CASE("keys go through their texts") {
    for (SignatureType type : {SignatureType::Ed25519, SignatureType::Cosignature}) {
        const SignerKey key = signer("remit.example/gateway-1", 3, type);
        const Result<VerifierKey> verifier = parse_verifier_key(to_text(key.verifier));
        REQUIRE(verifier.ok());
        CHECK(verifier->id == key.verifier.id);
        CHECK(verifier->type == type);
        const Result<SignerKey> again = parse_signer_key(to_text(key));
        REQUIRE(again.ok());
        CHECK(to_text(*again) == to_text(key));
        CHECK(again->key.public_key() == key.key.public_key());
    }
    CHECK(signer("a", 1).verifier.id != signer("a", 1, SignatureType::Cosignature).verifier.id);
    for (const char* name : {"", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2003b", "a\u3000b", "a\xff", "a\x01"})
        CHECK_FALSE(make_signer(name, PrivateKey::generate()).ok());
}

TEST_CASE("texts that are no keys") {
    const std::string good = kExampleKey;
    for (const std::string& wrong :
         {std::string(), std::string("a"), std::string("a+b"), good + "A", good + "=", good.substr(0, good.size() - 4),
          "x" + good, std::string("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
          std::string("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
          std::string("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
          std::string("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), "PRIVATE+KEY+" + good})
        CHECK_FALSE(parse_verifier_key(wrong).ok());
    CHECK_FALSE(parse_signer_key(good).ok());
    CHECK_FALSE(parse_signer_key("PRIVATE+KEY+" + good).ok());  // a public key is not the seed of its own id
}

TEST_CASE("texts that are no notes") {
    const std::string line = kExampleNote.substr(kExampleNote.find("\u2014"));
    for (const std::string& wrong :
         {std::string(), std::string("x"), std::string("x\n"), std::string("x\n\n"), "x\n" + line, "x\n\n" + line + "y",
          "x\n\n" + line + "y\n", "x\n\n" + line.substr(0, line.size() - 1), "x\r\n\n" + line, "x\t\n\n" + line,
          "x\xff\n\n" + line, std::string("x\n\n\u2014 name\n"), std::string("x\n\n\u2014 name AAAA\n"),
          std::string("x\n\n\u2014 name AAAAAA=\n"), std::string("x\n\n\u2014 na+me AAAAAAA=\n"),
          std::string("x\n\n\u2014  AAAAAAA=\n"), std::string("x\n\n- name AAAAAAA=\n")})
        CHECK_FALSE(parse_note(wrong).ok());
    std::string many = "x\n\n";
    for (int i = 0; i < 100; ++i) many += line;
    CHECK(parse_note(many).ok());
    CHECK_FALSE(parse_note(many + line).ok());
    CHECK_FALSE(parse_note(std::string(1'000'000, 'x') + "\n\n" + line).ok());
    // The last empty line parts text and signatures.
    const Result<Note> note = parse_note("a\n\nb\n\n" + line);
    REQUIRE(note.ok());
    CHECK(note->text == "a\n\nb\n");
}

TEST_CASE("who signed") {
    const SignerKey log = signer("log.example", 1), other = signer("log.example", 2), stranger = signer("stranger", 1);
    Note note = signed_note("text\n", log);
    CHECK(signed_by(note, log.verifier));
    CHECK_FALSE(signed_by(note, other.verifier));
    CHECK_FALSE(signed_by(note, stranger.verifier));
    sign(note, other);
    CHECK(signed_by(note, log.verifier));
    CHECK(signed_by(note, other.verifier));
    note.signatures.push_back({log.verifier.name, log.verifier.id, std::string(64, 'x')});
    CHECK_FALSE(signed_by(note, log.verifier));  // a good one beside a forged one
    CHECK(signed_by(note, other.verifier));
    Note unsigned_note{"text\n", {}};
    CHECK_FALSE(signed_by(unsigned_note, log.verifier));
}

TEST_CASE("cosignatures hold their time") {
    const SignerKey log = signer("log.example", 1),
                    witness = signer("witness.example/w1", 9, SignatureType::Cosignature);
    Note note = signed_note(to_text(Checkpoint{"log.example", 5, sha256("r")}), log);
    cosign(note, witness, 1'679'315'147);
    const Result<Note> again = parse_note(to_text(note));
    REQUIRE(again.ok());
    int64_t when = 0;
    CHECK(signed_by(*again, witness.verifier, &when));
    CHECK(when == 1'679'315'147);
    CHECK(signed_by(*again, log.verifier));
    Note later = note;
    later.signatures[1].bytes[7] ^= 1;
    CHECK_FALSE(signed_by(later, witness.verifier));
    // The message is the one of C2SP tlog-cosignature.
    Signature raw;
    const std::string bytes = note.signatures[1].bytes;
    REQUIRE(bytes.size() == 72);
    std::copy(bytes.begin() + 8, bytes.end(), raw.begin());
    CHECK(verify(witness.verifier.key, "cosignature/v1\ntime 1679315147\n" + note.text, raw));
    Note plain = note;
    plain.signatures[1].bytes = bytes.substr(8);
    CHECK_FALSE(signed_by(plain, witness.verifier));
}

TEST_CASE("checkpoints are three lines") {
    const Checkpoint known{"log.example", 20852163, sha256("root")};
    const std::string text = to_text(known);
    const Result<Checkpoint> again = parse_checkpoint(text);
    REQUIRE(again.ok());
    CHECK(*again == known);
    const std::string root = text.substr(text.find('\n', 15) + 1);
    for (const std::string& wrong :
         {std::string(), text.substr(0, text.size() - 1), text + "extension\n", "\n5\n" + root, "o\n05\n" + root,
          "o\n-5\n" + root, "o\n+5\n" + root, "o\n5 \n" + root, "o\n18446744073709551616\n" + root,
          std::string("o\n5\nAAAA\n"), "o\r\n5\n" + root, "o\n5\n\n" + root, "o\n\n" + root})
        CHECK_FALSE(parse_checkpoint(wrong).ok());
}

TEST_CASE("a checkpoint opens with its log's signature only") {
    const SignerKey log = signer("log.example", 1), other = signer("other.example", 2);
    const Checkpoint known{"log.example", 7, sha256("root")};
    const std::string note = to_text(signed_note(to_text(known), log));
    const Result<Checkpoint> opened = open_checkpoint(note, log.verifier);
    REQUIRE(opened.ok());
    CHECK(*opened == known);
    CHECK_FALSE(open_checkpoint(note, other.verifier).ok());
    CHECK_FALSE(
        open_checkpoint(to_text(signed_note(to_text(known), other)), other.verifier).ok());  // another log's origin
}
