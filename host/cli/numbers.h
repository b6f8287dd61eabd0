// Numbers among the arguments.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>

#include "host/cli/verbs.h"

namespace remit::cli {

/// Reads a flag's value into `out`, which stays as it is without the flag. False, with `wrong` set, if it is no whole number.
inline bool take_number(const Arguments& arguments, std::string_view flag, uint64_t& out, std::string& wrong) {
    if (!arguments.has(flag)) return true;
    const std::string& text = arguments.get(flag);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return true;
    wrong = fmt::format("--{} takes a whole number, not `{}`", flag, text);
    return false;
}

}  // namespace remit::cli
