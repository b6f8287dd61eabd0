// What differs between two texts, line by line, as a unified diff.
#pragma once

#include <string>
#include <string_view>

namespace remit::cli {

/// Empty if the texts are equal. With `color`, as git colours it. Where the texts have little in common, what differs is one block.
std::string unified_diff(std::string_view path, std::string_view before, std::string_view after, bool color);

}  // namespace remit::cli
