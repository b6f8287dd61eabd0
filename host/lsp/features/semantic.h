// The legend of semantic tokens: a token's type is its place in this list.
#pragma once

#include <array>

namespace remit::lsp {

inline constexpr std::array kTokenTypes = {"keyword", "function",  "parameter", "class",    "enumMember",
                                           "enum",    "namespace", "struct",    "property", "variable",
                                           "type",    "string",    "number",    "comment",  "operator"};
inline constexpr std::array kTokenModifiers = {"declaration", "defaultLibrary"};

}  // namespace remit::lsp
