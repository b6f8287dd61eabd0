#include "vm/value/command.h"

#include <algorithm>

namespace remit {

namespace {

/// Outside of quotes these do something, at least in some place or in some shell.
bool is_special(char c) {
    constexpr std::string_view kSpecial = "$`;|&<>(){}*?[]~#!^";
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || kSpecial.find(c) != std::string_view::npos;
}

/// First words that are the shell's own language.
constexpr std::string_view kReserved[] = {"if",   "then",   "else",     "elif",  "fi",    "do",
                                          "done", "case",   "esac",     "while", "until", "for",
                                          "in",   "select", "function", "time",  "coproc"};

/// `NAME=...`, `NAME+=...`
bool is_assignment(std::string_view word) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    size_t at = 0;
    while (at < word.size() && (is_letter(word[at]) || (at > 0 && is_digit(word[at])))) ++at;
    if (at == 0) return false;
    if (at < word.size() && word[at] == '+') ++at;
    return at < word.size() && word[at] == '=';
}

class Splitter {
public:
    explicit Splitter(std::string_view line) : line_(line) {}

    bool run(std::vector<std::string>& words) {
        while (at_ < line_.size()) {
            if (line_[at_] == ' ' || line_[at_] == '\t') {
                ++at_;
                continue;
            }
            if (!word(words.emplace_back())) return false;
        }
        return true;
    }

private:
    bool word(std::string& out) {
        while (at_ < line_.size() && line_[at_] != ' ' && line_[at_] != '\t') {
            const char c = line_[at_++];
            if (c == '\'' ? !single(out) : c == '"' ? !twofold(out) : c == '\\' ? !escaped(out) : is_special(c))
                return false;
            if (c != '\'' && c != '"' && c != '\\') out += c;
        }
        return true;
    }

    bool single(std::string& out) {
        const size_t end = line_.find('\'', at_);
        if (end == std::string_view::npos) return false;
        out += line_.substr(at_, end - at_);
        at_ = end + 1;
        return true;
    }

    /// In double quotes `$` and a back quote expand, and a backslash is one unless it stands before what it protects.
    bool twofold(std::string& out) {
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == '"') return true;
            if (c == '$' || c == '`') return false;
            if (c != '\\') {
                out += c;
                continue;
            }
            if (at_ == line_.size() || line_[at_] == '\n') return false;
            const char next = line_[at_++];
            if (next != '$' && next != '`' && next != '"' && next != '\\') out += '\\';
            out += next;
        }
        return false;
    }

    bool escaped(std::string& out) {
        if (at_ == line_.size() || line_[at_] == '\n') return false;
        out += line_[at_++];
        return true;
    }

    std::string_view line_;
    size_t at_ = 0;
};

}  // namespace

std::string_view program_of(std::string_view first_word) { return first_word.substr(first_word.rfind('/') + 1); }

bool is_command(const std::vector<std::string>& words) {
    const auto has_nul = [](const std::string& word) { return word.find('\0') != std::string::npos; };
    return !words.empty() && !program_of(words[0]).empty() && std::none_of(words.begin(), words.end(), has_nul);
}

std::optional<std::vector<std::string>> split_command(std::string_view line) {
    std::vector<std::string> words;
    if (!Splitter(line).run(words) || !is_command(words) || is_assignment(words[0])) return std::nullopt;
    if (std::find(std::begin(kReserved), std::end(kReserved), words[0]) != std::end(kReserved)) return std::nullopt;
    return words;
}

}  // namespace remit
