// Random bytes, base64 and hex.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace remit::evidence {

/// From the operating system's generator.
void random_bytes(std::span<uint8_t> out);
/// Overwrites so that no compiler leaves it out.
void wipe(std::span<uint8_t> bytes);

std::string base64(std::string_view bytes);                        // RFC 4648 section 4, padded
std::string base64url(std::string_view bytes);                     // section 5, without padding
std::optional<std::string> from_base64(std::string_view text);     // strict
std::optional<std::string> from_base64url(std::string_view text);  // strict
/// Into exactly out.size() bytes, without allocating.
bool from_base64url(std::string_view text, std::span<uint8_t> out);
std::string to_hex(std::span<const uint8_t> bytes);            // lower case
bool from_hex(std::string_view text, std::span<uint8_t> out);  // exactly out.size() bytes, lower case only

}  // namespace remit::evidence
