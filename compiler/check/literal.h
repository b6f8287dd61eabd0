// Literals with an expected type: `"10.0.0.0/8"` where a cidr is wanted, `confidential` where a class is, `250.00` where a decimal(4) is.
#pragma once

#include <optional>

#include "compiler/check/world.h"

namespace remit {

struct Literal {
    Constant constant;
    std::string text;  // canonical
};

/// Reads expression `id` as a literal of type `type`; reports and returns nothing if it is not one.
std::optional<Literal> read_literal(World& world, const ast::File& file, ast::ExprId id, const ValueType& type);

/// True for what only makes sense with an expected type: strings, sets, numbers, bare words that are no variables.
bool is_literal(const ast::File& file, ast::ExprId id);

/// `payments.refund` from a chain of members over words; empty for anything else.
std::string dotted_text(const ast::File& file, ast::ExprId id);

/// How a narrowing names what an expression reads: `args.x.y`, `order(args.id).paid`. Two expressions with one path read the same thing.
std::string access_path(const ast::File& file, ast::ExprId id);

/// A number as written, with its minus: nothing if it is not one.
std::optional<std::string> number_text(const ast::File& file, ast::ExprId id);

/// The literal as JSON text, as a request would give it. For defaults.
std::string literal_json(const ast::File& file, ast::ExprId id);

/// Digits after the point.
int written_scale(const std::string& number);

}  // namespace remit
