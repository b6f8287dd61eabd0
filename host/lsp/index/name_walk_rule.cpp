// Names in rules.
#include <algorithm>

#include "host/lsp/index/cover.h"
#include "host/lsp/index/name_walk.h"

namespace remit::lsp {

using ast::ExprKind;

namespace {

constexpr size_t kMaxShared = 64;  // tools that one `args.x` is noted for

}  // namespace

void NameWalk::rule(const ast::Rule& r) {
    scope_.tools = covered(model_, r);
    if (scope_.tools.size() > kMaxShared) scope_.tools.resize(kMaxShared);
    head(r);
    selector(r.selector);
    if (r.signer) signer(*r.signer);
    expr(r.summand, "");
    expr(r.path, "");
    expr(r.key, "");
    expr(r.when, "");
    expr(r.except, "");
}

void NameWalk::head(const ast::Rule& r) {
    const auto each = [&](NameKind kind, bool definition) {
        for (const ast::Name& n : r.names) add(kind, "", n.text, n.span, definition);
    };
    switch (r.verb) {
        case ast::Verb::Allow:
            for (const ast::Name& n : r.names) role(n);
            break;
        case ast::Verb::Risk: each(NameKind::Risk, true); break;
        case ast::Verb::Lane:
            for (const ast::Name& n : r.names) symbol("lanes", n.text, n.span);
            break;
        case ast::Verb::Reach: each(NameKind::Egress, false); break;
        case ast::Verb::Mark:
        case ast::Verb::Count: each(NameKind::State, true); break;
        case ast::Verb::Never:
            if (r.property == ast::Property::Reach) each(NameKind::Egress, false);
            if (r.property == ast::Property::Lane)
                for (const ast::Name& n : r.names) symbol("lanes", n.text, n.span);
            break;
        case ast::Verb::Block:
        case ast::Verb::Ask:
        case ast::Verb::Limit:
        case ast::Verb::Quota:
        case ast::Verb::Isolate:
        case ast::Verb::Record:
        case ast::Verb::Redact:
        case ast::Verb::Retain: break;
    }
}

void NameWalk::selector(const ast::Selector& s) {
    for (const auto& atoms : s.any_of)
        for (const ast::SelAtom& a : atoms) {
            if (a.kind == ast::SelKind::Trust) symbol("trust", a.name.text, a.name.span);
            if (a.kind == ast::SelKind::Gives) symbol("classes", a.name.text, a.name.span);
            if (a.kind == ast::SelKind::Exact || a.kind == ast::SelKind::Glob) tool_or_pattern(a.name);
        }
}

void NameWalk::expr(ast::ExprId id, const std::string& expected) {
    if (id == ast::kNoExpr) return;
    const ast::Expr& e = file_->expr(id);
    switch (e.kind) {
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Bool: return;
        case ExprKind::Word: return word(e, expected);
        case ExprKind::Member: return member(e, expected);
        case ExprKind::Call: return call(e);
        case ExprKind::Compare: return compare(e);
        case ExprKind::Any:
        case ExprKind::All:
        case ExprKind::CountOf:
        case ExprKind::SumOf: return quantifier(e);
        case ExprKind::Set:
        case ExprKind::Or:
        case ExprKind::And:
        case ExprKind::Not:
        case ExprKind::Arith:
        case ExprKind::Negate:
        case ExprKind::Has:
        case ExprKind::IsNull: break;
    }
    for (const ast::ExprId kid : e.kids) expr(kid, e.kind == ExprKind::Set ? expected : "");
}

/// Each side says what symbols the other may be.
void NameWalk::compare(const ast::Expr& e) {
    const ast::Expr& right = file_->expr(e.kids[1]);
    if (e.cmp == ast::Cmp::On || e.cmp == ast::Cmp::During) {
        expr(e.kids[0], "");
        if (right.kind == ExprKind::Word)
            add(e.cmp == ast::Cmp::On ? NameKind::Egress : NameKind::Window, "", right.text, right.span);
        return;
    }
    expr(e.kids[0], type_of(model_, scope_, *file_, e.kids[1]).vocabulary);
    expr(e.kids[1], type_of(model_, scope_, *file_, e.kids[0]).vocabulary);
}

void NameWalk::word(const ast::Expr& e, const std::string& expected) {
    if (scope_.variables.count(e.text)) return add(NameKind::Variable, std::to_string(decl_.begin), e.text, e.span);
    if (expected == "roles") return role({e.text, e.span});
    if (expected == "sources") {
        const bool builtin = e.text == "user" || e.text == "agent";
        return add(builtin ? NameKind::Builtin : NameKind::Tool, builtin ? "word" : "", e.text, e.span);
    }
    if (!expected.empty() && model_.rank(expected, e.text) >= 0) return symbol(expected, e.text, e.span);
    if (e.text == "data" || e.text == "risk" || e.text == "lane") return add(NameKind::Builtin, "word", e.text, e.span);
    if (model_.params.count(e.text)) return add(NameKind::Parameter, "", e.text, e.span);
    symbol("", e.text, e.span);
}

void NameWalk::member(const ast::Expr& e, const std::string& expected) {
    if (expected == "sources") {  // a tool's dotted name
        std::string name = e.text;
        const ast::Expr* at = &e;
        while (at->kind == ExprKind::Member) {
            at = &file_->expr(at->kids[0]);
            name = at->text + "." + name;
        }
        return add(NameKind::Tool, "", name, e.span);
    }
    const ast::Expr& base = file_->expr(e.kids[0]);
    if (base.kind == ExprKind::Word && !scope_.variables.count(base.text)) {
        if (base.text == "args" || base.text == "result") return shared_member(e, base.text == "result");
        if (base.text == "state") return add(NameKind::State, "", e.text, last_word(e));
        if (base.text == "param") return add(NameKind::Parameter, "", e.text, last_word(e));
        if (base.text == "session" || base.text == "call" || base.text == "context")
            return add(NameKind::Builtin, base.text, e.text, last_word(e));
    }
    if (base.kind == ExprKind::Call && model_.facts.count(base.text))
        add(NameKind::FactField, base.text, e.text, last_word(e));
    expr(e.kids[0], "");
}

/// One name in all the tools that the rule covers.
void NameWalk::shared_member(const ast::Expr& e, bool result) {
    for (const std::string& tool : scope_.tools) {
        if (!result && model_.param(tool, e.text)) add(NameKind::Argument, tool, e.text, last_word(e));
        if (result) add(NameKind::Result, tool, e.text, last_word(e));
    }
}

void NameWalk::call(const ast::Expr& e) {
    Span name = e.span;
    name.end = name.begin + static_cast<uint32_t>(e.text.size());
    const auto fact = model_.facts.find(e.text);
    const auto table = model_.tables.find(e.text);
    if (fact != model_.facts.end())
        add(NameKind::Fact, "", e.text, name);
    else if (table != model_.tables.end())
        add(NameKind::Table, "", e.text, name);
    else
        add(NameKind::Builtin, "function", e.text, name);
    for (size_t k = 0; k < e.kids.size(); ++k) {
        const std::vector<ast::Field>* keys = fact != model_.facts.end()     ? &fact->second->keys
                                              : table != model_.tables.end() ? &table->second->keys
                                                                             : nullptr;
        const bool known = keys && k < keys->size();
        expr(e.kids[k], known ? vocabulary_of_type(model_, (*keys)[k].type.name.text) : "");
    }
}

void NameWalk::quantifier(const ast::Expr& e) {
    expr(e.kids[0], "");
    const Type item = item_of(model_, type_of(model_, scope_, *file_, e.kids[0]));
    const bool fresh = scope_.variables.emplace(e.text, item).second;
    expr(e.kids[1], "");
    if (fresh) scope_.variables.erase(e.text);
}

}  // namespace remit::lsp
