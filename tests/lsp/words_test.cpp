// The table of words against the grammar.
#include "host/lsp/index/words.h"

#include <fstream>
#include <sstream>

#include "tests/catch.h"

using namespace remit::lsp;

TEST_CASE("every word of the grammar has a row") {
    std::ifstream file(REMIT_SOURCE_DIR "/grammar/Remit.g4");
    std::stringstream text;
    text << file.rdbuf();
    const std::string grammar = text.str();
    const std::string before = " : '", after = "' ;";  // PARAM : 'param' ;
    size_t seen = 0;
    for (size_t at = grammar.find(before); at != std::string::npos; at = grammar.find(before, at + 1)) {
        const size_t begin = at + before.size(), end = grammar.find(after, begin);
        const std::string word = grammar.substr(begin, end - begin);
        if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) continue;
        INFO(word);
        CHECK(find_word(word) != nullptr);
        ++seen;
    }
    CHECK(seen > 90);
}

TEST_CASE("no row stands twice") {
    for (const WordRow& row : word_rows()) CHECK(find_word(row.word, row.group) == &row);
}
