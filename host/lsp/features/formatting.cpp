// The layout of `remit fmt`, for a document or for the declarations of a range, as one edit that changes no more than it must.
#include "compiler/syntax/format.h"

#include <algorithm>

#include "host/lsp/features/feature.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

size_t count_ink(std::string_view text) {
    return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), is_space));
}

/// Where the letter number `n` that is no space stands.
size_t place_of_ink(std::string_view text, size_t n) {
    size_t i = 0;
    for (;; ++i) {
        while (i < text.size() && is_space(text[i])) ++i;
        if (i >= text.size() || n-- == 0) return i;
    }
}

/// Turns [begin, end) of the document into `text`, without the lines that both begin or end with.
Json edits(const Context& context, const Document& document, size_t begin, size_t end, std::string_view text) {
    std::string_view old = std::string_view(document.text).substr(begin, end - begin);
    if (old == text) return Json::array();
    size_t same = 0;
    const size_t most = std::min(old.size(), text.size());
    while (same < most && old[same] == text[same]) ++same;
    same = same == 0 ? 0 : old.rfind('\n', same - 1) + 1;  // npos + 1 is 0
    begin += same;
    old.remove_prefix(same);
    text.remove_prefix(same);
    size_t tail = 0;
    while (tail < std::min(old.size(), text.size()) && old[old.size() - 1 - tail] == text[text.size() - 1 - tail])
        ++tail;
    const size_t line = text.find('\n', text.size() - tail);
    tail = line == std::string_view::npos ? 0 : text.size() - line;
    text.remove_suffix(tail);
    const Range range = document.lines.range(begin, end - tail, context.encoding);
    return Json::array({{{"range", json_of(range)}, {"newText", std::string(text)}}});
}

}  // namespace

Json formatting(Context& context, const Json& params) {
    const Document* document = context.workspace.document(text_at(at(params, "textDocument"), "uri"));
    if (!document) return nullptr;
    return edits(context, *document, 0, document->text.size(), format(SourceFile(document->path, document->text)));
}

/// Formatting changes space alone, so that a place is found again by what stands before it.
Json range_formatting(Context& context, const Json& params) {
    const Document* document = context.workspace.document(text_at(at(params, "textDocument"), "uri"));
    if (!document) return nullptr;
    const std::string_view text = document->text;
    const Range range = range_of(at(params, "range"));
    const size_t first = document->lines.offset(range.start, context.encoding);
    const size_t last = std::max(first, document->lines.offset(range.end, context.encoding));
    const size_t from = declaration_begin(text, first);
    const size_t to = declaration_end(text, declaration_begin(text, last));
    const size_t before = count_ink(text.substr(0, from)), inside = count_ink(text.substr(from, to - from));
    if (inside == 0) return Json::array();
    const std::string whole = format(SourceFile(document->path, document->text));
    const size_t begin = place_of_ink(whole, before), end = place_of_ink(whole, before + inside - 1) + 1;
    return edits(context, *document, place_of_ink(text, before), place_of_ink(text, before + inside - 1) + 1,
                 std::string_view(whole).substr(begin, end - begin));
}

}  // namespace remit::lsp
