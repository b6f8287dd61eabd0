#include "host/lsp/index/model.h"

#include <algorithm>
#include <set>

namespace remit::lsp {

namespace {

std::vector<SymbolList> standard_vocabularies() {
    return {{"tiers", true, {"dev", "stage", "prod"}, {}},
            {"classes", true, {"public", "internal", "confidential", "restricted"}, {}},
            {"trust", true, {"untrusted", "vetted", "first_party"}, {}},
            {"lanes", true, {"low", "medium", "high"}, {}}};
}

void fill(SymbolList& list, const std::vector<ast::Name>& names) {
    list.symbols.clear();
    list.places.clear();
    for (const ast::Name& n : names) {
        list.symbols.push_back(n.text);
        list.places.push_back(n.span);
    }
}

}  // namespace

Model::Model(const std::vector<ast::File>& files) : vocabularies(standard_vocabularies()) {
    for (const ast::File& file : files)
        for (const ast::Decl& decl : file.decls) add(file, decl);
}

void Model::add(const ast::File& file, const ast::Decl& decl) {
    if (const auto* v = std::get_if<ast::VocabularyDecl>(&decl.body))
        fill(vocabularies[static_cast<size_t>(v->kind)], v->symbols);
    if (const auto* e = std::get_if<ast::EnumDecl>(&decl.body); e && !vocabulary(e->name.text)) {
        vocabularies.push_back({e->name.text, e->ordered, {}, {}});
        fill(vocabularies.back(), e->symbols);
    }
    if (const auto* t = std::get_if<ast::ToolDecl>(&decl.body))
        if (tools.emplace(t->name.text, t).second) file_of_tool[t->name.text] = &file;
    if (const auto* r = std::get_if<ast::RoleDecl>(&decl.body)) roles.emplace(r->name.text, r);
    if (const auto* e = std::get_if<ast::EgressDecl>(&decl.body)) egress.emplace(e->name.text, e);
    if (const auto* f = std::get_if<ast::FactDecl>(&decl.body))
        if (facts.emplace(f->name.text, f).second) file_of_fact[f->name.text] = &file;
    if (const auto* p = std::get_if<ast::ParamDecl>(&decl.body); p && p->field)
        if (params.emplace(p->name.text, p).second) file_of_param[p->name.text] = &file;
    if (const auto* t = std::get_if<ast::TableDecl>(&decl.body))
        if (tables.emplace(t->name.text, t).second) file_of_table[t->name.text] = &file;
    if (const auto* w = std::get_if<ast::WindowDecl>(&decl.body)) windows.emplace(w->name.text, w);
    if (const auto* f = std::get_if<ast::Fixture>(&decl.body)) fixtures.push_back(f->setup.title.text);
    if (const auto* r = std::get_if<ast::Rule>(&decl.body)) {
        rules.push_back({&file, r, decl.span});
        if ((r->verb == ast::Verb::Mark || r->verb == ast::Verb::Count) && !r->names.empty())
            states.emplace(r->names[0].text, rules.back());
    }
}

const SymbolList* Model::vocabulary(std::string_view name) const {
    for (const SymbolList& v : vocabularies)
        if (v.name == name) return &v;
    return nullptr;
}

int Model::rank(std::string_view vocabulary_name, std::string_view symbol) const {
    const SymbolList* v = vocabulary(vocabulary_name);
    if (!v) return -1;
    const auto it = std::find(v->symbols.begin(), v->symbols.end(), symbol);
    return it == v->symbols.end() ? -1 : static_cast<int>(it - v->symbols.begin());
}

std::vector<const SymbolList*> Model::vocabularies_with(std::string_view symbol) const {
    std::vector<const SymbolList*> out;
    for (const SymbolList& v : vocabularies)
        if (std::find(v.symbols.begin(), v.symbols.end(), symbol) != v.symbols.end()) out.push_back(&v);
    return out;
}

const ast::Field* Model::param(std::string_view tool, std::string_view name) const {
    const auto it = tools.find(std::string(tool));
    if (it == tools.end()) return nullptr;
    for (const ast::Field& p : it->second->params)
        if (p.name.text == name) return &p;
    return nullptr;
}

std::vector<std::string> Model::closure(const std::string& role) const {
    std::vector<std::string> out = {role};
    std::set<std::string> seen = {role};
    for (size_t i = 0; i < out.size(); ++i) {
        const auto it = roles.find(out[i]);
        if (it == roles.end()) continue;
        for (const ast::Name& n : it->second->includes)
            if (seen.insert(n.text).second) out.push_back(n.text);
    }
    return out;
}

std::string vocabulary_of_type(const Model& model, std::string_view type) {
    if (type == "tier") return "tiers";
    if (type == "class") return "classes";
    if (type == "trust_level") return "trust";
    for (size_t v = 4; v < model.vocabularies.size(); ++v)
        if (model.vocabularies[v].name == type) return model.vocabularies[v].name;
    return "";
}

}  // namespace remit::lsp
