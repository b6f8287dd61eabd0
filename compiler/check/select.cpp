#include <algorithm>
#include <numeric>

#include "compiler/check/check_rule.h"
#include "compiler/types/type.h"
#include "compiler/syntax/words.h"

namespace remit {

namespace {

bool holds(ast::Cmp cmp, uint32_t a, uint32_t b) {
    switch (cmp) {
        case ast::Cmp::Eq: return a == b;
        case ast::Cmp::Ne: return a != b;
        case ast::Cmp::Lt: return a < b;
        case ast::Cmp::Le: return a <= b;
        case ast::Cmp::Gt: return a > b;
        case ast::Cmp::Ge: return a >= b;
        default: return false;
    }
}

class SelectorReader {
public:
    SelectorReader(World& world, const ast::Rule& rule) : world_(world), rule_(rule) {}

    std::vector<uint32_t> run(std::string& text) {
        if (rule_.selector.any_of.empty()) {
            text += " for *";
            return all();
        }
        std::vector<uint32_t> out;
        std::vector<std::string> texts;
        for (const auto& conj : rule_.selector.any_of) {
            std::vector<uint32_t> some = conjunction(conj, texts);
            std::vector<uint32_t> both;
            std::set_union(out.begin(), out.end(), some.begin(), some.end(), std::back_inserter(both));
            out = std::move(both);
        }
        std::sort(texts.begin(), texts.end());
        texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
        text += " for ";
        for (size_t i = 0; i < texts.size(); ++i) text += (i > 0 ? ", " : "") + texts[i];
        return out;
    }

private:
    std::vector<uint32_t> all() const {
        std::vector<uint32_t> out(world_.schema.callable().size());
        std::iota(out.begin(), out.end(), 0U);
        return out;
    }

    std::vector<uint32_t> conjunction(const std::vector<ast::SelAtom>& atoms, std::vector<std::string>& texts) {
        std::vector<uint32_t> tools = all();
        std::vector<std::string> parts;
        bool covers_write = rule_.verb != ast::Verb::Allow || rule_.including_write;
        bool first = true;
        for (const ast::SelAtom& atom : atoms) {
            parts.push_back(text_of(atom));
            covers_write = covers_write || atom.kind == ast::SelKind::Write || atom.kind == ast::SelKind::Exact;
            const std::vector<uint32_t> some = atom_tools(atom);
            if (first) {
                tools = some;
            } else {
                std::vector<uint32_t> both;
                std::set_intersection(tools.begin(), tools.end(), some.begin(), some.end(), std::back_inserter(both));
                tools = std::move(both);
            }
            first = false;
        }
        std::sort(parts.begin(), parts.end());
        std::string text;
        for (const std::string& p : parts) text += (text.empty() ? "" : " & ") + p;
        texts.push_back(text);
        if (!covers_write)
            tools.erase(
                std::remove_if(tools.begin(), tools.end(), [&](uint32_t t) { return world_.schema.tools[t].write; }),
                tools.end());
        return tools;
    }

    std::string text_of(const ast::SelAtom& atom) const {
        switch (atom.kind) {
            case ast::SelKind::Glob:
            case ast::SelKind::Exact: return quoted(atom.name.text);
            case ast::SelKind::Read: return "read";
            case ast::SelKind::Write: return "write";
            case ast::SelKind::Destructive: return "destructive";
            case ast::SelKind::Idempotent: return "idempotent";
            case ast::SelKind::Open: return "open";
            case ast::SelKind::Trust: return "trust " + std::string(word_of(atom.cmp)) + " " + atom.name.text;
            case ast::SelKind::Gives: return "gives " + std::string(word_of(atom.cmp)) + " " + atom.name.text;
        }
        return "";
    }

    std::vector<uint32_t> atom_tools(const ast::SelAtom& atom) {
        switch (atom.kind) {
            case ast::SelKind::Exact: return exact(atom.name);
            case ast::SelKind::Glob: {
                const std::vector<uint32_t>& tools = world_.tools_matching(atom.name.text);
                if (tools.empty() && atom.name.text != "*")
                    world_.diagnostics.report<DiagId::GlobMatchesNothing>(atom.name.span, atom.name.text);
                return tools;
            }
            case ast::SelKind::Read: return where([](const ToolDesc& t) { return !t.write; });
            case ast::SelKind::Write: return where([](const ToolDesc& t) { return t.write; });
            case ast::SelKind::Destructive: return where([](const ToolDesc& t) { return t.destructive; });
            case ast::SelKind::Idempotent: return where([](const ToolDesc& t) { return t.idempotent; });
            case ast::SelKind::Open: return where([](const ToolDesc& t) { return t.open; });
            case ast::SelKind::Trust: return ranked(atom, kVocTrust, [](const ToolDesc& t) { return t.trust; });
            case ast::SelKind::Gives: return ranked(atom, kVocClasses, [](const ToolDesc& t) { return t.gives; });
        }
        return {};
    }

    std::vector<uint32_t> exact(const ast::Name& name) {
        const auto it = world_.tools.find(name.text);
        if (it != world_.tools.end()) return {it->second};
        std::vector<std::string> names;
        for (const ToolDesc& t : world_.schema.callable()) names.push_back(t.name);
        Diagnostic& d = world_.diagnostics.report<DiagId::UnknownTool>(name.span, name.text);
        if (std::string hint = suggest(name.text, names); !hint.empty()) d.help = hint;
        return {};
    }

    template <class Test>
    std::vector<uint32_t> where(Test test) const {
        std::vector<uint32_t> out;
        const size_t named = world_.schema.callable().size();
        for (uint32_t t = 0; t < named; ++t)
            if (test(world_.schema.tools[t])) out.push_back(t);
        return out;
    }

    template <class Rank>
    std::vector<uint32_t> ranked(const ast::SelAtom& atom, uint32_t vocabulary, Rank rank) {
        const std::vector<std::string>& symbols = world_.schema.vocabularies[vocabulary].symbols;
        const auto it = std::find(symbols.begin(), symbols.end(), atom.name.text);
        if (it == symbols.end()) {
            world_.diagnostics
                .report<DiagId::UnknownSymbol>(atom.name.span, atom.name.text, world_.name_of(symbol_type(vocabulary)))
                .help = suggest(atom.name.text, symbols);
            return {};
        }
        const uint32_t bound = static_cast<uint32_t>(it - symbols.begin());
        return where([&](const ToolDesc& t) { return holds(atom.cmp, rank(t), bound); });
    }

    World& world_;
    const ast::Rule& rule_;
};

}  // namespace

std::vector<uint32_t> select_tools(World& world, const ast::Rule& rule, std::string& text) {
    std::vector<uint32_t> tools = SelectorReader(world, rule).run(text);
    if (rule.after)
        for (uint32_t& t : tools) t = world.schema.tools[t].after;
    return tools;
}

}  // namespace remit
