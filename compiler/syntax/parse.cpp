#include "compiler/syntax/parse.h"

#include "compiler/syntax/declaration_parser.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/parsed.h"

namespace remit {

ast::File parse_file(const Sources& sources, FileId file, Diagnostics& diagnostics) {
    return place(FileParser(false).parse(sources.file(file), file, diagnostics));
}

std::optional<ast::File> parse_call(const Sources& sources, FileId file, Diagnostics& diagnostics,
                                    ast::TestCall& call) {
    const SourceFile& source = sources.file(file);
    const auto piece = whole_text(source, file, diagnostics);
    if (!piece) return std::nullopt;
    Diagnostics problems;
    auto out = syntax::DeclarationParser().call_line(source.text().substr(piece->begin, piece->end - piece->begin),
                                                     problems, call);
    diagnostics.append(problems.all(), file, piece->begin);
    if (out) place(*out, call, file, piece->begin);
    return out;
}

}  // namespace remit
