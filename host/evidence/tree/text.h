// What the texts of C2SP have in common: key names, numbers, hashes, lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/value/sha256.h"

namespace remit::evidence {

/// UTF-8 without control characters but newlines: what a note may hold.
bool is_note_text(std::string_view text);
/// Not empty, no white space of Unicode's, no `+`.
bool is_key_name(std::string_view text);
/// Decimal digits without leading zeros.
std::optional<uint64_t> parse_count(std::string_view text);
std::optional<Hash> parse_base64_hash(std::string_view text);
std::string base64_hash(const Hash& hash);
/// Takes a line off the front of `text`, without its newline; nothing if there is no newline.
std::optional<std::string_view> take_line(std::string_view& text);

}  // namespace remit::evidence
