#include "host/lsp/features/feature.h"

#include "host/lsp/text/uri.h"

namespace remit::lsp {

std::optional<Spot> spot_of(Context& context, const Json& params) {
    const Document* document = context.workspace.document(text_at(at(params, "textDocument"), "uri"));
    if (!document) return std::nullopt;
    Spot out;
    out.document = document;
    out.snapshot = &context.workspace.snapshot_for(document->path);
    const auto file = out.snapshot->file(document->path);
    if (!file) return std::nullopt;
    out.file = *file;
    const Json& position = at(params, "position");
    if (position.is_object())
        out.offset = static_cast<uint32_t>(document->lines.offset(position_of(position), context.encoding));
    return out;
}

Range range_of(const Context& context, const Snapshot& snapshot, Span span) {
    return snapshot.lines(span.file).range(span.begin, span.end, context.encoding);
}

Json location_of(const Context& context, const Snapshot& snapshot, Span span) {
    return {{"uri", uri_of(snapshot.path(span.file))}, {"range", json_of(range_of(context, snapshot, span))}};
}

std::string_view text_of(const Snapshot& snapshot, Span span) {
    const std::string_view text = snapshot.compilation.sources.file(span.file).text();
    if (span.begin > text.size() || span.end < span.begin) return {};
    return text.substr(span.begin, span.end - span.begin);
}

const ast::Decl* decl_at(const Snapshot& snapshot, FileId file, uint32_t offset) {
    const ast::File* ast = snapshot.ast(file);
    if (!ast) return nullptr;
    for (const ast::Decl& d : ast->decls)
        if (d.span.begin <= offset && offset <= d.span.end) return &d;
    return nullptr;
}

Json markdown(const std::string& text) { return {{"kind", "markdown"}, {"value", text}}; }

}  // namespace remit::lsp
