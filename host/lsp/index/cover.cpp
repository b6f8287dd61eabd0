#include "host/lsp/index/cover.h"

#include <algorithm>
#include <set>

namespace remit::lsp {

namespace {

bool has_flag(const ast::ToolDecl& tool, std::string_view flag) {
    return std::any_of(tool.flags.begin(), tool.flags.end(), [&](const ast::Name& n) { return n.text == flag; });
}

bool holds(ast::Cmp cmp, int a, int b) {
    if (a < 0 || b < 0) return false;
    if (cmp == ast::Cmp::Eq) return a == b;
    if (cmp == ast::Cmp::Ne) return a != b;
    if (cmp == ast::Cmp::Lt) return a < b;
    if (cmp == ast::Cmp::Le) return a <= b;
    if (cmp == ast::Cmp::Gt) return a > b;
    return cmp == ast::Cmp::Ge && a >= b;
}

/// What a tool does not say is the least trust, and the highest class.
bool ranked(const Model& model, const ast::SelAtom& atom, const ast::ToolDecl& tool) {
    const bool trust = atom.kind == ast::SelKind::Trust;
    const SymbolList& list = *model.vocabulary(trust ? "trust" : "classes");
    const std::optional<ast::Name>& said = trust ? tool.trust : tool.gives;
    const int unsaid = trust ? 0 : static_cast<int>(list.symbols.size()) - 1;
    return holds(atom.cmp, said ? model.rank(list.name, said->text) : unsaid, model.rank(list.name, atom.name.text));
}

bool holds(const Model& model, const ast::SelAtom& atom, const ast::ToolDecl& tool) {
    switch (atom.kind) {
        case ast::SelKind::Glob: return matches_pattern(atom.name.text, tool.name.text);
        case ast::SelKind::Exact: return atom.name.text == tool.name.text;
        case ast::SelKind::Read: return !has_flag(tool, "write");
        case ast::SelKind::Write: return has_flag(tool, "write");
        case ast::SelKind::Destructive: return has_flag(tool, "destructive");
        case ast::SelKind::Idempotent: return has_flag(tool, "idempotent");
        case ast::SelKind::Open: return has_flag(tool, "open");
        case ast::SelKind::Trust:
        case ast::SelKind::Gives: return ranked(model, atom, tool);
    }
    return false;
}

bool speaks_of_writes(const std::vector<ast::SelAtom>& atoms) {
    return std::any_of(atoms.begin(), atoms.end(), [](const ast::SelAtom& a) {
        return a.kind == ast::SelKind::Write || a.kind == ast::SelKind::Exact;
    });
}

const ast::SelAtom* exact_of(const std::vector<ast::SelAtom>& atoms) {
    for (const ast::SelAtom& a : atoms)
        if (a.kind == ast::SelKind::Exact) return &a;
    return nullptr;
}

/// All atoms hold; and if `writes` is not said, the tool only reads, or they speak of tools that write.
bool fits(const Model& model, const std::vector<ast::SelAtom>& atoms, bool writes, const ast::ToolDecl& tool) {
    if (!writes && has_flag(tool, "write") && !speaks_of_writes(atoms)) return false;
    return std::all_of(atoms.begin(), atoms.end(), [&](const ast::SelAtom& a) { return holds(model, a, tool); });
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view name) {
    size_t p = 0, n = 0, star = std::string_view::npos, from = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::vector<std::string> covered(const Model& model, const ast::Selector& selector, bool allow, bool including_write) {
    const bool writes = !allow || including_write;
    std::set<std::string> out;
    if (selector.any_of.empty())
        for (const auto& [name, tool] : model.tools) out.insert(name);
    for (const auto& atoms : selector.any_of) {
        const ast::SelAtom* exact = exact_of(atoms);  // most rules name their tool: no need to look at all
        const auto one = exact ? model.tools.find(exact->name.text) : model.tools.begin();
        if (exact && one == model.tools.end()) continue;
        for (auto it = one; it != model.tools.end(); ++it) {
            if (fits(model, atoms, writes, *it->second)) out.insert(it->first);
            if (exact) break;
        }
    }
    return {out.begin(), out.end()};
}

bool covers(const Model& model, const ast::Rule& rule, const ast::ToolDecl& tool) {
    const auto& any_of = rule.selector.any_of;
    const bool writes = rule.verb != ast::Verb::Allow || rule.including_write;
    return any_of.empty() || std::any_of(any_of.begin(), any_of.end(),
                                         [&](const auto& atoms) { return fits(model, atoms, writes, tool); });
}

std::vector<std::string> covered(const Model& model, const ast::Rule& rule) {
    return covered(model, rule.selector, rule.verb == ast::Verb::Allow, rule.including_write);
}

}  // namespace remit::lsp
