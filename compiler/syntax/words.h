// The words of the closed sets in the Ast: how a verb and a comparison are written. For printers and messages.
#pragma once

#include <string_view>

#include "compiler/syntax/ast.h"

namespace remit {

std::string_view word_of(ast::Verb verb);
std::string_view word_of(ast::Property property);
std::string_view word_of(ast::Cmp cmp);

}  // namespace remit
