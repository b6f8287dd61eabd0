// SHA-256 and its text form; the one fence for libsodium's hash.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace remit {

using Hash = std::array<uint8_t, 32>;

Hash sha256(std::string_view bytes);
/// Of `prefix` and then `bytes`, which are not copied together. A prefix is shorter than a block of 64 bytes.
Hash sha256_prefixed(std::string_view prefix, std::string_view bytes);
/// The same of two messages at once: where the processor has SHA instructions, their latencies overlap.
void sha256_prefixed_pair(std::string_view prefix, std::string_view a, std::string_view b, Hash& out_a, Hash& out_b);
std::string hex(const Hash& hash);                      // 64 lower-case digits
std::string to_text(const Hash& hash);                  // "sha256:" and 64 digits
std::optional<Hash> parse_hash(std::string_view text);  // the form of to_text

}  // namespace remit
