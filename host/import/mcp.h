// MCP tools to Remit: the result of the Model Context Protocol's `tools/list` becomes the text of a policy that
// declares the tools. JSON Schema says more than Remit's types can; what does not fit is widened, never narrowed, and
// each widening is a warning. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/import/catalogue.h"
#include "vm/value/result.h"

namespace remit {

using McpOptions = ImportOptions;

/// What the server says of a tool; hints that it does not give are nothing.
struct McpTool {
    std::string name, about;
    std::string declaration;  // Remit
    std::optional<bool> read_only, destructive, open;
};

struct McpImport : Imported {
    std::vector<McpTool> list;  // in the order of the catalogue
};

/// Takes the result object, the bare array, or the JSON-RPC response around it. Fails on text that is none of these.
Result<McpImport> import_mcp(std::string_view json, const McpOptions& options);

}  // namespace remit
