#include "tests/docs/tables.h"

#include <fmt/format.h>

namespace remit::docs {

namespace {

constexpr const char* kOperationsHead =
    "# Operations\n\n"
    "Made from `vm/ops/ops.def` by `scripts/docs`; do not edit.\n\n"
    "Every operation is one total function: it has an answer for every input, errors included. The constant folder, "
    "the interpreter and\n"
    "the native compiler share it. `cost` is in units of about one comparison; `by size` depends on the sizes of lists "
    "and texts.\n\n"
    "| operation | of | gives | cost | meaning |\n|---|---|---|---|---|\n";

constexpr const char* kDiagnosticsHead =
    "# Diagnostics\n\n"
    "Made from `compiler/source/diagnostics.def` by `scripts/docs`; do not edit.\n\n"
    "Codes are stable: a code is never given to another message. `{}` stands for a part of the policy.\n";

constexpr const char* kLintHead =
    "# Lints\n\n"
    "Made from `compiler/lint/lints.def` by `scripts/docs`; do not edit.\n\n"
    "`remit check` warns of what compiles and is most likely not meant; with `--pedantic` also of what is a matter of "
    "taste or of thoroughness. "
    "`--deny-warnings`\nmakes warnings fail. A comment above a declaration, or beside its last line, silences a lint "
    "there and says why:\n\n"
    "```remit\n"
    "// remit: allow unused-name because the tenants' policies use it\n"
    "role auditor\n"
    "```\n";

std::string operands(int arity, const char* a, const char* b) { return arity == 1 ? a : fmt::format("{}, {}", a, b); }

std::string cost_text(int cost) { return cost == 0 ? "by size" : std::to_string(cost); }

/// In a cell a bar would end the cell.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
    return out;
}

std::string group_title(std::string_view code) {
    switch (code[1 + 1]) {
        case '0': return "Text and syntax";
        case '1': return "Names and declarations";
        case '2': return "Types";
        case '3': return "Rules";
        case '4': return "State, strata and layers";
        case '5': return "Lints";
        default: return "Others";
    }
}

}  // namespace

std::string operations_page() {
    std::string page = kOperationsHead;
#define REMIT_OP(name, mnemonic, result, arity, a, b, cost, doc)                                                       \
    page += fmt::format("| `{}` | {} | {} | {} | {} |\n", mnemonic, operands(arity, #a, #b), #result, cost_text(cost), \
                        cell(doc));
#include "vm/ops/ops.def"
    return page;
}

std::string diagnostics_page() {
    std::string page = kDiagnosticsHead, group;
#define REMIT_DIAGNOSTIC(id, severity, code, message, help)                                                            \
    if (group != std::string_view(code).substr(0, 3)) {                                                                \
        group = std::string_view(code).substr(0, 3);                                                                   \
        page += fmt::format("\n## {}xx: {}\n\n| code | severity | message | what to do |\n|---|---|---|---|\n", group, \
                            group_title(code));                                                                        \
    }                                                                                                                  \
    page += fmt::format("| {} | {} | {} | {} |\n", code, #severity, cell(message), cell(help));
#include "compiler/source/diagnostics.def"
    return page;
}

std::string lint_page() {
    std::string page = kLintHead;
    const auto code_of = [](std::string_view wanted) {
#define REMIT_DIAGNOSTIC(id, severity, code, message, help) \
    if (wanted == #id) return code;
#include "compiler/source/diagnostics.def"
        return "";
    };
#define REMIT_LINT(id, name, pedantic, why, bad, good)                                                      \
    page += fmt::format("\n## {}{}\n\n{}\n\n```remit {}\n{}\n```\n\nInstead:\n\n```remit\n{}\n```\n", name, \
                        pedantic ? " (pedantic)" : "", why, code_of(#id), bad, good);
#include "compiler/lint/lints.def"
    return page;
}

}  // namespace remit::docs
