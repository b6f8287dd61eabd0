// Words and signs of a text that may be half written: what completion, colours and folding see. The grammar decides what a policy is;
// this only tells a word from a number, a pattern, a string, a comment and a sign, and never fails. Linear in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace remit::lsp {

enum class TokenKind : uint8_t { Word, Number, Pattern, String, Sign, Comment };

struct Token {
    TokenKind kind = TokenKind::Sign;
    uint32_t begin = 0, end = 0;  // bytes of the text
};

/// Tokens of `text` from `begin` to `end`.
std::vector<Token> tokens_of(std::string_view text, size_t begin, size_t end);

/// First byte of the declaration that `offset` lies in or after; 0 if there is none. Declarations begin with a word at column 0.
size_t declaration_begin(std::string_view text, size_t offset);
/// First byte of the declaration after the one at `begin`, or the text's size.
size_t declaration_end(std::string_view text, size_t begin);

}  // namespace remit::lsp
