// Names in declarations.
#include "host/lsp/index/name_walk.h"

namespace remit::lsp {

namespace {

constexpr const char* kVocabularies[] = {"tiers", "classes", "trust", "lanes"};  // as ast::VocabularyKind

}  // namespace

void NameWalk::add(NameKind kind, const std::string& owner, const std::string& name, Span span, bool definition) {
    if (span.end > span.begin) out_.push_back({span, {kind, owner, name}, definition});
}

void NameWalk::role(const ast::Name& name) {
    const bool builtin = name.text == "owner" || name.text == "anyone";
    add(builtin ? NameKind::Builtin : NameKind::Role, builtin ? "word" : "", name.text, name.span);
}

void NameWalk::tool_or_pattern(const ast::Name& name) {
    use(name.text.find('*') == std::string::npos ? NameKind::Tool : NameKind::Pattern, name);
}

void NameWalk::symbol(const std::string& vocabulary, const std::string& name, Span span) {
    if (!vocabulary.empty()) return add(NameKind::Symbol, vocabulary, name, span);
    const auto lists = model_.vocabularies_with(name);
    if (lists.size() == 1) add(NameKind::Symbol, lists[0]->name, name, span);
}

void NameWalk::signer(const ast::Signer& signer) { role(signer.who); }

void NameWalk::file(const ast::File& file) {
    file_ = &file;
    for (const ast::Decl& d : file.decls) decl(d);
}

void NameWalk::decl(const ast::Decl& d) {
    decl_ = d.span;
    scope_ = {};
    if (const auto* p = std::get_if<ast::PolicyDecl>(&d.body)) {
        add(NameKind::Policy, "", p->name.text, p->name.span, true);
        if (p->parent) use(NameKind::Policy, *p->parent);
        if (p->parent_file) use(NameKind::Module, *p->parent_file);
    }
    if (const auto* u = std::get_if<ast::UseDecl>(&d.body)) use(NameKind::Module, u->what);
    if (const auto* v = std::get_if<ast::VocabularyDecl>(&d.body))
        vocabulary(kVocabularies[static_cast<size_t>(v->kind)], v->symbols);
    if (const auto* e = std::get_if<ast::EnumDecl>(&d.body)) {
        add(NameKind::Enum, "", e->name.text, e->name.span, true);
        vocabulary(e->name.text, e->symbols);
    }
    if (const auto* r = std::get_if<ast::RoleDecl>(&d.body)) {
        add(NameKind::Role, "", r->name.text, r->name.span, true);
        for (const ast::Name& n : r->includes) role(n);
    }
    if (const auto* e = std::get_if<ast::EgressDecl>(&d.body))
        add(NameKind::Egress, "", e->name.text, e->name.span, true);
    if (const auto* t = std::get_if<ast::ToolDecl>(&d.body)) tool(*t);
    if (const auto* f = std::get_if<ast::FactDecl>(&d.body)) fact(*f);
    if (const auto* p = std::get_if<ast::ParamDecl>(&d.body)) {
        add(NameKind::Parameter, "", p->name.text, p->name.span, p->field.has_value());
        if (p->field) type(p->field->type);
    }
    if (const auto* t = std::get_if<ast::TableDecl>(&d.body)) table(*t);
    if (const auto* w = std::get_if<ast::WindowDecl>(&d.body))
        add(NameKind::Window, "", w->name.text, w->name.span, true);
    if (const auto* r = std::get_if<ast::Rule>(&d.body)) rule(*r);
    if (const auto* t = std::get_if<ast::Test>(&d.body)) test(*t);
    if (const auto* f = std::get_if<ast::Fixture>(&d.body)) {
        add(NameKind::Fixture, "", f->setup.title.text, f->setup.title.span, true);
        test(f->setup);
    }
}

void NameWalk::vocabulary(const std::string& name, const std::vector<ast::Name>& symbols) {
    for (const ast::Name& s : symbols) add(NameKind::Symbol, name, s.text, s.span, true);
}

void NameWalk::tool(const ast::ToolDecl& t) {
    add(NameKind::Tool, "", t.name.text, t.name.span, true);
    fields(t.params, NameKind::Argument, t.name.text);
    if (t.returns) fields(*t.returns, NameKind::Result, t.name.text);
    if (t.trust) symbol("trust", t.trust->text, t.trust->span);
    if (t.gives) symbol("classes", t.gives->text, t.gives->span);
    if (t.undo) use(NameKind::Tool, *t.undo);
    if (t.each) add(NameKind::Argument, t.name.text, t.each->text, t.each->span);
    if (t.each_as) use(NameKind::Tool, *t.each_as);
}

void NameWalk::fact(const ast::FactDecl& f) {
    add(NameKind::Fact, "", f.name.text, f.name.span, true);
    fields(f.keys, NameKind::FactField, f.name.text);
    fields(f.fields, NameKind::FactField, f.name.text);
}

void NameWalk::table(const ast::TableDecl& t) {
    add(NameKind::Table, "", t.name.text, t.name.span, true);
    for (const ast::Field& key : t.keys) type(key.type);
    type(t.result);
    for (const ast::TableRow& row : t.rows) {
        for (size_t k = 0; k < row.cells.size() && k < t.keys.size(); ++k)
            literal(row.cells[k], vocabulary_of_type(model_, t.keys[k].type.name.text));
        literal(row.value, vocabulary_of_type(model_, t.result.name.text));
    }
}

void NameWalk::fields(const std::vector<ast::Field>& all, NameKind kind, const std::string& owner) {
    for (const ast::Field& f : all) {
        add(kind, owner, f.name.text, f.name.span, true);
        type(f.type);
        literal(f.default_value, vocabulary_of_type(model_, f.type.name.text));
    }
}

void NameWalk::type(const ast::TypeExpr& t) {
    if (model_.vocabulary(t.name.text) && vocabulary_of_type(model_, t.name.text) == t.name.text)
        use(NameKind::Enum, t.name);
    for (const ast::TypeExpr& item : t.args) type(item);
    for (const ast::Field& f : t.fields) type(f.type);
}

void NameWalk::literal(ast::ExprId id, const std::string& vocabulary) {
    if (id == ast::kNoExpr || vocabulary.empty()) return;
    const ast::Expr& e = file_->expr(id);
    if (e.kind == ast::ExprKind::Word && model_.rank(vocabulary, e.text) >= 0) symbol(vocabulary, e.text, e.span);
    if (e.kind == ast::ExprKind::Set)
        for (const ast::ExprId kid : e.kids) literal(kid, vocabulary);
}

}  // namespace remit::lsp
