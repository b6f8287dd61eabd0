// Small readings of ANTLR's tree that every part of the Ast builder shares. Internal to compiler/syntax.
#pragma once

#include <RemitParser.h>

#include "compiler/syntax/build_ast.h"

namespace remit::syntax {

using P = remit_grammar::RemitParser;

/// A tree's kind as one number: a token's type, or a rule's index above all tokens. For `switch`.
constexpr size_t kRuleBase = 1000;
constexpr size_t rule_kind(size_t rule) { return kRuleBase + rule; }

/// No rule of the grammar is empty, so only tokens have no children; cheaper than asking the type.
inline bool is_token(const Tree* tree) { return tree->children.empty(); }
inline antlr4::Token* token_of(const Tree* tree) {
    return static_cast<antlr4::tree::TerminalNode*>(const_cast<Tree*>(tree))->getSymbol();
}
inline size_t kind_of(const Tree* tree) {
    if (is_token(tree)) return token_of(tree)->getType();
    return rule_kind(static_cast<const antlr4::RuleContext*>(tree)->getRuleIndex());
}
inline bool is(const Tree* tree, size_t kind) { return kind_of(tree) == kind; }
/// Words stand in different contexts for different places of the grammar.
inline bool is_word(size_t kind) {
    return kind == rule_kind(P::RuleWord) || kind == rule_kind(P::RuleOperandWord) ||
           kind == rule_kind(P::RuleExpectedWord) || kind == rule_kind(P::RuleExpectedName) ||
           kind == rule_kind(P::RuleTypeName);
}

}  // namespace remit::syntax
