#include "compiler/syntax/syntax_error.h"

#include <RemitParser.h>

#include <set>

namespace remit::syntax {

namespace {

using P = remit_grammar::RemitParser;
constexpr size_t kMaxNamed = 5;    // expected things that a message names
constexpr size_t kMaxQuoted = 40;  // bytes of a token that a message quotes

[[noreturn]] void leave() { throw antlr4::ParseCancellationException(); }

/// The words in which a message names a kind of token.
std::string words_for(const antlr4::Parser& parser, size_t type) {
    if (type == antlr4::Token::EOF) return "the end of the declaration";
    if (type == P::IDENT) return "a name";
    if (type == P::INT) return "a whole number";
    if (type == P::DECIMAL) return "a decimal number";
    if (type == P::DURATION) return "a duration such as `15m`";
    if (type == P::TIMESTAMP) return "a timestamp such as `2026-11-20T09:00:00Z`";
    if (type == P::STRING) return "a string";
    if (type == P::GLOB) return "a pattern of tool names";
    if (type == P::HOLE) return "a hole such as `$amount`";
    std::string literal = parser.getVocabulary().getLiteralName(type);  // 'to'
    if (literal.size() >= 2) literal = literal.substr(1, literal.size() - 2);
    return "`" + literal + "`";
}

void drop(std::set<size_t>& set, std::initializer_list<size_t> types) {
    for (size_t t : types) set.erase(t);
}

/// What could stand here, grouped: a person wants `an expression`, not the ninety tokens that can begin one.
std::vector<std::string> describe(const antlr4::Parser& parser, std::set<size_t> set) {
    std::vector<std::string> out;
    auto has = [&](size_t t) { return set.count(t) > 0; };
    if (has(P::IDENT)) {
        if (has(P::LPAREN) && has(P::INT) && has(P::STRING)) {
            out.emplace_back("an expression");
            drop(set, {P::LPAREN, P::LBRACE, P::INT, P::DECIMAL, P::DURATION, P::STRING, P::TIMESTAMP, P::MINUS, P::NOT,
                       P::HAS});
        } else if (has(P::INT) && has(P::STRING) && has(P::TIMESTAMP)) {
            out.emplace_back("a value");
            drop(set, {P::LBRACE, P::LBRACK, P::INT, P::DECIMAL, P::DURATION, P::STRING, P::TIMESTAMP, P::MINUS,
                       P::GLOB, P::STAR, P::HOLE});
        } else if (has(P::GLOB)) {
            out.emplace_back("a tool, a pattern of tools, `read`, `write`, `trust` or `gives`");
            drop(set, {P::GLOB, P::STAR, P::STRING});
        } else {
            out.emplace_back("a name");
        }
        // Every keyword is a name too.
        for (size_t t = P::POLICY; t <= P::IS; ++t) set.erase(t);
        set.erase(P::IDENT);
    } else if (has(P::WHEN) && has(P::BECAUSE)) {
        bool comma = has(P::COMMA), end = has(antlr4::Token::EOF), to_write = has(P::INCLUDING);
        bool operators = has(P::EQ) && has(P::PLUS);
        if (operators) out.emplace_back("an operator");
        if (comma) out.emplace_back("`,`");
        out.emplace_back(to_write ? "a clause such as `for`, `when` or `because`" : "a clause");
        if (end) out.emplace_back("the end of the declaration");
        return out;
    } else if (has(P::EQ) && has(P::PLUS)) {
        out.emplace_back("an operator");
        drop(set, {P::EQ,     P::NE, P::LT,   P::LE,    P::GT,     P::GE,   P::PLUS,     P::MINUS,
                   P::STAR,   P::IN, P::IS,   P::LIKE,  P::STARTS, P::ENDS, P::CONTAINS, P::MATCHES,
                   P::INSIDE, P::ON, P::ONLY, P::MEETS, P::AND,    P::OR,   P::DOT,      P::LPAREN});
    } else if (has(P::EQ) && has(P::LT)) {
        out.emplace_back("a comparison such as `<` or `==`");
        drop(set, {P::EQ, P::NE, P::LT, P::LE, P::GT, P::GE});
    }
    // A dot is possible after nearly every name and nearly never what was meant.
    if (set.size() + out.size() > 1) set.erase(P::DOT);
    size_t named = out.size();
    for (size_t t : set) {
        if (++named > kMaxNamed) {
            out.emplace_back("something else");
            break;
        }
        out.push_back(words_for(parser, t));
    }
    return out;
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
        out += items[i];
    }
    return out;
}

/// A clause's word where an operand was expected is read as a name; the error then comes one token late.
bool begins_clause(size_t type) {
    return type == P::FOR || type == P::WHEN || type == P::EXCEPT || type == P::WITHIN || type == P::BECAUSE;
}

std::string hint(size_t type, std::string_view found, const std::set<size_t>& expected, antlr4::Token* before) {
    auto has = [&](size_t t) { return expected.count(t) > 0; };
    if (has(P::EQ) && has(P::PLUS) && before && begins_clause(before->getType())) {
        return fmt::format("an expression is missing before `{}`", before->getText());
    }
    if (type == P::GLOB) return "put spaces around `*` to multiply: `a * b`";
    if (type == P::ASSIGN && has(P::EQ)) return "equality is written `==`";
    if (type == P::AMP) return "in a guard write `and`; `&` joins the parts of a selector";
    if (type == P::BAD_NUMBER) return "a duration is written like `15m` or `1h30m`; a name begins with a letter";
    if (type == P::NOT && has(P::IN)) return "write `not x in ...`";
    if (found == "!") return "write `not`, or `!=` in one piece";
    if (found == "|") return "write `or`";
    if (found == "'") return "strings are written with double quotes";
    if (type == P::COLON && has(P::COMMA))
        return "named arguments are for calls in tests; a fact takes its keys in order";
    if (type == P::STRING && has(P::BECAUSE)) return "a reason begins with `because`";
    return {};
}

}  // namespace

void FailFast::recover(antlr4::Parser*, std::exception_ptr) { leave(); }
antlr4::Token* FailFast::recoverInline(antlr4::Parser*) { leave(); }

void FirstError::recover(antlr4::Parser*, std::exception_ptr) { leave(); }
antlr4::Token* FirstError::recoverInline(antlr4::Parser* parser) {
    report(parser, parser->getCurrentToken());
    leave();
}

/// Called wherever the parser is about to choose. Looking here finds the error with everything that could have come.
void FirstError::sync(antlr4::Parser* parser) {
    antlr4::Token* token = parser->getCurrentToken();
    if (parser->getExpectedTokens().contains(token->getType())) return;
    report(parser, token);
    leave();
}

void FirstError::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
    report(parser, error.getOffendingToken() ? error.getOffendingToken() : parser->getCurrentToken());
}

void FirstError::report(antlr4::Parser* parser, antlr4::Token* token) {
    const auto text_end = static_cast<uint32_t>(text_.size());
    Span span{0, text_end, text_end};
    std::string found = "the end of the declaration";
    size_t type = token->getType();
    std::string_view raw;
    if (type != antlr4::Token::EOF) {
        auto begin = static_cast<uint32_t>(token->getStartIndex()),
             end = static_cast<uint32_t>(token->getStopIndex() + 1);
        // A bad character may be the first byte of several.
        while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
        span = {0, begin, end};
        raw = text_.substr(begin, end - begin);
        size_t cut = raw.size();
        if (cut > kMaxQuoted) {
            cut = kMaxQuoted;
            while (cut > 0 && (static_cast<unsigned char>(raw[cut]) & 0xC0) == 0x80) --cut;
        }
        found = fmt::format("`{}{}`", raw.substr(0, cut), cut < raw.size() ? "..." : "");
    }
    std::set<size_t> expected;
    if (token == parser->getCurrentToken()) {
        antlr4::misc::IntervalSet allowed = parser->getExpectedTokens();
        for (ssize_t t : allowed.toList()) expected.insert(t < 0 ? antlr4::Token::EOF : static_cast<size_t>(t));
    }
    if (expected.count(P::POLICY) > 0 && expected.count(P::NEVER) > 0 && expected.count(P::IDENT) == 0) {
        diagnostics_->report<DiagId::SyntaxError>(span, fmt::format("no declaration begins with {}", found)).help =
            "lines that continue a declaration are indented; declarations begin with a word such as `allow`, `block` "
            "or `tool`";
        return;
    }
    std::string message = expected.empty()
                              ? fmt::format("{} cannot stand here", found)
                              : fmt::format("expected {}, found {}", joined(describe(*parser, expected)), found);
    diagnostics_->report<DiagId::SyntaxError>(span, message).help = hint(type, raw, expected,
                                                                         parser->getTokenStream()->LT(-1));
}

}  // namespace remit::syntax
