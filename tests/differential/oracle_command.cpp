// Commands, read once more: a text is looked at character by character with the state of the quotes, and first of all for what no command
// that is understood may have.
#include <set>

#include "tests/differential/oracle_request.h"

namespace remit::oracle {

/// The words, or nothing.
static std::optional<std::vector<std::string>> shell_words(const std::string& line) {
    enum class In : uint8_t { Blank, Word, Single, Double } in = In::Blank;
    std::vector<std::string> words;
    const auto put = [&](char c) {
        if (in == In::Blank) words.emplace_back();
        if (in == In::Blank) in = In::Word;
        words.back() += c;
    };
    for (size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool last = i + 1 == line.size();
        if (c == '\0') return std::nullopt;
        if (in == In::Single) {
            if (c == '\'')
                in = In::Word;
            else
                words.back() += c;
        } else if (in == In::Double) {
            if (c == '"') {
                in = In::Word;
            } else if (c == '$' || c == '`') {
                return std::nullopt;
            } else if (c == '\\') {
                if (last || line[i + 1] == '\n') return std::nullopt;
                if (std::string("$`\"\\").find(line[i + 1]) == std::string::npos) words.back() += '\\';
                words.back() += line[++i];
            } else {
                words.back() += c;
            }
        } else if (c == ' ' || c == '\t') {
            in = In::Blank;
        } else if (c == '\'' || c == '"') {
            if (in == In::Blank) words.emplace_back();
            in = c == '"' ? In::Double : In::Single;
        } else if (c == '\\') {
            if (last || line[i + 1] == '\n') return std::nullopt;
            put(line[++i]);
        } else if (std::string("$`;|&<>(){}*?[]~#!^\x7f").find(c) != std::string::npos || (c >= 0 && c < ' ')) {
            return std::nullopt;
        } else {
            put(c);
        }
    }
    if (in == In::Single || in == In::Double || words.empty()) return std::nullopt;
    static const std::set<std::string> language = {"if",   "then",   "else",     "elif",  "fi",    "do",
                                                   "done", "case",   "esac",     "while", "until", "for",
                                                   "in",   "select", "function", "time",  "coproc"};
    if (language.count(words[0])) return std::nullopt;
    const size_t name = words[0].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    const bool named = name != 0 && name != std::string::npos && !(words[0][0] >= '0' && words[0][0] <= '9');
    if (named && (words[0][name] == '=' || words[0].compare(name, 2, "+=") == 0)) return std::nullopt;
    return words;
}

std::optional<Val> read_command(const Json& json) {
    std::optional<std::vector<std::string>> words;
    if (json.kind == Json::Kind::Array) {
        words.emplace();
        for (const Json& word : json.items) {
            if (word.kind != Json::Kind::String) return std::nullopt;
            words->push_back(word.text);
        }
        bool nul = false;
        for (const std::string& word : *words) nul = nul || word.find('\0') != std::string::npos;
        if (nul) words.reset();
    } else if (json.kind == Json::Kind::String) {
        words = shell_words(json.text);
    } else {
        return std::nullopt;
    }
    if (words && (words->empty() || words->front().empty() || words->front().back() == '/')) words.reset();
    Val command;
    command.tag = Tag::Record;
    for (const char* name : {"program", "executable", "argv", "args"}) {
        command.names.emplace_back(name);
        command.items.push_back(error_value(Err::BadValue));
    }
    if (!words) return command;
    Val all, rest;
    all.tag = rest.tag = Tag::List;
    for (const std::string& word : *words) all.items.push_back(text_value(Tag::String, word));
    rest.items.assign(all.items.begin() + 1, all.items.end());
    const std::string& first = words->front();
    command.items = {text_value(Tag::String, first.substr(first.find_last_of('/') + 1)), text_value(Tag::String, first),
                     all, rest};
    return command;
}

}  // namespace remit::oracle
