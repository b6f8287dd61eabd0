#include "host/evidence/tree/text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "host/evidence/crypto/bytes.h"
#include "vm/value/scalar.h"

namespace remit::evidence {

bool is_note_text(std::string_view text) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    return std::none_of(text.begin(), text.end(), control) && is_utf8(text);
}

bool is_key_name(std::string_view text) {
    // The characters with the property White_Space, in UTF-8.
    static constexpr std::string_view kSpaces[] = {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085",
                                                   "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                                   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                                   "\u2029", "\u202f", "\u205f", "\u3000"};
    if (text.empty() || text.find('+') != std::string_view::npos || !is_note_text(text)) return false;
    const auto has = [&](std::string_view space) { return text.find(space) != std::string_view::npos; };
    return std::none_of(std::begin(kSpaces), std::end(kSpaces), has);
}

std::optional<uint64_t> parse_count(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

std::optional<Hash> parse_base64_hash(std::string_view text) {
    const auto bytes = from_base64(text);
    if (!bytes || bytes->size() != sizeof(Hash)) return std::nullopt;
    Hash out;
    std::memcpy(out.data(), bytes->data(), sizeof(Hash));
    return out;
}

std::string base64_hash(const Hash& hash) { return base64({reinterpret_cast<const char*>(hash.data()), hash.size()}); }

std::optional<std::string_view> take_line(std::string_view& text) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace remit::evidence
