// Sealing: a record's payloads, encrypted, and the lines that the record has for them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <span>

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
    Sealing(const Sealing&) = delete;  // payloads refer to ciphertexts
    Sealing& operator=(const Sealing&) = delete;
    /// `key` 0: there is none, and nothing is kept. `most_bytes`: of all payloads together.
    Sealing(Keyring& keyring, uint64_t key, size_t most_bytes) : keyring_(keyring), key_(key), left_(most_bytes) {}
    /// Its line; what does not fit is not kept, and its line says so.
    const PayloadLine& add(PayloadRole role, std::string_view payload);
    std::span<const SealedPayload> payloads() const { return {payloads_.data(), sealed_}; }
    std::span<const PayloadLine> lines() const { return {lines_.data(), added_}; }
    uint64_t key() const { return key_; }
    void write(CanonicalWriter& w) const;  // the member `payloads`

private:
    Keyring& keyring_;
    uint64_t key_;
    size_t left_;
    static constexpr size_t kMost = 4;  // request, prompt, decision; or output
    std::array<std::string, kMost> ciphertexts_;
    std::array<SealedPayload, kMost> payloads_;
    std::array<PayloadLine, kMost> lines_;
    size_t sealed_ = 0, added_ = 0;
};

}  // namespace remit::evidence
