// Slot: one key as the file `keys` holds it; see keyring.h for the bytes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/payload/keyring.h"

namespace remit::evidence {

inline constexpr size_t kSlotBytes = 512;
inline constexpr std::string_view kKeysMagic = "RMTKEYS1";

enum class SlotState : uint8_t { Unused = 0, Live = 1, Destroyed = 2, Damaged = 255 };

struct Slot {
    Slot() = default;
    Slot(const Slot&) = default;
    Slot& operator=(const Slot&) = default;
    ~Slot() { wipe(key); }

    SlotState state = SlotState::Unused;
    int64_t made_ns = 0;
    KeyLabel label;
    CipherKey key{};
};

/// Texts of the label must be within kMaxLabelText. The caller wipes the bytes.
std::array<char, kSlotBytes> encode(const Slot& slot);
/// `bytes`: kSlotBytes of them. Damaged if no `encode` wrote them.
Slot decode_slot(std::string_view bytes);

}  // namespace remit::evidence
