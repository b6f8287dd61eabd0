#include "host/testing/text_spans.h"

#include <cctype>
#include <string>
#include <vector>

namespace remit {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

uint32_t skip_space(std::string_view text, uint32_t at) {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}
uint32_t back_over_space(std::string_view text, uint32_t at) {
    while (at > 0 && is_space(text[at - 1])) --at;
    return at;
}

/// How many `(` of the span are not closed in it, and how many `)` not opened.
std::pair<size_t, size_t> open_ends(std::string_view text) {
    size_t open = 0, closed = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
        } else if (text[i] == '(') {
            ++open;
        } else if (text[i] == ')') {
            open > 0 ? --open : ++closed;
        }
    }
    return {open, closed};
}

}  // namespace

Span enclosed(std::string_view text, Span span) {
    for (;;) {
        const auto [open, closed] = open_ends(text.substr(span.begin, span.end - span.begin));
        const uint32_t before = back_over_space(text, span.begin), behind = skip_space(text, span.end);
        const bool left = before > 0 && text[before - 1] == '(', right = behind < text.size() && text[behind] == ')';
        // A name before the parenthesis makes it the arguments of a call.
        const bool call = left && before > 1 && is_name(text[before - 2]);
        if (closed > 0 && left) {
            span.begin = before - 1;
        } else if (open > 0 && right) {
            span.end = behind + 1;
        } else if (open == 0 && closed == 0 && left && right && !call) {
            span.begin = before - 1;
            span.end = behind + 1;
        } else {
            return span;
        }
    }
}

std::optional<uint32_t> word_before(std::string_view text, uint32_t at, std::string_view word) {
    const uint32_t end = back_over_space(text, at);
    if (end < word.size() || text.substr(end - word.size(), word.size()) != word) return std::nullopt;
    const auto begin = static_cast<uint32_t>(end - word.size());
    return begin > 0 && is_name(text[begin - 1]) ? std::nullopt : std::optional(begin);
}

std::optional<Span> find_word(std::string_view text, Span between, std::string_view word) {
    const std::string_view part = text.substr(between.begin, between.end - between.begin);
    const size_t at = part.find(word);
    if (at == std::string_view::npos || part.find("//") != std::string_view::npos) return std::nullopt;
    const auto begin = static_cast<uint32_t>(between.begin + at);
    return Span{between.file, begin, static_cast<uint32_t>(begin + word.size())};
}

std::optional<Span> find_phrase(std::string_view text, uint32_t from, std::string_view two_words) {
    const size_t gap = two_words.find(' ');
    const std::string_view first = two_words.substr(0, gap), second = two_words.substr(gap + 1);
    const uint32_t begin = skip_space(text, from);
    if (text.substr(begin, first.size()) != first) return std::nullopt;
    const uint32_t next = skip_space(text, static_cast<uint32_t>(begin + first.size()));
    if (text.substr(next, second.size()) != second) return std::nullopt;
    return Span{0, begin, static_cast<uint32_t>(next + second.size())};
}

}  // namespace remit
