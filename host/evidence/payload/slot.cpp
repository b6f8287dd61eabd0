#include "host/evidence/payload/slot.h"

#include <algorithm>
#include <cstring>

#include "host/evidence/journal/crc32c.h"

namespace remit::evidence {

namespace {

constexpr size_t kState = 4, kMade = 8, kLengths = 16, kKey = 32, kTexts = 64;
static_assert(kTexts + 3 * kMaxLabelText <= kSlotBytes);

template <class Int>
void put(char* at, Int value) {
    for (size_t i = 0; i < sizeof value; ++i) at[i] = static_cast<char>(value >> (8 * i));
}
template <class Int>
Int get(const char* at) {
    Int value = 0;
    for (size_t i = 0; i < sizeof value; ++i)
        value |= static_cast<Int>(Int{static_cast<unsigned char>(at[i])} << (8 * i));
    return value;
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

std::array<char, kSlotBytes> encode(const Slot& slot) {
    std::array<char, kSlotBytes> out{};
    out[kState] = static_cast<char>(slot.state);
    put<uint64_t>(out.data() + kMade, static_cast<uint64_t>(slot.made_ns));
    std::copy(slot.key.begin(), slot.key.end(), reinterpret_cast<uint8_t*>(out.data() + kKey));
    size_t at = kTexts, length = kLengths;
    for (const std::string* text : {&slot.label.tenant, &slot.label.subject, &slot.label.retention}) {
        const size_t size = std::min(text->size(), kMaxLabelText);
        put<uint16_t>(out.data() + length, static_cast<uint16_t>(size));
        std::memcpy(out.data() + at, text->data(), size);
        at += size, length += sizeof(uint16_t);
    }
    put<uint32_t>(out.data(), crc32c(0, {out.data() + kState, kSlotBytes - kState}));
    return out;
}

Slot decode_slot(std::string_view bytes) {
    Slot slot;
    if (is_zero(bytes)) return slot;
    slot.state = SlotState::Damaged;
    if (get<uint32_t>(bytes.data()) != crc32c(0, bytes.substr(kState))) return slot;
    const auto state = static_cast<uint8_t>(bytes[kState]);
    if (state != static_cast<uint8_t>(SlotState::Live) && state != static_cast<uint8_t>(SlotState::Destroyed))
        return slot;
    Slot read;
    read.state = static_cast<SlotState>(state);
    read.made_ns = static_cast<int64_t>(get<uint64_t>(bytes.data() + kMade));
    std::copy_n(reinterpret_cast<const uint8_t*>(bytes.data() + kKey), read.key.size(), read.key.begin());
    size_t at = kTexts, length = kLengths;
    for (std::string* text : {&read.label.tenant, &read.label.subject, &read.label.retention}) {
        const size_t size = get<uint16_t>(bytes.data() + length);
        if (size > kMaxLabelText) return slot;
        *text = bytes.substr(at, size);
        at += size, length += sizeof(uint16_t);
    }
    // One slot has one form: also what is not used of it.
    auto again = encode(read);
    const bool same = std::string_view(again.data(), again.size()) == bytes;
    wipe({reinterpret_cast<uint8_t*>(again.data()), again.size()});
    return same ? read : slot;
}

}  // namespace remit::evidence
