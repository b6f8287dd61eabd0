// What stands before the cursor in a declaration that may be half written: its tokens, which clause it is in, which tools the rule covers as
// far as can be told. For completion and signature help, which cannot wait for a declaration without errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/lsp/features/feature.h"
#include "host/lsp/text/tokens.h"

namespace remit::lsp {

class Cursor {
public:
    Cursor(const Spot& spot);

    /// The word that is being written, perhaps empty.
    std::string_view prefix() const { return prefix_; }
    uint32_t prefix_begin() const { return prefix_begin_; }
    bool in_comment() const { return in_comment_; }
    bool in_string() const { return in_string_; }
    /// Nothing of the declaration stands before the prefix.
    bool begins() const { return tokens_.empty(); }

    /// Tokens before the prefix; `word(0)` is the last, `word(1)` the one before. Empty where there is none.
    std::string_view word(size_t back) const;
    TokenKind kind(size_t back) const;
    size_t size() const { return tokens_.size(); }
    /// The declaration's first word (after `watch`).
    std::string_view verb() const;
    /// The latest of `words` outside brackets; empty if none was said.
    std::string_view latest(const std::vector<std::string_view>& words) const;
    /// In a `session {` block: the name of the setting at the cursor.
    std::string_view latest_setting() const {
        return latest({"role", "roles", "scope", "tier", "tenant", "owner", "id"});
    }
    /// Open brackets before the cursor: how many tokens back the innermost opens, or npos.
    size_t open_bracket() const;
    /// Tools that the rule's selector covers; of a rule without one, all.
    std::vector<std::string> covered_tools() const;
    /// Variables of quantifiers before the cursor, with their types.
    Scope scope() const;
    /// The dotted chain that ends `back` tokens back, `args.order` or `order(...)`: its words.
    std::vector<std::string> chain(size_t back) const;
    /// The type of that chain.
    Type type_of_chain(size_t back) const;

private:
    std::string_view text_of(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }
    ast::Selector selector() const;
    size_t selector_begin() const;

    std::string_view text_;
    const Model& model_;
    std::vector<Token> tokens_;  // of the declaration, before the prefix
    std::vector<Token> after_;   // the rest of it
    std::string_view prefix_;
    uint32_t prefix_begin_ = 0;
    bool in_comment_ = false, in_string_ = false;
};

}  // namespace remit::lsp
