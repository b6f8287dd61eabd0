// LineEditor: lines from a person at a terminal, with history and completion. The one file that knows libedit, whose
// state is the process's: there may be one LineEditor at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace remit::cli {

class LineEditor {
public:
    using Complete = std::function<std::vector<std::string>(std::string_view before, std::string_view word)>;

    /// History is kept in $XDG_STATE_HOME/remit/history (or ~/.local/state/remit/history), if that can be written.
    explicit LineEditor(Complete complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// The next line; nothing at the end of input.
    std::optional<std::string> read(const std::string& prompt);

private:
    std::string history_;  // path, or empty
};

}  // namespace remit::cli
