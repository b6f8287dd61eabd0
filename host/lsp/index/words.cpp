#include "host/lsp/index/words.h"

namespace remit::lsp {

namespace {

constexpr WordRow kRows[] = {
#define REMIT_WORD(word, group, text) {word, WordGroup::group, text},
#include "host/lsp/index/words.def"
};

}  // namespace

std::span<const WordRow> word_rows() { return kRows; }

const WordRow* find_word(std::string_view word, WordGroup group) {
    for (const WordRow& row : kRows)
        if (row.word == word && row.group == group) return &row;
    return nullptr;
}

const WordRow* find_word(std::string_view word) {
    for (const WordRow& row : kRows)
        if (row.word == word) return &row;
    return nullptr;
}

}  // namespace remit::lsp
