#include "compiler/syntax/parse.h"

#include <RemitLexer.h>
#include <RemitParser.h>

#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/byte_stream.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/syntax_error.h"

namespace remit {

namespace {

using remit_grammar::RemitLexer;
using remit_grammar::RemitParser;
using syntax::Tree;

/// One lexer and one parser for all declarations of a file.
class Session {
public:
    Session(std::string_view text, FileId file, Diagnostics& diagnostics)
        : file_(file),
          diagnostics_(diagnostics),
          bytes_(text),
          lexer_(&bytes_),
          tokens_(&lexer_),
          parser_(&tokens_),
          fail_fast_(std::make_shared<syntax::FailFast>()),
          first_error_(std::make_shared<syntax::FirstError>(text, file, diagnostics)) {
        lexer_.removeErrorListeners();
        parser_.removeErrorListeners();
    }

    /// The tree of one piece, good until the next call; null when it has been reported.
    template <class Rule>
    Tree* parse(const Piece& piece, Rule rule) {
        bytes_.window(piece.begin, piece.end);
        lexer_.setInputStream(&bytes_);
        tokens_.setTokenSource(&lexer_);
        if (Tree* tree = attempt(rule, antlr4::atn::PredictionMode::SLL, fail_fast_)) return tree;
        first_error_->declaration({file_, piece.begin, piece.end});
        size_t before = diagnostics_.errors();
        Tree* tree = attempt(rule, antlr4::atn::PredictionMode::LL, first_error_);
        if (!tree && diagnostics_.errors() == before) {
            diagnostics_.report<DiagId::SyntaxError>({file_, piece.begin, piece.end},
                                                     "this declaration cannot be read");
        }
        return tree;
    }

private:
    template <class Rule>
    Tree* attempt(Rule rule, antlr4::atn::PredictionMode mode,
                  const std::shared_ptr<antlr4::ANTLRErrorStrategy>& strategy) try {
        tokens_.seek(0);
        parser_.setTokenStream(&tokens_);
        parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(mode);
        parser_.setErrorHandler(strategy);
        return (parser_.*rule)();
    } catch (const std::exception&) {
        // Cancelled by one of our strategies; anything else of ANTLR's counts as an error in the text.
        return nullptr;
    }

    FileId file_;
    Diagnostics& diagnostics_;
    syntax::ByteStream bytes_;
    RemitLexer lexer_;
    antlr4::CommonTokenStream tokens_;
    RemitParser parser_;
    std::shared_ptr<syntax::FailFast> fail_fast_;
    std::shared_ptr<syntax::FirstError> first_error_;
};

void parse_all(std::string_view text, const std::vector<Piece>& pieces, ast::File& file, Diagnostics& diagnostics) try {
    Session session(text, file.file, diagnostics);
    syntax::AstBuilder builder(text, file, diagnostics);
    file.decls.reserve(pieces.size());
    for (const Piece& piece : pieces) {
        if (!piece.sound) continue;
        if (Tree* tree = session.parse(piece, &RemitParser::declaration)) {
            builder.declaration(tree, {file.file, piece.begin, piece.end});
        }
    }
} catch (const std::exception& e) {
    diagnostics.report<DiagId::SyntaxError>({file.file, 0, 0}, fmt::format("the parser gave up: {}", e.what()));
}

}  // namespace

ast::File parse_file(const Sources& sources, FileId file, Diagnostics& diagnostics) {
    ast::File out;
    out.file = file;
    const SourceFile& source = sources.file(file);
    auto pieces = cut_declarations(source, file, diagnostics);
    if (pieces && !pieces->empty()) parse_all(source.text(), *pieces, out, diagnostics);
    return out;
}

std::optional<ast::File> parse_call(const Sources& sources, FileId file, Diagnostics& diagnostics,
                                    ast::TestCall& call) try {
    ast::File out;
    out.file = file;
    const SourceFile& source = sources.file(file);
    auto piece = whole_text(source, file, diagnostics);
    if (!piece) return std::nullopt;
    Session session(source.text(), file, diagnostics);
    Tree* tree = session.parse(*piece, &RemitParser::callLine);
    if (!tree) return std::nullopt;
    syntax::AstBuilder builder(source.text(), out, diagnostics);
    if (!builder.call_line(tree, call)) return std::nullopt;
    return out;
} catch (const std::exception& e) {
    diagnostics.report<DiagId::SyntaxError>({file, 0, 0}, fmt::format("the parser gave up: {}", e.what()));
    return std::nullopt;
}

}  // namespace remit
