#include "tests/format/mangle.h"

#include <algorithm>

namespace remit::formatting {

namespace {

/// Calls `on_space`, `on_comment` and `on_other` for the stretches of `text`.
template <class Space, class Comment, class Other>
void stretches(std::string_view text, Space on_space, Comment on_comment, Other on_other) {
    for (size_t i = 0; i < text.size();) {
        size_t end = i + 1;
        if (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
            end = std::min(text.find_first_not_of(" \n\t\r", i), text.size());
            on_space(text.substr(i, end - i));
        } else if (text.substr(i, 2) == "//") {
            end = std::min(text.find('\n', i), text.size());
            on_comment(text.substr(i, end - i));
        } else {
            if (text[i] == '"')
                while (end < text.size() && text[end - 1 + (end == i + 1 ? 1 : 0)] != '"' && text[end] != '\n')
                    end += text[end] == '\\' ? 2 : 1;
            if (text[i] == '"' && end < text.size()) ++end;
            end = std::min(end, text.size());
            on_other(text.substr(i, end - i));
        }
        i = end;
    }
}

std::string within(oracle::Random& random) {
    switch (random.below(8)) {
        case 0: return "   ";
        case 1: return "\n  ";
        case 2: return "\r\n\t";
        case 3: return "\n\n\n        ";
        case 4: return " // beside " + std::to_string(random.below(9)) + "  \n ";
        case 5: return "\n // above \"\n  // and \xC3\xA9\n ";
        default: return " ";
    }
}

}  // namespace

std::string mangle(std::string_view text, oracle::Random& random) {
    std::string out;
    bool after_comment = false;
    stretches(
        text,
        [&](std::string_view space) {
            const bool ends = space.back() == '\n';  // what comes next begins a declaration, or closes one
            if (after_comment) out += '\n';
            if (ends)
                out += random.chance(20) ? "\n\n\n" : random.chance(20) ? " // end\n" : std::string(space);
            else
                out += within(random);
            after_comment = false;
        },
        [&](std::string_view comment) {
            out += comment;
            after_comment = true;
        },
        [&](std::string_view other) { out += other; });
    return out;
}

std::vector<std::string> comments(std::string_view text) {
    std::vector<std::string> out;
    stretches(
        text, [](std::string_view) {},
        [&](std::string_view comment) { out.emplace_back(comment.substr(0, comment.find_last_not_of(" \t\r") + 1)); },
        [](std::string_view) {});
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace remit::formatting
