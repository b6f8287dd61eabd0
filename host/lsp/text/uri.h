// `file:` URIs and paths. What is no file (`untitled:`, a module of the standard library) keeps its URI as its path.
#pragma once

#include <string>
#include <string_view>

namespace remit::lsp {

std::string path_of(std::string_view uri);
std::string uri_of(std::string_view path);

/// Modules of the standard library are texts of this scheme: `remit-std:/std.mcp`.
inline constexpr std::string_view kModuleScheme = "remit-std:/";

}  // namespace remit::lsp
