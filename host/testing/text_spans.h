// Places in a policy's text that the Ast does not keep: parentheses around an expression, the word before it, an operator between two
// operands. Strings and comments are skipped. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/source/span.h"

namespace remit {

/// `span` with all the parentheses that belong to it: those that it cuts in half, and those that hold it and nothing else.
Span enclosed(std::string_view text, Span span);
/// Where `word` begins, if it stands right before `at`.
std::optional<uint32_t> word_before(std::string_view text, uint32_t at, std::string_view word);
/// `word` between two operands.
std::optional<Span> find_word(std::string_view text, Span between, std::string_view word);
/// Two words right behind `from`, with any space between them. The file is not known here.
std::optional<Span> find_phrase(std::string_view text, uint32_t from, std::string_view two_words);

}  // namespace remit
