// One declaration at a time: its text alone goes in, so its spans count from its own first byte and it can be kept and put anywhere.
// Internal to compiler/syntax: shows ANTLR.
#pragma once

#include <RemitLexer.h>
#include <RemitParser.h>

#include <memory>
#include <string_view>

#include "compiler/source/diagnostic.h"
#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/byte_stream.h"
#include "compiler/syntax/lexer_table.h"
#include "compiler/syntax/parsed.h"
#include "compiler/syntax/syntax_error.h"
#include "compiler/syntax/token_list.h"

namespace remit::syntax {

/// The grammar's lexer as a table, for any number of parsers in any number of threads.
class Lexicon {
public:
    Lexicon() : lexer_(&bytes_), table_(lexer_) {}
    LexerTable& table() { return table_; }

private:
    ByteStream bytes_;
    remit_grammar::RemitLexer lexer_;
    LexerTable table_;
};
/// The one of this process. It depends on the grammar alone, as ANTLR's own tables do, and filling it takes a millisecond.
Lexicon& lexicon();

/// For one thread.
class DeclarationParser {
public:
    DeclarationParser();

    /// Never throws what ANTLR throws.
    ParsedDecl declaration(std::string_view text);
    /// A line of the REPL; nothing when something was reported.
    std::optional<ast::File> call_line(std::string_view text, Diagnostics& diagnostics, ast::TestCall& call);

private:
    template <class Rule>
    Tree* parse(std::string_view text, Rule rule, Diagnostics& diagnostics);
    template <class Rule>
    Tree* attempt(Rule rule, antlr4::atn::PredictionMode mode,
                  const std::shared_ptr<antlr4::ANTLRErrorStrategy>& strategy);

    ByteStream bytes_;
    remit_grammar::RemitLexer lexer_;
    TokenList tokens_;
    remit_grammar::RemitParser parser_;
    std::shared_ptr<FailFast> fail_fast_;
    std::shared_ptr<FirstError> first_error_;
};

}  // namespace remit::syntax
