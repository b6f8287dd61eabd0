// Tool-name globs and UTF-8.
#include "vm/value/scalar.h"

namespace remit {

bool glob_matches(std::string_view glob, std::string_view name) noexcept {
    size_t g = 0, i = 0, star = std::string_view::npos, star_name = 0;
    while (i < name.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            star_name = i;
        } else if (g < glob.size() && glob[g] == name[i]) {
            ++g;
            ++i;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            i = ++star_name;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

namespace {

/// Bytes of the well-formed sequence at the front of `s`, or 0. Overlong forms, surrogates and all beyond U+10FFFF are not.
size_t sequence_length(std::string_view s) {
    const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
    const auto within = [&](size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const size_t n = sequence_length(text);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
    return true;
}

}  // namespace remit
