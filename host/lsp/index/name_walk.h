// NameWalk: goes through the Ast and notes each name with what it names. Internal to host/lsp/index.
#pragma once

#include <string>
#include <vector>

#include "host/lsp/index/names.h"

namespace remit::lsp {

class NameWalk {
public:
    NameWalk(const Model& model, std::vector<Occurrence>& out) : model_(model), out_(out) {}
    void file(const ast::File& file);

private:
    // declarations (name_walk.cpp)
    void decl(const ast::Decl& decl);
    void vocabulary(const std::string& name, const std::vector<ast::Name>& symbols);
    void tool(const ast::ToolDecl& tool);
    void fact(const ast::FactDecl& fact);
    void table(const ast::TableDecl& table);
    void fields(const std::vector<ast::Field>& fields, NameKind kind, const std::string& owner);
    void type(const ast::TypeExpr& type);
    void literal(ast::ExprId id, const std::string& vocabulary);

    // rules (name_walk_rule.cpp)
    void rule(const ast::Rule& rule);
    void head(const ast::Rule& rule);
    void selector(const ast::Selector& selector);
    void expr(ast::ExprId id, const std::string& expected);
    void compare(const ast::Expr& e);
    void word(const ast::Expr& e, const std::string& expected);
    void member(const ast::Expr& e, const std::string& expected);
    void shared_member(const ast::Expr& e, bool result);
    void call(const ast::Expr& e);
    void quantifier(const ast::Expr& e);

    // tests (name_walk_test.cpp)
    void test(const ast::Test& test);
    void call(const ast::TestCall& call);
    void test_fact(const ast::TestFact& fact);
    void setting(const ast::Setting& setting);
    void state(const ast::Setting& setting);
    void value(const ast::Value& value, const Type& type);
    void expectation(const ast::Expectation& expectation);

    void add(NameKind kind, const std::string& owner, const std::string& name, Span span, bool definition = false);
    void use(NameKind kind, const ast::Name& name) { add(kind, "", name.text, name.span); }
    void role(const ast::Name& name);
    /// A tool's name, or a pattern of them.
    void tool_or_pattern(const ast::Name& name);
    /// A symbol; in the vocabulary that is expected, or in the only one that has it.
    void symbol(const std::string& vocabulary, const std::string& name, Span span);
    void signer(const ast::Signer& signer);

    const Model& model_;
    std::vector<Occurrence>& out_;
    const ast::File* file_ = nullptr;
    Span decl_;
    Scope scope_;
};

}  // namespace remit::lsp
