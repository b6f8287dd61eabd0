#include "compiler/syntax/declaration_parser.h"

namespace remit::syntax {

using antlr4::atn::ParserATNSimulator;
using antlr4::atn::PredictionMode;
using remit_grammar::RemitParser;

namespace {

void gave_up(Diagnostics& diagnostics, const std::exception& e) {
    diagnostics.report<DiagId::SyntaxError>({}, fmt::format("the parser gave up: {}", e.what()));
}

}  // namespace

Lexicon& lexicon() {
    static Lexicon one;
    return one;
}

DeclarationParser::DeclarationParser()
    : lexer_(&bytes_),
      tokens_(lexer_, bytes_),
      parser_(&tokens_),
      fail_fast_(std::make_shared<FailFast>()),
      first_error_(std::make_shared<FirstError>()) {
    parser_.removeErrorListeners();
}

ParsedDecl DeclarationParser::declaration(std::string_view text) {
    ParsedDecl out;
    Diagnostics diagnostics;
    try {
        if (Tree* tree = parse(text, &RemitParser::declaration, diagnostics))
            AstBuilder(text, out.ast, diagnostics).declaration(tree);
    } catch (const std::exception& e) {
        gave_up(diagnostics, e);
        out.ast = {};
    }
    out.problems = diagnostics.all();
    return out;
}

std::optional<ast::File> DeclarationParser::call_line(std::string_view text, Diagnostics& diagnostics,
                                                      ast::TestCall& call) try {
    ast::File out;
    Tree* tree = parse(text, &RemitParser::callLine, diagnostics);
    if (tree && AstBuilder(text, out, diagnostics).call_line(tree, call)) return out;
    return std::nullopt;
} catch (const std::exception& e) {
    gave_up(diagnostics, e);
    return std::nullopt;
}

/// The tree is good until the next call; null when something has been reported.
template <class Rule>
Tree* DeclarationParser::parse(std::string_view text, Rule rule, Diagnostics& diagnostics) {
    bytes_.set_text(text);
    tokens_.lex(text, lexicon().table());
    if (Tree* tree = attempt(rule, PredictionMode::SLL, fail_fast_)) return tree;
    first_error_->declaration(text, diagnostics);
    Tree* tree = attempt(rule, PredictionMode::LL, first_error_);
    if (!tree && !diagnostics.has_errors())
        diagnostics.report<DiagId::SyntaxError>({0, 0, static_cast<uint32_t>(text.size())},
                                                "this declaration cannot be read");
    return tree;
}

template <class Rule>
Tree* DeclarationParser::attempt(Rule rule, PredictionMode mode,
                                 const std::shared_ptr<antlr4::ANTLRErrorStrategy>& strategy) try {
    tokens_.seek(0);
    parser_.setTokenStream(&tokens_);
    parser_.getInterpreter<ParserATNSimulator>()->setPredictionMode(mode);
    parser_.setErrorHandler(strategy);
    return (parser_.*rule)();
} catch (const std::exception&) {
    // Cancelled by one of our strategies; anything else of ANTLR's counts as an error in the text.
    return nullptr;
}

}  // namespace remit::syntax
