// The cheap scan that comes before the parser: is it text at all, where does each declaration begin and end, and are its brackets
// and strings closed. It bounds what the parser will see: size, number and nesting (limits.h). Linear in the text, no allocation
// but the result, never throws.
#pragma once

#include <optional>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"

namespace remit {

/// A declaration's bytes, without the space and comments around it. `sound`: nothing was reported, it may be parsed.
struct Piece {
    uint32_t begin = 0;
    uint32_t end = 0;
    bool sound = true;
};

/// The file's declarations in order. Nothing when the file as a whole is refused; then that has been reported.
std::optional<std::vector<Piece>> cut_declarations(const SourceFile& source, FileId file, Diagnostics& diagnostics);

/// The whole text as one piece, however it is indented; for a line of the REPL.
std::optional<Piece> whole_text(const SourceFile& source, FileId file, Diagnostics& diagnostics);

}  // namespace remit
