// The words of the language with their meanings, as rows of words.def.
#pragma once

#include <span>
#include <string_view>

namespace remit::lsp {

enum class WordGroup { Begin, Clause, Attribute, Type, Operator, Function, Test, Word };

struct WordRow {
    std::string_view word;
    WordGroup group;
    std::string_view text;  // Markdown
};

std::span<const WordRow> word_rows();
/// The row of a word in this group; null if there is none.
const WordRow* find_word(std::string_view word, WordGroup group);
/// The first row of a word.
const WordRow* find_word(std::string_view word);

}  // namespace remit::lsp
