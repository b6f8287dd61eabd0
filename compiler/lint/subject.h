// What the lints look at: a policy's own rules beside the rows that the Program has for them, and which tools each of them covers. Internal to
// compiler/lint. Borrows the Compilation.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compile.h"
#include "compiler/lint/lint.h"

namespace remit::linting {

/// A rule as it is written and, unless it is a repetition, as it runs.
struct LintedRule {
    const ast::File* file = nullptr;
    const ast::Decl* decl = nullptr;
    const ast::Rule* rule = nullptr;
    const RuleInfo* info = nullptr;
    std::vector<uint32_t> tools;  // sorted
    bool unconditional() const { return rule->when == ast::kNoExpr && rule->except == ast::kNoExpr; }
};

class Subject {
public:
    explicit Subject(const Compilation& compilation);

    const Compilation& compilation;
    const Program& program;                            // of the policy itself
    std::vector<const ast::File*> own;                 // its files, without those of its parents and of the library
    std::vector<LintedRule> rules;                     // of these files
    std::vector<std::vector<uint32_t>> rules_of_tool;  // indices into program.rules; every rule, the library's too

    std::string_view text(Span span) const {
        return compilation.sources.file(span.file).text().substr(span.begin, span.end - span.begin);
    }
    /// Whether a request can name the tool.
    bool callable(uint32_t tool) const { return program.tools[tool].after_of == kNoTool; }
};

/// Reports, unless a comment at the declaration allows it.
class Reporter {
public:
    Reporter(const Sources& sources, Diagnostics& diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

    template <DiagId Id, class... Args>
    Diagnostic* warn(const ast::Decl& at, Span span, const Args&... args) {
        if (silenced(at.span, Id)) return nullptr;
        return &diagnostics_.report<Id>(span, args...);
    }

private:
    bool silenced(Span declaration, DiagId id) const;
    const Sources& sources_;
    Diagnostics& diagnostics_;
};

/// Conditions that cannot hold, or always do.
void lint_guard(const Subject& subject, const LintedRule& rule, Reporter& reporter);
/// Names that nothing says again.
void lint_names(const Subject& subject, Reporter& reporter);

}  // namespace remit::linting
