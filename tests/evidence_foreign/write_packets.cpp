// Writes packets for verifiers that are not ours, into the folder that REMIT_PACKETS names:
//
//   vkey, public.pem                 the log's key
//   good/NAME.json, bad/NAME.json    packets; beside a bad one NAME.concerns: which verifiers must refuse it
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/evidence/review/dsse.h"
#include "host/evidence/review/packet.h"
#include "tests/catch.h"
#include "tests/evidence_review_packet/scenario.h"

namespace remit::evidence::testing {

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    REQUIRE(out.flush().good());
}

void write_bad(const fs::path& out, const std::string& name, const std::string& concerns, const std::string& packet) {
    write(out / "bad" / (name + ".json"), packet);
    write(out / "bad" / (name + ".concerns"), concerns + "\n");
}

/// `packet` with the character `behind` characters after `what` replaced.
std::string changed(std::string packet, const std::string& what, size_t behind) {
    const size_t at = packet.find(what);
    REQUIRE(at != std::string::npos);
    char& c = packet[at + what.size() + behind];
    c = c == 'A' ? 'B' : 'A';
    return packet;
}

}  // namespace

TEST_CASE("packets are written for foreign verifiers") {
    const char* folder = std::getenv("REMIT_PACKETS");
    if (folder == nullptr) return;
    const fs::path out = folder;
    fs::remove_all(out);
    fs::create_directories(out);
    Scenario made((out / "log").string());
    const auto packet = [&](uint64_t index, bool payloads) {
        const auto text = make_packet(*made.reading, *made.find, index, made.log->signer(), {payloads});
        if (!text) FAIL(text.error());
        return *text;
    };
    const VerifierKey& key = made.log->config().key;
    write(out / "vkey", to_text(key) + "\n");
    write(out / "public.pem", to_pem(key.key));
    const std::string refund = packet(made.refund, true);
    write(out / "good/refund.json", refund);
    write(out / "good/letter.json", packet(made.letter, false));
    write(out / "good/hostile.json", packet(made.hostile, true));
    write_bad(out, "payload-changed", "node openssl", changed(refund, "\"payload\":\"", 4000));
    write_bad(out, "signature-changed", "node openssl", changed(refund, "\"sig\":\"", 30));
    write_bad(out, "type-changed", "node openssl", changed(refund, "\"payloadType\":\"", 3));
    const auto stranger = make_signer(key.name, PrivateKey::from_seed({99}));
    REQUIRE(stranger.ok());
    const auto statement = open_envelope(refund, kPayloadType, key);
    REQUIRE(statement.ok());
    write_bad(out, "stranger", "node openssl", make_envelope(kPayloadType, *statement, *stranger));
    // Signed by the log's own key, as a dishonest operator could: the tree says otherwise.
    const auto resigned = [&](const std::string& what, size_t behind) {
        return make_envelope(kPayloadType, changed(*statement, what, behind), made.log->signer());
    };
    write_bad(out, "entry-changed", "node", resigned("\"session\\\":\\\"", 1));
    write_bad(out, "proof-changed", "node",
              resigned("tlog-proof@v1\\nindex " + std::to_string(made.refund) + "\\n", 20));
    write_bad(out, "salt-changed", "node", resigned("\"salt\":\"", 5));
    write_bad(out, "subject-changed", "node", resigned("\"subject\":[{\"digest\":{\"sha256\":\"", 7));
}

}  // namespace remit::evidence::testing
