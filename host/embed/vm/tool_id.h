// The number in a `remit_tool`: which tool, of which version, of which policy; 0 is none. Index 20 bits, as
// REMIT_ORIGIN_TOOL has it, version 20 bits (of which a host would have to keep one through a million reloads to be
// mistaken), policy 24 bits.
#pragma once

#include <cstdint>

namespace remit::embed {

inline constexpr uint32_t kToolIndexBits = 20, kToolVersionBits = 20;
inline constexpr uint32_t kToolIndexMask = (1u << kToolIndexBits) - 1, kToolVersionMask = (1u << kToolVersionBits) - 1;

/// Never 0. Serials of handles count up, so two policies differ unless 16 million handles lie between them.
inline uint32_t tag_of_policy(uint64_t policy_id) noexcept {
    const auto serial = static_cast<uint32_t>(policy_id >> 24 & 0xffffffu);
    return serial == 0 ? 1 : serial;
}
inline uint64_t tool_id(uint32_t tag, uint32_t version, uint32_t index) noexcept {
    return uint64_t{tag} << (kToolIndexBits + kToolVersionBits) |
           uint64_t{version & kToolVersionMask} << kToolIndexBits | index;
}
inline uint32_t tool_index(uint64_t id) noexcept { return static_cast<uint32_t>(id) & kToolIndexMask; }
inline uint32_t tool_version(uint64_t id) noexcept {
    return static_cast<uint32_t>(id >> kToolIndexBits) & kToolVersionMask;
}
inline uint32_t tool_tag(uint64_t id) noexcept {
    return static_cast<uint32_t>(id >> (kToolIndexBits + kToolVersionBits));
}

}  // namespace remit::embed
