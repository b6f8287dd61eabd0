// Sealing: a record's payloads, encrypted, and the lines that the record has for them.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/payload/keyring.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/record/entry.h"

namespace remit::evidence {

struct PayloadLine {
    PayloadRole role = PayloadRole::Request;
    size_t size = 0;
    uint64_t key = 0;  // 0: not kept
    Hash commitment{};
    Hash salt{};
};

class Sealing {
public:
    /// `key` 0: there is none, and nothing is kept. `most_bytes`: of all payloads together.
    Sealing(Keyring& keyring, uint64_t key, size_t most_bytes) : keyring_(keyring), key_(key), left_(most_bytes) {}
    /// Its line; what does not fit is not kept, and its line says so.
    const PayloadLine& add(PayloadRole role, std::string_view payload);
    const std::vector<SealedPayload>& payloads() const { return payloads_; }
    const std::deque<PayloadLine>& lines() const { return lines_; }
    uint64_t key() const { return key_; }
    void write(CanonicalWriter& w) const;  // the member `payloads`

private:
    Keyring& keyring_;
    uint64_t key_;
    size_t left_;
    std::deque<std::string> ciphertexts_;
    std::vector<SealedPayload> payloads_;
    std::deque<PayloadLine> lines_;
};

}  // namespace remit::evidence
