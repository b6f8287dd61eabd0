// Literals of tests as JSON text. Numbers keep the digits that were written, so that no decimal passes through a
// double. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace remit {

/// JSON texts by key: an object before it is put together.
using JsonFields = std::map<std::string, std::string>;

std::string json_string(std::string_view text);
std::string array_of(const std::vector<std::string>& items);
std::string object_of(const JsonFields& fields);
/// Adds a member to an object that is still open: `{` or `{"a":1`.
void append_member(std::string& object, std::string_view key, std::string_view json);

/// A literal as its author wrote it; `payments.refund` for a chain of members over a word.
std::string literal_text(const ast::File& file, ast::ExprId id);
/// Numbers and truth values as such, everything else as a string; a set as an array.
std::string json_of(const ast::File& file, ast::ExprId literal);
std::string json_of(const ast::File& file, const ast::Value& value);

}  // namespace remit
