#include "host/evidence/recorder/sealing.h"

namespace remit::evidence {

const PayloadLine& Sealing::add(PayloadRole role, std::string_view payload) {
    constexpr size_t kFrameBytes = 64;  // about what a payload takes besides itself
    PayloadLine& line = lines_.emplace_back();
    line.role = role;
    line.size = payload.size();
    if (key_ == 0 || payload.size() + kFrameBytes > left_ || payload.size() > kMaxPayloadBytes ||
        payloads_.size() >= kMaxPayloadsOfEntry)
        return line;
    std::string& ciphertext = ciphertexts_.emplace_back();
    const auto sealed = keyring_.seal(key_, static_cast<uint8_t>(role), payload, ciphertext);
    if (!sealed) return line;
    left_ -= payload.size() + kFrameBytes;
    payloads_.push_back(sealed->payload);
    line.key = key_;
    line.commitment = sealed->commitment;
    line.salt = sealed->salt;
    return line;
}

void Sealing::write(CanonicalWriter& w) const {
    if (lines_.empty()) return;
    w.key("payloads");
    w.open_array();
    for (const PayloadLine& line : lines_) {
        w.open_object();
        if (line.key != 0) {
            w.text("commit", hash64(line.commitment));
            w.number("key", static_cast<int64_t>(line.key));
        }
        w.text("role", text_of(line.role));
        w.number("size", static_cast<int64_t>(line.size));
        w.close_object();
    }
    w.close_array();
}

}  // namespace remit::evidence
