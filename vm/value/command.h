// Command lines read as words, the way a POSIX shell reads the simplest of them: a program and its arguments, with blanks between, quotes
// and backslashes. Whatever a shell would do more than that (expand, redirect, run a second program, assign) is not understood, for then
// the words are not what would run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace remit {

/// The words of a command line, the program first; nothing for one that is not understood. Never throws but for memory.
std::optional<std::vector<std::string>> split_command(std::string_view line);
/// The same for words that were given one by one, as for execve: nothing but NUL needs a shell.
bool is_command(const std::vector<std::string>& words);
/// The last path component of a command's first word: `/usr/bin/git` -> `git`.
std::string_view program_of(std::string_view first_word);

}  // namespace remit
