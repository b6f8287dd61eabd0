// Any bytes as a packet, and as the statement in a packet that the log's key signed: nothing but a report comes of it, and what is said
// to hold was in the log.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/evidence/review/dsse.h"
#include "host/evidence/review/export.h"
#include "host/evidence/review/packet.h"
#include "tests/fuzz/trap.h"

namespace {

using namespace remit;
using namespace remit::evidence;

/// The key that signed the corpus.
const SignerKey& log_key() {
    static const SignerKey key = std::move(*make_signer("remit.example/gateway-1", PrivateKey::from_seed({7})));
    return key;
}

void check(std::string_view packet) {
    const PacketReport report = verify_packet(packet, log_key().verifier);
    fuzz::must(report.holds() == !report.records.empty(), "a packet either holds or says nothing");
    if (!report.holds()) return;
    fuzz::must(report.records.front().role == PacketRole::Action, "the action comes first");
    for (const PacketRecord& record : report.records)
        fuzz::must(record.index < report.checkpoint.size, "what holds is in the log");
    const auto event = ocsf_of_action(report);
    fuzz::must(event.ok() && !event->empty(), "an action that holds can be exported");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(text);
    check(make_envelope(kPayloadType, text, log_key()));
    return 0;
}
