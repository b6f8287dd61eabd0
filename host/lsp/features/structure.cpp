// Folding, and selections that grow: from the word to the expression, the declaration, the file.
#include <algorithm>

#include "host/lsp/features/feature.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

namespace {

void fold(Json& out, const LineMap& lines, uint32_t begin, uint32_t end, const char* kind) {
    const size_t first = lines.line_of(begin), last = lines.line_of(end);
    if (last <= first) return;
    Json item = {{"startLine", first}, {"endLine", last}};
    if (kind) item["kind"] = kind;
    out.push_back(std::move(item));
}

Json nested(const Context& context, const LineMap& lines, std::vector<Span> spans) {
    const auto wider = [](const Span& a, const Span& b) { return a.end - a.begin > b.end - b.begin; };
    std::stable_sort(spans.begin(), spans.end(), wider);
    Json out;
    const Span* before = nullptr;
    for (const Span& s : spans) {
        if (before && (*before == s || s.begin < before->begin || s.end > before->end)) continue;
        Json range = {{"range", json_of(lines.range(s.begin, s.end, context.encoding))}};
        if (before) range["parent"] = std::move(out);
        out = std::move(range);
        before = &s;
    }
    return out;
}

/// All that holds the place, in any order.
std::vector<Span> around(const Spot& spot, uint32_t offset) {
    const auto size = static_cast<uint32_t>(spot.text().size());
    std::vector<Span> out = {{spot.file, 0, size}};
    const auto add = [&](Span s) {
        if (s.begin <= offset && offset <= s.end && s.end > s.begin) out.push_back(s);
    };
    if (const ast::Decl* d = decl_at(*spot.snapshot, spot.file, offset)) add(d->span);
    if (const ast::File* file = spot.snapshot->ast(spot.file))
        for (const ast::Expr& e : file->exprs) add(e.span);
    const size_t begin = declaration_begin(spot.text(), offset + 1);
    for (const Token& t : tokens_of(spot.text(), begin, declaration_end(spot.text(), begin)))
        add({spot.file, t.begin, t.end});
    return out;
}

}  // namespace

Json folding_range(Context& context, const Json& params) {
    const Document* document = context.workspace.document(text_at(at(params, "textDocument"), "uri"));
    if (!document) return nullptr;
    Json out = Json::array();
    const std::string_view text = document->text;
    std::optional<Token> comments;  // a run of them, each alone on its line
    std::optional<uint32_t> begin;
    uint32_t last = 0;
    for (const Token& t : tokens_of(text, 0, text.size())) {
        const bool begins_line = t.begin == 0 || text[t.begin - 1] == '\n';
        if (t.kind == TokenKind::Comment && begins_line) {
            if (comments && document->lines.line_of(t.begin) == document->lines.line_of(comments->end) + 1)
                comments->end = t.end;
            else {
                if (comments) fold(out, document->lines, comments->begin, comments->end, "comment");
                comments = t;
            }
            continue;
        }
        if (begins_line && t.kind == TokenKind::Word) {
            if (begin) fold(out, document->lines, *begin, last, nullptr);
            begin = t.begin;
        }
        if (t.kind != TokenKind::Comment) last = t.end;
    }
    if (comments) fold(out, document->lines, comments->begin, comments->end, "comment");
    if (begin) fold(out, document->lines, *begin, last, nullptr);
    return out;
}

Json selection_range(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    if (!spot) return nullptr;
    Json out = Json::array();
    const Json& positions = at(params, "positions");
    if (!positions.is_array()) return out;
    for (const Json& position : positions) {
        const size_t offset = spot->document->lines.offset(position_of(position), context.encoding);
        out.push_back(nested(context, spot->document->lines, around(*spot, static_cast<uint32_t>(offset))));
    }
    return out;
}

}  // namespace remit::lsp
