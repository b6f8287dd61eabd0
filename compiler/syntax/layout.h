// The cheap scan that comes before the parser: is it text at all, where does each declaration begin and end, and are its brackets
// and strings closed. It bounds what the parser will see: size, number and nesting (limits.h). Linear in the text, no allocation
// but the result, never throws.
#pragma once

#include <optional>
#include <string_view>
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

/// A file's declarations in order.
struct Cut {
    std::vector<Piece> pieces;
    bool clean = true;  // nothing was reported
    /// How many of the first and of the last are those of the earlier version that was given.
    size_t same_front = 0, same_back = 0;
};
/// An earlier version of a file, cut without a report.
struct CutBefore {
    std::string_view text;
    const std::vector<Piece>& pieces;
};

/// Nothing when the file as a whole is refused; then that has been reported. With `before` only what has changed is scanned.
std::optional<Cut> cut_declarations(const SourceFile& source, FileId file, Diagnostics& diagnostics,
                                    const CutBefore* before = nullptr);

/// The whole text as one piece, however it is indented; for a line of the REPL.
std::optional<Piece> whole_text(const SourceFile& source, FileId file, Diagnostics& diagnostics);

}  // namespace remit
