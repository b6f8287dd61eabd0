// The table of words against the grammar.
#include "host/lsp/index/words.h"

#include <fstream>
#include <regex>
#include <sstream>

#include "tests/catch.h"

using namespace remit::lsp;

TEST_CASE("every word of the grammar has a row") {
    std::ifstream file(REMIT_SOURCE_DIR "/grammar/Remit.g4");
    std::stringstream text;
    text << file.rdbuf();
    const std::string grammar = text.str();
    const std::regex keyword("[A-Z_]+ : '([a-z]+)' ;");
    size_t seen = 0;
    for (auto it = std::sregex_iterator(grammar.begin(), grammar.end(), keyword); it != std::sregex_iterator();
         ++it, ++seen) {
        INFO((*it)[1].str());
        CHECK(find_word((*it)[1].str()) != nullptr);
    }
    CHECK(seen > 90);
}

TEST_CASE("no row stands twice") {
    for (const WordRow& row : word_rows()) CHECK(find_word(row.word, row.group) == &row);
}
