// Types of policy expressions. A type is the schema's ValueType (vm/program), so what the checker believes about a value and what
// the engine reads from a request are one description; this room adds the questions the checker asks about it.
#pragma once

#include <string>

#include "vm/program/program.h"

namespace remit {

/// The vocabulary of `sources(x)`: 0 user, 1 agent, 2 + index of a tool. Never in Program::vocabularies.
inline constexpr uint32_t kVocSources = UINT32_MAX - 1;

ValueType scalar_type(ValueKind kind);
ValueType decimal_type(int scale);
ValueType symbol_type(uint32_t vocabulary);
/// Its layouts are added to `types` if they are new.
ValueType command_type(std::vector<TypeDesc>& types);

/// Same values with the same meaning; bounds of lists are not compared.
bool same_type(const ValueType& a, const ValueType& b);
bool is_number(const ValueType& t);      // int, decimal
int scale_of(const ValueType& t);        // 0 for int
bool is_text_like(const ValueType& t);   // string, path, host: kept as Str
bool is_collection(const ValueType& t);  // list, set

/// How a value of this type lies in a register.
Kind kind_of(const ValueType& t);

/// The layout of `t` in `types`, added if it is new. `types` begins with the plain kinds (see init_types).
TypeRef layout_of(const ValueType& t, std::vector<TypeDesc>& types);
std::vector<TypeDesc> plain_types();

/// As the user writes it: `decimal(2)`, `list<email>`.
std::string describe(const ValueType& t, const std::vector<Vocabulary>& vocabularies);

}  // namespace remit
