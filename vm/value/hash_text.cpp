// Hashes as text; what computes them is sha256.cpp.
#include "vm/value/sha256.h"

namespace remit {

namespace {

constexpr std::string_view kPrefix = "sha256:";

void write_hex(const Hash& hash, char* out) {
    static constexpr char kDigits[] = "0123456789abcdef";
    for (const uint8_t b : hash) {
        *out++ = kDigits[b >> 4];
        *out++ = kDigits[b & 15];
    }
}

}  // namespace

std::string hex(const Hash& hash) {
    std::string out(2 * hash.size(), '\0');
    write_hex(hash, out.data());
    return out;
}

std::string to_text(const Hash& hash) {
    std::string out(kPrefix.size() + 2 * hash.size(), '\0');
    kPrefix.copy(out.data(), kPrefix.size());
    write_hex(hash, out.data() + kPrefix.size());
    return out;
}

namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

std::optional<Hash> parse_hash(std::string_view text) {
    if (text.substr(0, kPrefix.size()) != kPrefix || text.size() != kPrefix.size() + 64) return std::nullopt;
    text.remove_prefix(kPrefix.size());
    Hash out;
    for (size_t i = 0; i < out.size(); ++i) {
        const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out[i] = static_cast<uint8_t>(high * 16 + low);
    }
    return out;
}

}  // namespace remit
