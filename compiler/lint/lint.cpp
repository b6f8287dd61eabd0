#include "compiler/lint/lint.h"

#include <algorithm>

#include "compiler/lint/subject.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

using linting::LintedRule;
using linting::Reporter;
using linting::Subject;

constexpr LintRow kRows[] = {
#define REMIT_LINT(id, name, pedantic, why, bad, good) {DiagId::id, name, pedantic, why, bad, good},
#include "compiler/lint/lints.def"
};

constexpr int64_t kSecond = 1'000'000'000, kShortest = 60 * kSecond, kLongest = int64_t{7} * 24 * 3600 * kSecond;

/// Whether every session that `a` speaks of has a role that `b` speaks of.
bool roles_covered(const Program& program, const ast::Rule& a, const ast::Rule& b) {
    const auto number = [&](const std::string& role) -> std::optional<size_t> {
        const auto it = std::find(program.roles.begin(), program.roles.end(), role);
        if (it == program.roles.end()) return std::nullopt;
        return static_cast<size_t>(it - program.roles.begin());
    };
    const auto anyone = [](const ast::Rule& r) {
        return std::any_of(r.names.begin(), r.names.end(), [](const ast::Name& n) { return n.text == "anyone"; });
    };
    if (anyone(b)) return true;
    if (anyone(a)) return false;
    return std::all_of(a.names.begin(), a.names.end(), [&](const ast::Name& role) {
        const auto r = number(role.text);
        return r && std::any_of(b.names.begin(), b.names.end(), [&](const ast::Name& other) {
                   const auto o = number(other.text);
                   return o && ((program.role_closure[*r][*o / 64] >> (*o % 64)) & 1U) != 0;
               });
    });
}

class Lints {
public:
    Lints(const Compilation& compilation, const LintOptions& options, Diagnostics& diagnostics)
        : options_(options),
          subject_(compilation),
          program_(subject_.program),
          reporter_(compilation.sources, diagnostics) {
        for (const LintedRule& r : subject_.rules)
            if (r.info != nullptr && r.unconditional() && !r.rule->watch && !r.rule->after)
                unconditional_.push_back(&r);
    }

    void run() {
        for (const LintedRule& r : subject_.rules) rule(r);
        linting::lint_names(subject_, reporter_);
        tools();
        if (options_.pedantic) tests();
    }

private:
    void rule(const LintedRule& r) {
        if (r.info == nullptr) {
            reporter_.warn<DiagId::RepeatedRule>(*r.decl, r.rule->head);
            return;
        }
        lint_guard(subject_, r, reporter_);
        shadowed(r);
        window(r);
        patterns(r);
        if (options_.pedantic) pedantic(r);
    }

    // ---- one rule --------------------------------------------------------------------------------------------------

    void shadowed(const LintedRule& r) {
        using ast::Verb;
        if ((r.rule->verb != Verb::Allow && r.rule->verb != Verb::Block) || r.rule->watch || r.rule->after ||
            r.tools.empty())
            return;
        for (const LintedRule* other : unconditional_) {
            if (other == &r || other->rule->verb != r.rule->verb || (other->rule->signer && !r.rule->signer)) continue;
            if (!std::includes(other->tools.begin(), other->tools.end(), r.tools.begin(), r.tools.end())) continue;
            if (r.rule->verb == Verb::Allow && !roles_covered(program_, *r.rule, *other->rule)) continue;
            // Of two that cover one another the first stays.
            if (r.unconditional() && other > &r && mutual(r, *other)) continue;
            if (Diagnostic* d = reporter_.warn<DiagId::ShadowedRule>(*r.decl, r.rule->head,
                                                                     r.rule->verb == Verb::Allow ? "allow" : "block"))
                d->notes.push_back({other->rule->head, "this one"});
            return;
        }
    }
    bool mutual(const LintedRule& a, const LintedRule& b) const {
        return a.tools == b.tools && (a.rule->verb != ast::Verb::Allow || roles_covered(program_, *b.rule, *a.rule));
    }
    void window(const LintedRule& r) {
        if (!r.rule->within) return;
        const auto within = parse_duration(r.rule->within->text);
        if (!within) return;
        if (*within > kLongest) reporter_.warn<DiagId::LongWindow>(*r.decl, r.rule->within->span, r.rule->within->text);
        if (*within < kShortest)
            reporter_.warn<DiagId::ShortWindow>(*r.decl, r.rule->within->span, r.rule->within->text);
    }
    template <class Each>
    void each_expr(const LintedRule& r, ast::ExprId id, Each each) const {
        if (id == ast::kNoExpr) return;
        std::vector<ast::ExprId> open{id};
        while (!open.empty()) {
            const ast::Expr& e = r.file->expr(open.back());
            open.pop_back();
            each(e);
            open.insert(open.end(), e.kids.begin(), e.kids.end());
        }
    }
    template <class Each>
    void each_expr(const LintedRule& r, Each each) const {
        each_expr(r, r.rule->when, each);
        each_expr(r, r.rule->except, each);
    }
    void patterns(const LintedRule& r) {
        each_expr(r, [&](const ast::Expr& e) {
            if (e.kind != ast::ExprKind::Compare || (e.cmp != ast::Cmp::Like && e.cmp != ast::Cmp::Matches)) return;
            const ast::Expr& pattern = r.file->expr(e.kids[1]);
            const char* wild = e.cmp == ast::Cmp::Like ? "*?" : ".*+?()[]{}|\\^$";
            if (pattern.kind == ast::ExprKind::String && pattern.text.find_first_of(wild) == std::string::npos)
                reporter_.warn<DiagId::PlainPattern>(*r.decl, pattern.span, pattern.text);
        });
    }

    // ---- pedantic --------------------------------------------------------------------------------------------------

    void pedantic(const LintedRule& r) {
        if (r.rule->verb == ast::Verb::Block && !r.rule->because)
            reporter_.warn<DiagId::NoReason>(*r.decl, r.rule->head);
        anyone(r);
        globs(r);
        prefixes(r);
    }
    void anyone(const LintedRule& r) {
        if (r.rule->verb != ast::Verb::Allow) return;
        for (const ast::Name& name : r.rule->names) {
            if (name.text != "anyone") continue;
            for (const uint32_t t : r.tools) {
                if (!program_.tools[t].write) continue;
                reporter_.warn<DiagId::AnyoneWrites>(*r.decl, name.span, program_.tools[t].name);
                return;
            }
        }
    }
    void globs(const LintedRule& r) {
        for (const auto& conjunction : r.rule->selector.any_of) {
            for (const ast::SelAtom& atom : conjunction) {
                if (atom.kind != ast::SelKind::Glob) continue;
                const ToolDesc* only = nullptr;
                size_t matched = 0;
                for (uint32_t t = 0; t < program_.tools.size(); ++t) {
                    if (!subject_.callable(t) || !glob_matches(atom.name.text, program_.tools[t].name)) continue;
                    only = &program_.tools[t];
                    ++matched;
                }
                if (matched == 1)
                    reporter_.warn<DiagId::SingleGlob>(*r.decl, atom.name.span, atom.name.text, only->name);
            }
        }
    }
    void prefixes(const LintedRule& r) {
        constexpr std::pair<std::string_view, std::string_view> kNames[] = {{"url", "url"},         {"uri", "url"},
                                                                            {"path", "path"},       {"host", "host"},
                                                                            {"command", "command"}, {"cmd", "command"}};
        each_expr(r, [&](const ast::Expr& e) {
            if (e.kind != ast::ExprKind::Compare || e.cmp != ast::Cmp::Starts) return;
            const std::string_view read = subject_.text(r.file->expr(e.kids[0]).span);
            for (const auto& [part, type] : kNames) {
                if (read.find(part) == std::string_view::npos) continue;
                reporter_.warn<DiagId::WeakPrefix>(*r.decl, e.span, read, type);
                return;
            }
        });
    }

    // ---- tools and the whole ---------------------------------------------------------------------------------------

    void tools() {
        for (const ast::File* file : subject_.own) {
            for (const ast::Decl& decl : file->decls) {
                const auto* declared = std::get_if<ast::ToolDecl>(&decl.body);
                if (declared == nullptr) continue;
                const auto it = std::find_if(program_.tools.begin(), program_.tools.end(),
                                             [&](const ToolDesc& t) { return t.name == declared->name.text; });
                if (it != program_.tools.end())
                    tool(decl, *declared, static_cast<uint32_t>(it - program_.tools.begin()));
            }
        }
    }
    void tool(const ast::Decl& decl, const ast::ToolDecl& declared, uint32_t t) {
        const auto spoken_of = [&](auto wanted) {
            const auto& rules = subject_.rules_of_tool[t];
            return std::any_of(rules.begin(), rules.end(), [&](uint32_t r) { return wanted(program_.rules[r]); });
        };
        if (!spoken_of([](const RuleInfo& r) { return r.kind == RuleKind::Allow && !r.watch; })) {
            reporter_.warn<DiagId::UncallableTool>(decl, declared.name.span, declared.name.text,
                                                   "no `allow` covers it");
            return;
        }
        for (const LintedRule* r : unconditional_) {
            if (r->rule->verb != ast::Verb::Block || r->rule->signer ||
                !std::binary_search(r->tools.begin(), r->tools.end(), t))
                continue;
            Diagnostic* d = reporter_.warn<DiagId::UncallableTool>(decl, declared.name.span, declared.name.text,
                                                                   "a `block` without a condition covers it");
            if (d != nullptr) d->notes.push_back({r->rule->head, "this one"});
            return;
        }
        const auto watched = [](const RuleInfo& r) {
            return r.kind != RuleKind::Allow && r.kind != RuleKind::Block && r.kind != RuleKind::Mark &&
                   r.kind != RuleKind::Redact;
        };
        if (options_.pedantic && program_.tools[t].write && !spoken_of(watched))
            reporter_.warn<DiagId::UnwatchedWrite>(decl, declared.name.span, declared.name.text);
    }
    void tests() {
        if (subject_.rules.empty()) return;
        for (const ast::File* file : subject_.own)
            for (const ast::Decl& decl : file->decls)
                if (std::holds_alternative<ast::Test>(decl.body)) return;
        for (const ast::Decl& decl : subject_.own.front()->decls)
            if (const auto* policy = std::get_if<ast::PolicyDecl>(&decl.body))
                reporter_.warn<DiagId::UntestedPolicy>(decl, policy->name.span, subject_.rules.size());
    }

    const LintOptions& options_;
    Subject subject_;
    const Program& program_;
    Reporter reporter_;
    std::vector<const LintedRule*> unconditional_;
};

}  // namespace

std::span<const LintRow> lint_rows() { return kRows; }

void lint(const Compilation& compilation, const LintOptions& options, Diagnostics& diagnostics) {
    if (compilation.diagnostics.has_errors() || compilation.layers.empty() || compilation.files.empty()) return;
    Lints(compilation, options, diagnostics).run();
}

}  // namespace remit
