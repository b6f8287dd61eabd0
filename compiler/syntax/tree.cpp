#include "compiler/syntax/tree.h"

#include <charconv>

namespace remit::syntax {

namespace {

void append_utf8(std::string& out, uint32_t c) {
    auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

/// `u{1F600}` at `i` (the `u`): appends the character and gives the length read, or 0.
size_t unicode_escape(std::string_view s, size_t i, std::string& out) {
    if (i + 1 >= s.size() || s[i + 1] != '{') return 0;
    size_t close = s.find('}', i);
    if (close == std::string_view::npos || close == i + 2 || close > i + 8) return 0;
    uint32_t c = 0;
    auto [end, problem] = std::from_chars(s.data() + i + 2, s.data() + close, c, 16);
    if (problem != std::errc() || end != s.data() + close) return 0;
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    append_utf8(out, c);
    return close - i + 1;
}

}  // namespace

Span AstBuilder::span_of(const Tree* tree) const {
    const Tree* first = tree;
    while (!is_token(first)) first = first->children.front();
    const Tree* last = tree;
    while (!is_token(last)) last = last->children.back();
    return {file_.file, static_cast<uint32_t>(token_of(first)->getStartIndex()),
            static_cast<uint32_t>(token_of(last)->getStopIndex() + 1)};
}

std::string_view AstBuilder::text_of(const Tree* tree) const {
    Span span = span_of(tree);
    return text_.substr(span.begin, span.end - span.begin);
}

ast::Name AstBuilder::name(const Tree* tree) const {
    Span span = span_of(tree);
    return {std::string(text_.substr(span.begin, span.end - span.begin)), span};
}

/// Without the space and comments that may stand around its dots.
ast::Name AstBuilder::dotted(Tree* tree) const {
    ast::Name out{{}, span_of(tree)};
    for (const Tree* kid : tree->children) out.text += text_of(kid);
    return out;
}

ast::Name AstBuilder::string(const Tree* token) {
    ast::Name out{{}, span_of(token)};
    std::string_view s = text_of(token);
    s = s.substr(1, s.size() - 2);
    out.text.reserve(s.size());
    for (size_t i = 0; i < s.size();) {
        if (s[i] != '\\') {
            out.text += s[i++];
            continue;
        }
        size_t escape = i++;
        size_t length = 1;
        switch (s[i]) {
            case '"': out.text += '"'; break;
            case '\\': out.text += '\\'; break;
            case 'n': out.text += '\n'; break;
            case 'r': out.text += '\r'; break;
            case 't': out.text += '\t'; break;
            case 'u': length = unicode_escape(s, i, out.text); break;
            default: length = 0;
        }
        if (length == 0) {
            auto at = static_cast<uint32_t>(out.span.begin + 1 + escape);
            error({file_.file, at, at + 2}, "not an escape",
                  "known are `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t` and `\\u{1F600}`");
            return out;
        }
        i += length;
    }
    return out;
}

ast::Name AstBuilder::string_or_name(Tree* tree) {
    if (is(tree, P::STRING)) return string(tree);
    return is(tree, rule_kind(P::RuleDotted)) ? dotted(tree) : name(tree);
}

ast::Name AstBuilder::tool_name(Tree* tree) { return string_or_name(tree->children.front()); }

/// The words (and dotted words) among `kids`, from `from` on.
std::vector<ast::Name> AstBuilder::names(const Kids& kids, size_t from) const {
    std::vector<ast::Name> out;
    for (size_t i = from; i < kids.size(); ++i) {
        size_t kind = kind_of(kids[i]);
        if (is_word(kind)) out.push_back(name(kids[i]));
        if (kind == rule_kind(P::RuleDotted)) out.push_back(dotted(kids[i]));
    }
    return out;
}

void AstBuilder::error(Span span, std::string message, std::string help) {
    failed_ = true;
    diagnostics_.report<DiagId::SyntaxError>(span, message).help = std::move(help);
}

}  // namespace remit::syntax
