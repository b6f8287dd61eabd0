// `table NAME(keys): type { rows }` -> the function that it says, written out: one number for each combination of its keys. The order of
// rows and the way they are grouped leave no trace.
#pragma once

#include "compiler/check/world.h"

namespace remit {

/// How many values a key of this type has; 0 for a type that cannot be a key.
int64_t key_count(const World& world, const ValueType& type);

/// Reports what is wrong: then the values mean nothing.
TableFunction compile_table(World& world, const ast::File& file, const ast::TableDecl& decl);

}  // namespace remit
