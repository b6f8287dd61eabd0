// Where a declaration's lines break.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/format_tokens.h"

namespace remit::syntax {

inline constexpr size_t kLineWidth = 120;

/// A declaration as text, without the end of its last line.
struct Laid {
    std::string text;
    bool one_line = false;
    /// Of one line: the bytes at which its parts begin, in the order of their columns.
    std::vector<size_t> parts;
};

Laid lay_out(const LayoutDeclaration& declaration);

}  // namespace remit::syntax
