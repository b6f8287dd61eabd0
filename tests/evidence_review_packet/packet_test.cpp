// Packets: what is in them, that they prove themselves, and that nothing in them can be changed.
#include <stdlib.h>

#include <filesystem>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/review/dsse.h"
#include "host/evidence/review/export.h"
#include "host/evidence/review/packet.h"
#include "tests/catch.h"
#include "tests/evidence_review_packet/scenario.h"
#include "vm/engine/json.h"

namespace remit::evidence::testing {

namespace {

struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "remit-packet-XXXXXX").string();
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path); }
};

struct Made : Folder, Scenario {
    Made() : Scenario(Folder::path + "/log") {}
    const VerifierKey& key() const { return log->config().key; }
    std::string packet(uint64_t index, bool payloads = false) {
        const auto made = make_packet(*reading, *find, index, log->signer(), {payloads});
        if (!made) FAIL(made.error());
        return *made;
    }
};

std::string roles_of(const PacketReport& report) {
    std::string out;
    for (const PacketRecord& record : report.records)
        out += (out.empty() ? "" : " ") + std::string(text_of(record.role));
    return out;
}

std::string problems_of(const PacketReport& report) {
    std::string out;
    for (const std::string& problem : report.problems) out += problem + "; ";
    return out;
}

std::string statement_of(const std::string& packet, const VerifierKey& key) {
    const auto statement = open_envelope(packet, kPayloadType, key);
    if (!statement) FAIL(statement.error());
    return *statement;
}

}  // namespace

TEST_CASE("a packet holds what belongs to the action, and holds") {
    Made made;
    const PacketReport report = verify_packet(made.packet(made.refund), made.key());
    CHECK(problems_of(report).empty());
    CHECK(roles_of(report) == "action session outcome ask approval policy parent");
    REQUIRE(report.records.size() == 7);
    CHECK(report.records[0].index == made.refund);
    CHECK(report.records[3].index == made.asked);
    CHECK(report.records[6].index == made.lookup);
    CHECK(report.checkpoint.origin == "remit.example/gateway-1");
    for (const PacketRecord& record : report.records) CHECK(record.payloads.empty());
}

TEST_CASE("an outcome and an approval stand for their action") {
    Made made;
    const std::string packet = made.packet(made.refund);
    const PacketReport report = verify_packet(packet, made.key());
    REQUIRE(report.holds());
    CHECK(made.packet(report.records[2].index) == packet);  // the outcome; signatures are deterministic
    const PacketReport asked = verify_packet(made.packet(report.records[4].index), made.key());
    CHECK(problems_of(asked).empty());
    CHECK(asked.records[0].index == made.asked);
    CHECK(roles_of(asked) == "action session approval policy parent");
    const PacketReport letter = verify_packet(made.packet(made.letter), made.key());
    CHECK(roles_of(letter) == "action session policy parent parent");  // and no outcome: it is in doubt
    CHECK(letter.records[3].index == made.refund);
    CHECK(verify_packet(made.packet(made.hostile), made.key()).holds());
    CHECK_FALSE(
        make_packet(*made.reading, *made.find, report.records[5].index, made.log->signer(), {}).ok());  // a policy
    CHECK_FALSE(make_packet(*made.reading, *made.find, 10'000, made.log->signer(), {}).ok());
}

TEST_CASE("payloads are opened when wished, and compared with their commitments") {
    Made made;
    const std::string packet = made.packet(made.refund, true);
    const PacketReport report = verify_packet(packet, made.key());
    CHECK(problems_of(report).empty());
    std::map<std::string, std::string> seen;
    for (const auto& [role, bytes] : report.records[0].payloads) seen[role] = bytes;
    CHECK(seen["prompt"] == "Please refund order A-1.");
    CHECK(seen["request"].find("\"pay.refund\"") != std::string::npos);
    REQUIRE(report.records[2].payloads.size() == 1);
    CHECK(report.records[2].payloads[0].second == "refunded 300.00");
    // Signed again by somebody who has the key, with another output: the commitment does not fit.
    std::string statement = statement_of(packet, made.key());
    const std::string good = base64("refunded 300.00");
    statement.replace(statement.find(good), good.size(), base64("refunded 900.00"));
    const PacketReport forged = verify_packet(make_envelope(kPayloadType, statement, made.log->signer()), made.key());
    CHECK(problems_of(forged).find("is not what it commits to") != std::string::npos);
    CHECK(forged.records.empty());
    // Once the key is destroyed a packet without payloads is made, and holds.
    for (const KeyInfo& info : made.keyring->list()) REQUIRE(made.keyring->destroy(info.id).ok());
    made.publish();
    const PacketReport erased = verify_packet(made.packet(made.refund, true), made.key());
    CHECK(erased.holds());
    for (const PacketRecord& record : erased.records) CHECK(record.payloads.empty());
}

TEST_CASE("a record that is not published yet is in no packet") {
    Made made;
    const Begun later = made.begin("c-9", "", "crm.lookup");
    made.reading = std::move(*Reading::open(*made.disk));
    made.find = std::move(*FindIndex::open(*made.reading, ":memory:"));
    const auto packet = make_packet(*made.reading, *made.find, later.index, made.log->signer(), {});
    REQUIRE_FALSE(packet.ok());
    CHECK(packet.error().find("not published") != std::string::npos);
}

TEST_CASE("what an envelope's signature is over is what DSSE's own example says") {
    CHECK(dsse_pae("http://example.com/HelloWorld", "hello world") ==
          "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    const SignerKey key = scenario_key();
    const std::string envelope = make_envelope("text/plain", "body", key);
    CHECK(*open_envelope(envelope, "text/plain", key.verifier) == "body");
    CHECK_FALSE(open_envelope(envelope, "text/html", key.verifier).ok());
    for (const char* wrong : {"", "[]", "{}", R"({"payload":"","payloadType":"text/plain"})",
                              R"({"payload":"","payloadType":"text/plain","signatures":[]})",
                              R"({"payload":"","payloadType":"text/plain","signatures":[7,{"sig":8},{"sig":"AAAA"}]})"})
        CHECK_FALSE(open_envelope(wrong, "text/plain", key.verifier).ok());
}

TEST_CASE("who signed") {
    Made made;
    const std::string packet = made.packet(made.refund);
    const auto stranger = make_signer("reviewer.example", PrivateKey::from_seed({5}));
    REQUIRE(stranger.ok());
    CHECK_FALSE(verify_packet(packet, stranger->verifier).holds());
    const auto reviewed = make_packet(*made.reading, *made.find, made.refund, *stranger, {});
    REQUIRE(reviewed.ok());
    CHECK_FALSE(verify_packet(*reviewed, made.key()).holds());
    CHECK(verify_packet(*reviewed, made.key(), &stranger->verifier).holds());
    CHECK_FALSE(verify_packet(*reviewed, stranger->verifier, &stranger->verifier).holds());
}

TEST_CASE("every changed bit of a packet is refused, or changes nothing") {
    Made made;
    const std::string packet = made.packet(made.letter);
    const std::string statement = statement_of(packet, made.key());
    size_t refused = 0, harmless = 0;
    for (size_t bit = 0; bit < packet.size() * 8; bit += 7) {
        std::string flipped = packet;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        const PacketReport report = verify_packet(flipped, made.key());
        if (!report.holds()) {
            ++refused;
            continue;
        }
        // The key's name is a hint that nobody signs; all else is signed.
        ++harmless;
        REQUIRE(statement_of(flipped, made.key()) == statement);
    }
    CHECK(harmless < 600);
    CHECK(refused > 10 * harmless);
}

TEST_CASE("a signed statement whose parts do not fit is refused") {
    Made made;
    const std::string statement = statement_of(made.packet(made.refund), made.key());
    const auto verdict = [&](const std::string& text) {
        return problems_of(verify_packet(make_envelope(kPayloadType, text, made.log->signer()), made.key()));
    };
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = statement;
        const size_t at = text.find(from);
        INFO(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
        return verdict(text);
    };
    CHECK(verdict(statement).empty());
    CHECK(with("\\\"amount\\\"", "\\\"amoumt\\\"").find("not in the log") != std::string::npos);
    CHECK(with("\"role\":\"outcome\"", "\"role\":\"ask\"").find("does not ask") != std::string::npos);
    CHECK(with("\"role\":\"ask\"", "\"role\":\"parent\"").find("no record names it") != std::string::npos);
    CHECK(with("\"role\":\"parent\"", "\"role\":\"ask\"").find("does not ask") != std::string::npos);
    CHECK(with("\"role\":\"policy\"", "\"role\":\"session\"").find("opens no session") != std::string::npos);
    CHECK(with("\"role\":\"session\"", "\"role\":\"action\"").find("two actions") != std::string::npos);
    CHECK(with("\"role\":\"approval\"", "\"role\":\"vote\"").find("no role") != std::string::npos);
    CHECK(with("\"name\":\"receipt.pdf\"", "\"name\":\"receipt.pdx\"").find("subjects") != std::string::npos);
    CHECK(with("\"name\":\"remit.example/gateway-1/", "\"name\":\"remit.example/gateway-2/").find("subjects") !=
          std::string::npos);
    CHECK(with("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0").find("no in-toto") !=
          std::string::npos);
    CHECK(with("/action/v1", "/action/v2").find("not about an action") != std::string::npos);
    CHECK(with("index " + std::to_string(made.refund), "index 1") != "");
    CHECK(with("\"index\":" + std::to_string(made.refund), "\"index\":1").find("another index") != std::string::npos);
    for (const char* text : {"", "{}", "[]", "null", "{\"_type\":\"https://in-toto.io/Statement/v1\"}"})
        CHECK(verdict(text) != "");
}

TEST_CASE("an action as OCSF, out of a packet that holds") {
    Made made;
    const PacketReport report = verify_packet(made.packet(made.refund), made.key());
    const auto event = ocsf_of_action(report);
    REQUIRE(event.ok());
    Arena arena;
    JsonReader reader;
    const Json* json = reader.read(*event, arena);
    REQUIRE(json != nullptr);
    CHECK(json->find("class_uid")->text == "6003");
    CHECK(json->find("status_id")->text == "1");
    CHECK(json->find("action_id")->text == "1");
    CHECK(json->find("api")->find("operation")->text == "pay.refund");
    CHECK(json->find("raw_data")->text == report.records[0].entry);
    CHECK(json->find("raw_data_hash")->find("value")->text == hex(sha256(report.records[0].entry)));
    CHECK(json->find("type_uid")->text == "6003" + std::string(2 - json->find("activity_id")->text.size(), '0') +
                                              std::string(json->find("activity_id")->text));
    CHECK_FALSE(ocsf_of_action(verify_packet("{}", made.key())).ok());
}

}  // namespace remit::evidence::testing
