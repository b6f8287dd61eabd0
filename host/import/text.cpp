#include "host/import/text.h"

#include <algorithm>

namespace remit {

namespace {

constexpr size_t kMaxAboutBytes = 200;

}  // namespace

std::string remit_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') out += '\\';
        out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    return out + "\"";
}

bool is_word(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), inner);
}

std::string word_or_string(std::string_view text) { return is_word(text) ? std::string(text) : remit_string(text); }

std::string first_sentence(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t'))
        text.remove_prefix(1);
    size_t end = std::min(text.find('\n'), text.size());
    const size_t stop = text.find(". ");
    if (stop != std::string_view::npos) end = std::min(end, stop + 1);
    const bool cut = end > kMaxAboutBytes;
    if (cut) {
        end = kMaxAboutBytes;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    }
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\r')) --end;
    return std::string(text.substr(0, end)) + (cut ? "..." : "");
}

bool is_dotted(std::string_view name) {
    while (true) {
        const size_t dot = name.find('.');
        if (!is_word(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

}  // namespace remit
