#include "host/lsp/index/types.h"

#include <algorithm>

namespace remit::lsp {

namespace {

using ast::ExprKind;

Type plain(std::string text) { return {std::move(text), "", nullptr}; }
Type symbols(std::string text, std::string vocabulary) { return {std::move(text), std::move(vocabulary), nullptr}; }

/// A literal of a declaration, for showing.
std::string literal_text(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::String) return "\"" + e.text + "\"";
    if (e.kind == ExprKind::Negate) return "-" + literal_text(file, e.kids[0]);
    if (e.kind != ExprKind::Set) return e.text;
    std::string out;
    for (const ast::ExprId kid : e.kids) out += (out.empty() ? "" : ", ") + literal_text(file, kid);
    return "{" + out + "}";
}

Type of_call(const Model& model, const ast::Expr& e) {
    if (e.text == "trust") return symbols("trust_level", "trust");
    if (e.text == "class") return symbols("class", "classes");
    if (e.text == "sources") return symbols("set of sources", "sources");
    if (const auto table = model.tables.find(e.text); table != model.tables.end())
        return type_of(model, table->second->result);
    return model.facts.count(e.text) ? plain("fact " + e.text) : Type{};
}

Type named(const std::vector<Member>& members, const std::string& name) {
    for (const Member& m : members)
        if (m.name == name) return m.type;
    return {};
}

Type of_member(const Model& model, const Scope& scope, const ast::File& file, const ast::Expr& e) {
    const ast::Expr& base = file.expr(e.kids[0]);
    if (base.kind == ExprKind::Word && !scope.variables.count(base.text))
        return named(members_of(model, scope, base.text), e.text);
    if (const auto fact = model.facts.find(base.text); base.kind == ExprKind::Call && fact != model.facts.end()) {
        for (const ast::Field& f : fact->second->fields)
            if (f.name.text == e.text) return type_of(model, f.type);
        return {};
    }
    return named(members_of(model, type_of(model, scope, file, e.kids[0])), e.text);
}

Type of_word(const Model& model, const Scope& scope, const std::string& word) {
    if (const auto it = scope.variables.find(word); it != scope.variables.end()) return it->second;
    if (word == "data") return symbols("class", "classes");
    if (word == "risk") return plain("int");
    if (word == "lane") return symbols("lane", "lanes");
    if (const auto param = model.params.find(word); param != model.params.end())
        return type_of(model, param->second->field->type);
    const auto lists = model.vocabularies_with(word);
    return lists.size() == 1 ? symbols("symbol of " + lists[0]->name, lists[0]->name) : Type{};
}

std::string detail_of(const ast::Field& f) {
    return std::string(f.optional ? "optional" : "") + (f.optional && f.nullable ? ", " : "") +
           (f.nullable ? "may be null" : "");
}

const std::vector<ast::Field>& fields_of(const ast::ToolDecl& tool, bool result) {
    static const std::vector<ast::Field> kNone;
    if (!result) return tool.params;
    return tool.returns ? *tool.returns : kNone;
}

/// Arguments (or parts of the result) that all covered tools have; if they share none, those of any.
std::vector<Member> shared_fields(const Model& model, const Scope& scope, bool result) {
    std::map<std::string, std::pair<size_t, Member>> seen;
    for (const std::string& tool : scope.tools) {
        const auto it = model.tools.find(tool);
        if (it == model.tools.end()) continue;
        for (const ast::Field& f : fields_of(*it->second, result)) {
            auto& [count, member] = seen[f.name.text];
            if (count++ == 0) member = {f.name.text, type_of(model, f.type), detail_of(f)};
        }
    }
    std::vector<Member> shared, some;
    for (const auto& [name, entry] : seen) (entry.first == scope.tools.size() ? shared : some).push_back(entry.second);
    return shared.empty() ? some : shared;
}

}  // namespace

std::string text_of(const ast::TypeExpr& type) {
    std::string out = type.name.text;
    if (type.number) out += "(" + *type.number + ")";
    if (!type.args.empty()) out += "<" + text_of(type.args[0]) + ">";
    if (type.name.text == "record") {
        out += " {";
        for (const ast::Field& f : type.fields)
            out += (out.back() == '{' ? " " : ", ") + f.name.text + ": " + text_of(f.type);
        out += " }";
    }
    return type.max_items ? out + " max " + *type.max_items : out;
}

std::string text_of(const ast::File& file, const ast::Field& field) {
    std::string out = field.name.text + ": " + text_of(field.type);
    const auto add = [&](const char* word, ast::ExprId id) {
        if (id != ast::kNoExpr) out += std::string(" ") + word + " " + literal_text(file, id);
    };
    add("min", field.min);
    add("max", field.max);
    add("in", field.one_of);
    add("default", field.default_value);
    if (field.optional) out += " optional";
    if (field.nullable) out += " or null";
    return out;
}

Type type_of(const Model& model, const ast::TypeExpr& type) {
    return {text_of(type), vocabulary_of_type(model, type.name.text), &type};
}

Type item_of(const Model& model, const Type& list) {
    if (list.vocabulary == "sources" || list.vocabulary == "roles") return symbols("source", list.vocabulary);
    return list.expr && !list.expr->args.empty() ? type_of(model, list.expr->args[0]) : Type{};
}

std::vector<Member> members_of(const Model& model, const Type& type) {
    std::vector<Member> out;
    const std::string name = type.expr ? type.expr->name.text : type.text;
    if (name == "list" || name == "set") out.push_back({"size", plain("int"), "how many items"});
    if (name == "string") out.push_back({"length", plain("int"), "bytes"});
    if (name == "url")
        out = {{"scheme", plain("string"), "`https`"},
               {"host", plain("host"), "the host's name"},
               {"port", plain("int"), "the port"},
               {"path", plain("path"), "the path"}};
    if (name == "email")
        out = {{"local", plain("string"), "before the `@`"}, {"domain", plain("host"), "after the `@`"}};
    if (type.expr && name == "record")
        for (const ast::Field& f : type.expr->fields)
            out.push_back({f.name.text, type_of(model, f.type), detail_of(f)});
    if (const auto fact = model.facts.find(name.starts_with("fact ") ? name.substr(5) : ""); fact != model.facts.end())
        for (const ast::Field& f : fact->second->fields)
            out.push_back({f.name.text, type_of(model, f.type), detail_of(f)});
    return out;
}

std::vector<Member> members_of(const Model& model, const Scope& scope, std::string_view word) {
    if (word == "session")
        return {{"tier", symbols("tier", "tiers"), "where the session runs"},
                {"roles", symbols("roles", "roles"), "tested with `ROLE in session.roles`"},
                {"tenant", plain("string"), "whose data"},
                {"owner", plain("string"), "who answers for the session"},
                {"id", plain("string"), "the session's id"},
                {"retention", plain("string"), "the session's retention class"}};
    if (word == "call")
        return {{"id", plain("string"), "the call's id; test it with `has`"},
                {"parent", plain("string"), "the call that caused this one; test it with `has`"}};
    if (word == "context") return {{"time", plain("timestamp"), "now, by the host"}};
    if (word == "args" || word == "result") return shared_fields(model, scope, word == "result");
    std::vector<Member> out;
    if (word == "param")
        for (const auto& [name, param] : model.params)
            out.push_back({name, type_of(model, param->field->type), "a parameter of the policy"});
    if (word == "state")
        for (const auto& [name, at] : model.states) {
            const bool mark = at.rule->verb == ast::Verb::Mark;
            out.push_back(
                {name, plain(mark ? "mark" : "count"), mark ? "set once it was so" : "read as `> N` or `>= N`"});
        }
    return out;
}

Type type_of(const Model& model, const Scope& scope, const ast::File& file, ast::ExprId id) {
    if (id == ast::kNoExpr || id >= file.exprs.size()) return {};
    const ast::Expr& e = file.expr(id);
    if (e.kind == ExprKind::Word) return of_word(model, scope, e.text);
    if (e.kind == ExprKind::Member) return of_member(model, scope, file, e);
    if (e.kind == ExprKind::Call) return of_call(model, e);
    if (e.kind == ExprKind::Int || e.kind == ExprKind::CountOf) return plain("int");
    if (e.kind == ExprKind::Decimal) return plain("decimal");
    if (e.kind == ExprKind::String) return plain("string");
    if (e.kind == ExprKind::Duration) return plain("duration");
    if (e.kind == ExprKind::Timestamp) return plain("timestamp");
    if (e.kind == ExprKind::Arith || e.kind == ExprKind::Negate) return type_of(model, scope, file, e.kids[0]);
    if (e.kind == ExprKind::Set && !e.kids.empty()) return type_of(model, scope, file, e.kids[0]);
    return {};
}

}  // namespace remit::lsp
