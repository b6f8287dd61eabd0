// Drift: how the tools that a server offers now differ from those that a policy declares, and which rules each difference touches. A policy
// may be stricter than its server (a path where the server takes any text): that is no drift. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/import/mcp.h"
#include "vm/program/program.h"

namespace remit {

enum class DriftKind : uint8_t {
#define REMIT_DRIFT(Id, ...) Id,
#include "host/import/drift.def"
#undef REMIT_DRIFT
};
struct DriftRow {
    std::string_view id, about;
    bool fails;
};
const DriftRow& row_of(DriftKind kind);

struct Drift {
    DriftKind kind{};
    std::string tool;
    std::string param;               // of the tool; empty: the tool itself
    std::string pinned, live;        // as the policy and the server say it
    std::vector<std::string> rules;  // `file:line:column` of those that it touches, in their order in the text
    bool breaks() const { return row_of(kind).fails && !rules.empty(); }
};

struct Pinned {
    const std::vector<Program>& layers;  // the policy itself first; its tools are compared
    /// What the policy says about its tools, for those that have a text: name, text.
    std::vector<std::pair<std::string, std::string>> abouts;
    std::string prefix;  // only tools whose names begin so belong to this server
};

/// `live`: the program of `catalogue.text`. Sorted by tool; within a tool the tool itself, then its parameters.
std::vector<Drift> find_drift(const Pinned& pinned, const Program& live, const McpImport& catalogue);

/// The rules that a call of the tool runs, in any layer.
std::vector<std::string> rules_of(const std::vector<Program>& layers, std::string_view tool);

}  // namespace remit
