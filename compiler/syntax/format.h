// The canonical layout of a policy file: what `remit fmt` writes. Works on tokens and comments alone and prints no value anew, so no
// literal, no name and no order can change, and neither can the version hash. Formatting twice is formatting once.
//
// Declarations begin at column 0 and are one line where 120 columns hold it; otherwise they break before clauses, then before `and`, `or` and
// after commas. Neighbours that begin with the same verb have their parts in columns. A list with a comma after its last element keeps one
// element a line. At most one empty line stays between declarations, and none is added.
#pragma once

#include <string>

#include "compiler/source/source_file.h"

namespace remit {

/// Pure; thread-safe; never throws. A file that has no declarations to be cut into (not UTF-8, too large) comes back as it is, and so does every
/// declaration that is not closed; other errors do not matter. All tokens and comments of `source` are in the result, in their order.
std::string format(const SourceFile& source);

}  // namespace remit
