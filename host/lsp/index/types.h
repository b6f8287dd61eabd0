// Types of expressions as far as an editor needs them: what to call them, whose symbols fit, which members they have. From the Ast; where
// something does not fit the answer is "unknown", never an error.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/lsp/index/model.h"

namespace remit::lsp {

struct Type {
    std::string text;                     // `list<email>`; empty: unknown
    std::string vocabulary;               // whose symbols its values are; also `roles` and `sources`
    const ast::TypeExpr* expr = nullptr;  // if it was declared
    bool known() const { return !text.empty(); }
};

/// What an expression's words may refer to besides the Model.
struct Scope {
    std::vector<std::string> tools;         // that the rule covers
    std::map<std::string, Type> variables;  // of quantifiers
};

struct Member {
    std::string name;
    Type type;
    std::string detail;  // what it is
};

/// `list<email> max 8`
std::string text_of(const ast::TypeExpr& type);
/// `amount: decimal(2) min 0.00`
std::string text_of(const ast::File& file, const ast::Field& field);
Type type_of(const Model& model, const ast::TypeExpr& type);
/// Of a list or set, else unknown.
Type item_of(const Model& model, const Type& list);
std::vector<Member> members_of(const Model& model, const Type& type);
/// Of `session`, `call`, `context`, `state` and `args`; empty for another word.
std::vector<Member> members_of(const Model& model, const Scope& scope, std::string_view word);
Type type_of(const Model& model, const Scope& scope, const ast::File& file, ast::ExprId id);

}  // namespace remit::lsp
