#include "host/evidence/recorder/sealing.h"

#include "host/evidence/record/ensure.h"

namespace remit::evidence {

const PayloadLine& Sealing::add(PayloadRole role, std::string_view payload) {
    constexpr size_t kFrameBytes = 64;  // about what a payload takes besides itself
    ensure(added_ < kMost, "a record with more payloads than roles");
    PayloadLine& line = lines_[added_++];
    line.role = role;
    line.size = payload.size();
    if (key_ == 0 || payload.size() + kFrameBytes > left_ || payload.size() > kMaxPayloadBytes) return line;
    const auto sealed = keyring_.seal(key_, static_cast<uint8_t>(role), payload, ciphertexts_[sealed_]);
    if (!sealed) return line;
    left_ -= payload.size() + kFrameBytes;
    payloads_[sealed_++] = sealed->payload;
    line.key = key_;
    line.commitment = sealed->commitment;
    line.salt = sealed->salt;
    return line;
}

void Sealing::write(CanonicalWriter& w) const {
    if (added_ == 0) return;
    w.key("payloads");
    w.open_array();
    for (const PayloadLine& line : lines()) {
        w.open_object();
        if (line.key != 0) {
            w.hash("commit", line.commitment);
            w.number("key", static_cast<int64_t>(line.key));
        }
        w.text("role", text_of(line.role));
        w.number("size", static_cast<int64_t>(line.size));
        w.close_object();
    }
    w.close_array();
}

}  // namespace remit::evidence
