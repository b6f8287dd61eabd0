// One declaration as the formatter sees it: tokens with the comments that belong to them, and where a space stands between two.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace remit::syntax {

enum class Shape : uint8_t { Word, Glob, Number, String, Mark, Bad };

struct LayoutToken {
    std::string_view text;
    Shape shape = Shape::Mark;
    bool space = true;        // between this and the one before it, on a line
    bool empty_line = false;  // one or more stood before it
    uint16_t depth = 0;       // open brackets around it; an opener and its closer are as deep as their surroundings
    uint32_t match = 0;       // of an opener: the index of its closer
    std::vector<std::string_view> above;  // comments on lines of their own before it
    std::string_view beside;              // the comment after it on its line

    bool is(std::string_view what) const { return text == what; }
    bool opens() const { return shape == Shape::Mark && (text == "(" || text == "[" || text == "{"); }
    bool closes() const { return shape == Shape::Mark && (text == ")" || text == "]" || text == "}"); }
};

enum class Sort : uint8_t { Rule, Test, Table, Other };

struct LayoutDeclaration {
    Sort sort = Sort::Other;
    size_t verb = 0;  // the token that says what it is; `watch` stands before it
    std::vector<LayoutToken> tokens;
};

/// The tokens of `text`, one declaration whose brackets and strings are closed. Empty if it holds what is no token of the language.
LayoutDeclaration read_declaration(std::string_view text);
/// The comment without the space at its end.
std::string_view comment_of(std::string_view line);
/// In code points.
size_t width_of(std::string_view text);
bool one_of(std::string_view word, std::initializer_list<std::string_view> words);

}  // namespace remit::syntax
