// Types and fields as they are declared: TypeExpr -> ValueType, Field -> FieldDesc.
#pragma once

#include "compiler/check/world.h"

namespace remit {

/// True for the names of built-in types; an enum may not take one.
bool is_type_word(const std::string& name);

/// Resolves the fields of a tool, fact or record; appends their canonical text. Reports what is wrong and goes on with `any`.
std::vector<FieldDesc> read_fields(World& world, const ast::File& file, const std::vector<ast::Field>& fields,
                                   std::string& text);

}  // namespace remit
