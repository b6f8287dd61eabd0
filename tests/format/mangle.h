// Spoils the layout of a policy without changing its tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/generate.h"

namespace remit::formatting {

/// `text` with random space, line ends and comments where it had space within declarations, and between them.
std::string mangle(std::string_view text, oracle::Random& random);
/// All comments of `text`, sorted.
std::vector<std::string> comments(std::string_view text);

}  // namespace remit::formatting
