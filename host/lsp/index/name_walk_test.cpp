// Names in tests.
#include <algorithm>

#include "host/lsp/index/name_walk.h"

namespace remit::lsp {

using ast::ExprKind;

namespace {

/// `a.b.c` of members over words.
std::string dotted(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Member) return dotted(file, e.kids[0]) + "." + e.text;
    return e.text;
}

const ast::Field* find(const std::vector<ast::Field>& fields, const std::string& name) {
    for (const ast::Field& f : fields)
        if (f.name.text == name) return &f;
    return nullptr;
}

}  // namespace

void NameWalk::test(const ast::Test& t) {
    for (const ast::Name& n : t.with) use(NameKind::Fixture, n);
    for (const ast::Setting& s : t.session) setting(s);
    for (const ast::Setting& s : t.state) state(s);
    for (const ast::TestFact& f : t.facts) test_fact(f);
    for (const ast::TestCall& c : t.calls) call(c);
    for (const ast::TestSignature& s : t.signatures)
        for (const ast::Name& n : s.roles) role(n);
    for (const ast::Expectation& e : t.expect) expectation(e);
}

void NameWalk::setting(const ast::Setting& s) {
    for (const ast::ExprId id : s.values) {
        const ast::Expr& e = file_->expr(id);
        const std::string text = dotted(*file_, id);
        if (e.kind != ExprKind::Word && e.kind != ExprKind::Member && s.name.text != "scope") continue;
        if (s.name.text == "role" || s.name.text == "roles") role({text, e.span});
        if (s.name.text == "tier") symbol("tiers", text, e.span);
        if (s.name.text == "scope") tool_or_pattern({text, e.span});
    }
}

void NameWalk::state(const ast::Setting& s) {
    const bool high = s.name.text == "high_water";
    if (!high && s.name.text != "low_water") return use(NameKind::State, s.name);
    for (const ast::ExprId id : s.values)
        symbol(high ? "classes" : "trust", file_->expr(id).text, file_->expr(id).span);
}

void NameWalk::test_fact(const ast::TestFact& f) {
    use(NameKind::Fact, f.fact);
    const auto it = model_.facts.find(f.fact.text);
    if (it == model_.facts.end()) return;
    for (size_t k = 0; k < f.keys.size() && k < it->second->keys.size(); ++k)
        value(f.keys[k], type_of(model_, it->second->keys[k].type));
    for (const ast::NamedValue& v : f.fields) {
        add(NameKind::FactField, f.fact.text, v.name.text, v.name.span);
        if (const ast::Field* field = find(it->second->fields, v.name.text))
            value(v.value, type_of(model_, field->type));
    }
}

void NameWalk::call(const ast::TestCall& c) {
    use(NameKind::Tool, c.tool);
    for (const ast::NamedValue& v : c.args) {
        add(NameKind::Argument, c.tool.text, v.name.text, v.name.span);
        const ast::Field* field = model_.param(c.tool.text, v.name.text);
        value(v.value, field ? type_of(model_, field->type) : Type{});
    }
    if (c.data) symbol("classes", c.data->text, c.data->span);
}

void NameWalk::value(const ast::Value& v, const Type& type) {
    if (v.scalar != ast::kNoExpr) literal(v.scalar, type.vocabulary);
    for (size_t i = 0; i < v.items.size(); ++i) {
        const ast::Field* field = v.keys.size() > i && type.expr ? find(type.expr->fields, v.keys[i].text) : nullptr;
        value(v.items[i], field ? type_of(model_, field->type) : item_of(model_, type));
    }
    for (const ast::Name& n : v.sources)
        if (n.text != "user" && n.text != "agent") use(NameKind::Tool, n);
    if (v.label_class) symbol("classes", v.label_class->text, v.label_class->span);
}

void NameWalk::expectation(const ast::Expectation& e) {
    for (const ast::ExpectedSigner& s : e.signers) signer(s.signer);
    const std::string& what = e.what.text;
    for (const ast::ExprId id : e.values) {
        const ast::Expr& value = file_->expr(id);
        if (value.kind != ExprKind::Word) continue;
        if (what == "lane") symbol("lanes", value.text, value.span);
        if (what == "reach" && model_.egress.count(value.text)) add(NameKind::Egress, "", value.text, value.span);
        if ((what == "mark" || what == "count") && model_.states.count(value.text))
            add(NameKind::State, "", value.text, value.span);
    }
}

}  // namespace remit::lsp
