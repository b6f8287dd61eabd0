// Names and texts as Remit spells them.
#pragma once

#include <string>
#include <string_view>

namespace remit {

/// A Remit string literal. Control characters become spaces: strings do not span lines.
std::string remit_string(std::string_view text);
bool is_word(std::string_view text);
/// Words joined by dots: what a name is that needs no quotes.
bool is_dotted(std::string_view name);
/// A word as it is, anything else as a string.
std::string word_or_string(std::string_view text);
/// The first sentence or line, at most 200 bytes, not cut inside a code point: what `about` says of a tool.
std::string first_sentence(std::string_view text);

}  // namespace remit
