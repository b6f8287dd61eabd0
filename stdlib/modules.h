// The standard library's modules: policy files in stdlib/*.remit, carried inside the compiler.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace remit {

/// The text of `std.NAME`, or nothing.
std::optional<std::string_view> find_module(std::string_view name);
std::vector<std::string_view> module_names();

}  // namespace remit
