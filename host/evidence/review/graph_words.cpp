#include "host/evidence/review/graph_words.h"

#include <fmt/format.h>

namespace remit::evidence {

namespace {

/// Takes a character off the front; text is UTF-8, because entries are. A byte that is none stands for itself.
char32_t take(std::string_view& text, std::string_view& bytes) {
    const auto first = static_cast<unsigned char>(text[0]);
    size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size > text.size()) size = 1;
    char32_t value = size == 1 ? first : first & (0xff >> (size + 1));
    for (size_t i = 1; i < size; ++i) value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    bytes = text.substr(0, size);
    text.remove_prefix(size);
    return value;
}

bool is_unsafe(char32_t c) {
    const auto in = [c](char32_t from, char32_t to) { return c >= from && c <= to; };
    return c < 0x20 || in(0x7f, 0x9f) || in(0x200b, 0x200f) || in(0x2028, 0x202e) || in(0x2060, 0x206f) ||
           c == 0xfeff || c == 0x061c || in(0xfff9, 0xfffb) || (c & 0xfffe) == 0xfffe || in(0xe0000, 0xe007f);
}

}  // namespace

std::string plain(std::string_view text) {
    std::string out;
    for (std::string_view bytes; !text.empty();) {
        const char32_t c = take(text, bytes);
        if (is_unsafe(c)) {
            out += fmt::format("\\u{:04x}", static_cast<uint32_t>(c));
        } else {
            out += bytes;
        }
    }
    return out;
}

std::string shortened(std::string_view text, size_t most) {
    std::string out;
    size_t count = 0, cut = 0;  // `cut`: where the ellipsis would go
    for (std::string_view rest = text, bytes; !rest.empty(); ++count) {
        take(rest, bytes);
        if (count == most) return out.substr(0, cut) + "\u2026";
        if (count + 1 == most) cut = out.size();
        out += bytes;
    }
    return out;
}

std::string state_of(const GraphCall& call) {
    std::string out = call.verdict.empty() ? "?" : plain(call.verdict);
    if (!call.status.empty()) out += ", " + plain(call.status);
    if (call.duration_us >= 0) out += fmt::format(", {:.1f} ms", static_cast<double>(call.duration_us) / 1000);
    if (call.orphan) out += ", parent not on record";
    return out;
}

}  // namespace remit::evidence
