// Keyring: the keys of payloads. One key for each (tenant, subject, class); destroying it makes the payloads unreadable and their
// commitments unlinkable, while every proof stays valid. Thread-safe.
//
// The file `keys` is made of slots of 512 bytes, which are overwritten in place, so that a destroyed key leaves no copy in the file:
//
//   slot 0  "RMTKEYS1" and zeros
//   slot N  key number N: checksum u32 (CRC-32C of the rest), state u8 (0 unused, 1 live, 2 destroyed), 3 zero bytes,
//           made i64 (wall ns), lengths of tenant, subject and class u16 each, 10 zero bytes, key 32, the three texts, zeros
//
// Numbers are least significant byte first. A slot is never used again. What is not a slot of ours counts as damaged: its key is not
// used, and said to be gone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/crypto/cipher.h"
#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/frame.h"
#include "vm/value/result.h"

namespace remit::evidence {

inline constexpr size_t kMaxKeys = 1u << 20;
inline constexpr size_t kMaxLabelText = 144;  // bytes; a longer text is its SHA-256 in the label

/// A label's text as it is kept.
std::string label_text(std::string_view text);

struct KeyLabel {
    std::string tenant, subject, retention;  // retention: the session's class
    auto operator<=>(const KeyLabel&) const = default;
};
struct KeyInfo {
    uint64_t id = 0;
    KeyLabel label;       // empty once destroyed
    int64_t made_ns = 0;  // wall time
    bool destroyed = false;
    bool damaged = false;  // the slot does not hold what was written
};

class Keyring {
public:
    /// Opens or (with `write`) makes the file `keys`. One Keyring may write at a time (the log's lock sees to it), others read.
    static Result<std::unique_ptr<Keyring>> open(Disk& disk, bool write);
    ~Keyring();

    /// The id of the label's key; made, and durable before this returns, if there is none.
    Result<uint64_t> key_for(std::string_view tenant, std::string_view subject, std::string_view retention,
                             int64_t now_ns);
    Result<uint64_t> key_for(const KeyLabel& label, int64_t now_ns) {
        return key_for(label.tenant, label.subject, label.retention, now_ns);
    }
    std::vector<KeyInfo> list() const;
    /// Overwrites the key and its label with zeros, durably. False if it was destroyed before.
    Result<bool> destroy(uint64_t id);

    /// Fails if the key was destroyed. Encrypts; `payload.ciphertext` refers to `ciphertext`. The commitment goes into the record.
    struct Sealed {
        SealedPayload payload;
        Hash commitment{};
        Hash salt{};  // for commit_value
    };
    Result<Sealed> seal(uint64_t key_id, uint8_t role, std::string_view payload, std::string& ciphertext);
    /// Decrypts; nothing if the key was destroyed. Whether it is what was recorded, only `commitment` tells.
    struct Opened {
        std::string payload;
        Hash salt{};
    };
    Result<std::optional<Opened>> open_payload(const SealedPayload& sealed) const;
    /// Decrypts into `out` without looking at salt or commitment: for replay. False if the key is gone.
    bool decrypt(const SealedPayload& sealed, std::string& out) const;

    /// A commitment to a short value (an argument) within a record's payload: salted by the payload's own salt and the value's name.
    static Hash commit_value(const Hash& salt, std::string_view name, std::string_view canonical_value);

private:
    struct Impl;
    explicit Keyring(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
