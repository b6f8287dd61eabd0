#include "tests/differential/oracle_model.h"

#include <algorithm>

#include "tests/differential/oracle_request.h"

namespace remit::oracle {

// ---- declarations ------------------------------------------------------------------------------------------------

static std::vector<std::string> words(const std::vector<ast::Name>& names) {
    std::vector<std::string> out;
    for (const ast::Name& name : names) out.push_back(name.text);
    return out;
}

static const char* vocabulary_name(ast::VocabularyKind kind) {
    switch (kind) {
        case ast::VocabularyKind::Tiers: return "tier";
        case ast::VocabularyKind::Classes: return "class";
        case ast::VocabularyKind::Trust: return "trust_level";
        case ast::VocabularyKind::Lanes: return "lane";
    }
    return "";
}

/// `a & b, c` with the order and repetition of its terms taken out.
static std::string selector_text(const ast::Selector& selector) {
    std::set<std::string> any_of;
    for (const auto& conj : selector.any_of) {
        std::vector<std::string> atoms;
        for (const ast::SelAtom& a : conj)
            atoms.push_back(std::to_string(static_cast<int>(a.kind)) + "/" + std::to_string(static_cast<int>(a.cmp)) +
                            "/" + a.name.text);
        std::sort(atoms.begin(), atoms.end());
        std::string text;
        for (const std::string& a : atoms) text += a + " & ";
        any_of.insert(text);
    }
    std::string out;
    for (const std::string& text : any_of) out += text + ", ";
    return out;
}

/// `not (a == b)` is `a != b`, to the letter.
static std::string with_unequal(std::string text) {
    static const std::string kNot = "not (", kEqual = " == ";
    for (size_t at = text.find(kNot); at != std::string::npos; at = text.find(kNot, at + 1)) {
        const size_t begin = at + kNot.size(), end = text.find_first_of("()", begin);
        const size_t equal = text.find(kEqual, begin);
        if (end == std::string::npos || text[end] != ')' || equal == std::string::npos || equal > end) continue;
        text = text.substr(0, at) + text.substr(begin, equal - begin) +
               " != " + text.substr(equal + kEqual.size(), end - equal - kEqual.size()) + text.substr(end + 1);
    }
    return text;
}

/// A rule's text with every run of white space as one space and its selector at the end: what makes two rules one.
static std::string rule_text(const std::string& source, const ast::Rule& rule, Span span) {
    std::string written = source.substr(span.begin, span.end - span.begin);
    const Span& sel = rule.selector.span;
    if (!rule.selector.any_of.empty()) {
        std::string before = source.substr(span.begin, sel.begin - span.begin),
                    after = source.substr(sel.end, span.end - sel.end);
        if (before.ends_with("for ")) before.resize(before.size() - 4);
        written = before + " " + after;
    }
    std::string text;
    for (char c : written) {
        bool space = c == ' ' || c == '\n';
        if (!space)
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
    }
    if (!text.empty() && text.back() == ' ') text.pop_back();
    if (size_t one = text.find(" 1 of "); one != std::string::npos) text.erase(one, 5);  // a role alone means one of it
    return with_unequal(text) + " | " + selector_text(rule.selector);
}

static void add_rule(Model& model, const Sources& sources, const ast::File& file, const ast::Rule& rule, Span span) {
    std::string text = rule_text(std::string(sources.file(file.file).text()), rule, span);
    for (RuleRef& known : model.rules) {
        if (known.text != text) continue;
        known.at.push_back(sources.at(span));
        return;
    }
    model.rules.push_back({&rule, &file, {sources.at(span)}, text});
}

static void add_declaration(Model& model, const ast::File& file, const ast::Decl& decl) {
    if (auto* v = std::get_if<ast::VocabularyDecl>(&decl.body))
        model.vocabularies[vocabulary_name(v->kind)] = words(v->symbols);
    if (auto* e = std::get_if<ast::EnumDecl>(&decl.body)) model.vocabularies[e->name.text] = words(e->symbols);
    if (auto* r = std::get_if<ast::RoleDecl>(&decl.body)) model.roles[r->name.text] = words(r->includes);
    if (auto* e = std::get_if<ast::EgressDecl>(&decl.body)) model.egress[e->name.text] = words(e->endpoints);
    if (auto* t = std::get_if<ast::ToolDecl>(&decl.body)) model.tools[t->name.text] = {t, &file};
    if (auto* f = std::get_if<ast::FactDecl>(&decl.body)) model.facts[f->name.text] = {f, &file};
    if (auto* t = std::get_if<ast::TableDecl>(&decl.body)) model.tables[t->name.text] = {t, &file};
    if (auto* w = std::get_if<ast::WindowDecl>(&decl.body)) model.windows[w->name.text] = w;
    if (auto* p = std::get_if<ast::ParamDecl>(&decl.body); p && p->field) {
        model.params[p->name.text].decl = p;
        model.params[p->name.text].file = &file;
    }
}

namespace {

/// A policy's own files.
struct Unit {
    std::vector<const ast::File*> files;
    const ast::PolicyDecl* policy = nullptr;
};

class Layers {
public:
    Layers(const Sources& sources, const std::vector<ast::File>& files) : sources_(sources), files_(files) {}

    std::vector<Model> read() const {
        std::vector<Unit> units;
        for (const ast::File* main = &files_.front(); main;) {
            units.emplace_back();
            gather(units.back(), *main);
            const ast::PolicyDecl* policy = units.back().policy;
            main = policy && policy->parent_file ? named(policy->parent_file->text) : nullptr;
        }
        std::vector<Model> layers;
        for (size_t i = 0; i < units.size(); ++i) layers.push_back(model_of(units, i));
        return layers;
    }

private:
    /// The files of generated policies lie in one folder, so a name is the whole path.
    const ast::File* named(const std::string& name) const {
        auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const ast::File& f) { return sources_.file(f.file).name() == name; });
        return found == files_.end() ? nullptr : &*found;
    }

    void gather(Unit& unit, const ast::File& file) const {
        if (std::find(unit.files.begin(), unit.files.end(), &file) != unit.files.end()) return;
        unit.files.push_back(&file);
        for (const ast::Decl& decl : file.decls) {
            if (auto* policy = std::get_if<ast::PolicyDecl>(&decl.body)) unit.policy = policy;
            if (auto* use = std::get_if<ast::UseDecl>(&decl.body))
                if (const ast::File* used = named(use->what.text)) gather(unit, *used);
        }
    }

    Model model_of(const std::vector<Unit>& units, size_t layer) const {
        Model model;
        if (units[layer].policy) model.name = units[layer].policy->name.text;
        model.vocabularies = {{"tier", {"dev", "stage", "prod"}},
                              {"class", {"public", "internal", "confidential", "restricted"}},
                              {"trust_level", {"untrusted", "vetted", "first_party"}},
                              {"lane", {"low", "medium", "high"}}};
        for (size_t i = layer; i < units.size(); ++i)
            for (const ast::File* file : units[i].files)
                for (const ast::Decl& decl : file->decls) {
                    add_declaration(model, *file, decl);
                    auto* rule = std::get_if<ast::Rule>(&decl.body);
                    if (rule && i == layer) add_rule(model, sources_, *file, *rule, decl.span);
                }
        give_params(model, units);
        return model;
    }

    /// By whichever policy of the stack says so.
    static void give_params(Model& model, const std::vector<Unit>& units) {
        for (const Unit& unit : units)
            for (const ast::File* file : unit.files)
                for (const ast::Decl& decl : file->decls) {
                    auto* p = std::get_if<ast::ParamDecl>(&decl.body);
                    auto found = p && !p->field ? model.params.find(p->name.text) : model.params.end();
                    if (found == model.params.end()) continue;
                    found->second.given = p;
                    found->second.given_in = file;
                }
    }

    const Sources& sources_;
    const std::vector<ast::File>& files_;
};

}  // namespace

std::vector<Model> read_layers(const Sources& sources, const std::vector<ast::File>& files) {
    return Layers(sources, files).read();
}

// ---- selectors ---------------------------------------------------------------------------------------------------

static bool flagged(const ast::ToolDecl& tool, const char* flag) {
    return std::any_of(tool.flags.begin(), tool.flags.end(), [&](const ast::Name& n) { return n.text == flag; });
}

static bool ranks_fit(Wide a, ast::Cmp cmp, Wide b) {
    switch (cmp) {
        case ast::Cmp::Eq: return a == b;
        case ast::Cmp::Ne: return a != b;
        case ast::Cmp::Lt: return a < b;
        case ast::Cmp::Le: return a <= b;
        case ast::Cmp::Gt: return a > b;
        case ast::Cmp::Ge: return a >= b;
        case ast::Cmp::In:
        case ast::Cmp::Like:
        case ast::Cmp::Starts:
        case ast::Cmp::Ends:
        case ast::Cmp::Contains:
        case ast::Cmp::Matches:
        case ast::Cmp::Inside:
        case ast::Cmp::On:
        case ast::Cmp::Only:
        case ast::Cmp::Meets:
        case ast::Cmp::During: break;
    }
    return false;
}

static bool symbol_fits(const Model& model, const std::string& vocabulary, const std::string& actual,
                        const ast::SelAtom& atom) {
    return ranks_fit(symbol_value(model, vocabulary, actual).number, atom.cmp,
                     symbol_value(model, vocabulary, atom.name.text).number);
}

static bool atom_fits(const Model& model, const ast::SelAtom& atom, const ast::ToolDecl& tool) {
    switch (atom.kind) {
        case ast::SelKind::Glob: return tool_glob(atom.name.text, tool.name.text);
        case ast::SelKind::Exact: return atom.name.text == tool.name.text;
        case ast::SelKind::Read: return flagged(tool, "read");
        case ast::SelKind::Write: return flagged(tool, "write");
        case ast::SelKind::Destructive: return flagged(tool, "destructive");
        case ast::SelKind::Idempotent: return flagged(tool, "idempotent");
        case ast::SelKind::Open: return flagged(tool, "open");
        case ast::SelKind::Trust: {
            const auto& levels = model.vocabularies.at("trust_level");
            return symbol_fits(model, "trust_level", tool.trust ? tool.trust->text : levels.front(), atom);
        }
        case ast::SelKind::Gives: {
            const auto& classes = model.vocabularies.at("class");
            return symbol_fits(model, "class", tool.gives ? tool.gives->text : classes.back(), atom);
        }
    }
    return false;
}

/// In `allow` a write tool must be meant: by `write`, by its exact name, or by `including write`.
static bool means_writes(const ast::Rule& rule, const std::vector<ast::SelAtom>& conj) {
    return rule.including_write || std::any_of(conj.begin(), conj.end(), [](const ast::SelAtom& a) {
               return a.kind == ast::SelKind::Write || a.kind == ast::SelKind::Exact;
           });
}

bool covers(const Model& model, const ast::Rule& rule, const ast::ToolDecl& tool) {
    bool shy = rule.verb == ast::Verb::Allow && flagged(tool, "write");
    if (rule.selector.any_of.empty()) return !shy || rule.including_write;
    for (const auto& conj : rule.selector.any_of) {
        if (shy && !means_writes(rule, conj)) continue;
        if (std::all_of(conj.begin(), conj.end(), [&](const ast::SelAtom& a) { return atom_fits(model, a, tool); }))
            return true;
    }
    return false;
}

}  // namespace remit::oracle
