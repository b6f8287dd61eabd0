#include "host/cli/line_editor.h"

#include <editline/readline.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace remit::cli {

namespace {

constexpr int kHistoryLines = 1000;

// libedit calls back without a context, so what it completes with has to be found from here.
LineEditor::Complete* g_complete = nullptr;

char** complete_word(const char* word, int start, int) {
    rl_attempted_completion_over = 1;  // no file names when nothing fits
    rl_completion_append_character = '\0';
    if (g_complete == nullptr) return nullptr;
    const auto found = (*g_complete)({rl_line_buffer, static_cast<size_t>(start)}, word);
    if (found.empty()) return nullptr;
    // First what all have in common, then the candidates, then a null; all of it is libedit's to free.
    std::string common = found.front();
    for (const std::string& name : found) {
        size_t same = 0;
        while (same < common.size() && same < name.size() && common[same] == name[same]) ++same;
        common.resize(same);
    }
    auto** matches = static_cast<char**>(std::calloc(found.size() + 2, sizeof(char*)));
    if (matches == nullptr) return nullptr;
    matches[0] = ::strdup(common.c_str());
    for (size_t i = 0; i < found.size(); ++i) matches[i + 1] = ::strdup(found[i].c_str());
    return matches;
}

std::string history_path() {
    namespace fs = std::filesystem;
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    fs::path folder;
    if (state != nullptr && *state == '/')
        folder = state;
    else if (home != nullptr && *home == '/')
        folder = fs::path(home) / ".local" / "state";
    else
        return "";
    folder /= "remit";
    std::error_code error;
    fs::create_directories(folder, error);
    return ::access(folder.c_str(), W_OK) == 0 ? (folder / "history").string() : "";
}

}  // namespace

LineEditor::LineEditor(Complete complete) : history_(history_path()) {
    static char name[] = "remit";
    static char breaks[] = " \t(,){}";
    rl_readline_name = name;
    rl_completer_word_break_characters = breaks;
    rl_attempted_completion_function = complete_word;
    g_complete = new Complete(std::move(complete));
    using_history();
    stifle_history(kHistoryLines);
    if (!history_.empty()) read_history(history_.c_str());
}

LineEditor::~LineEditor() {
    if (!history_.empty()) write_history(history_.c_str());
    delete g_complete;
    g_complete = nullptr;
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    char* line = ::readline(prompt.c_str());
    if (line == nullptr) return std::nullopt;
    std::string text = line;
    std::free(line);
    if (!text.empty()) add_history(text.c_str());
    return text;
}

}  // namespace remit::cli
