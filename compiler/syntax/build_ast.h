// From ANTLR's parse tree of one declaration to the Ast. Walks the children directly. What the grammar leaves open is decided
// here: precedence of `or`, `and`, `not` and quantifiers, which clauses a verb takes and in what order, what a selector's word is.
// Internal to compiler/syntax: the headers outside do not show ANTLR. Does not throw; recursion is bounded by kMaxNesting.
#pragma once

#include <antlr4-runtime.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/syntax/ast.h"

namespace remit::syntax {

using Tree = antlr4::tree::ParseTree;
using Kids = std::vector<Tree*>;

class AstBuilder {
public:
    /// Appends to `file`; `text` is what was parsed. All three outlive the builder.
    AstBuilder(std::string_view text, ast::File& file, Diagnostics& diagnostics)
        : text_(text), file_(file), diagnostics_(diagnostics) {}

    /// A `declaration` context: all of the text. With an error it is reported and left out, with all its expressions.
    void declaration(Tree* tree);
    /// A `callLine` context; false when something was reported.
    bool call_line(Tree* tree, ast::TestCall& call);

private:
    struct ExprCursor;

    // tree.cpp: leaves, names, strings
    Span span_of(const Tree* tree) const;
    std::string_view text_of(const Tree* tree) const;
    ast::Name name(const Tree* tree) const;
    ast::Name dotted(Tree* tree) const;
    ast::Name string(const Tree* token);
    ast::Name tool_name(Tree* tree);
    ast::Name string_or_name(Tree* tree);
    std::vector<ast::Name> names(const Kids& kids, size_t from) const;
    void error(Span span, std::string message, std::string help = {});

    // build_ast.cpp: declarations
    ast::PolicyDecl policy(Tree* tree);
    ast::UseDecl use(Tree* tree);
    ast::VocabularyDecl vocabulary(Tree* tree);
    ast::EnumDecl enumeration(Tree* tree);
    ast::RoleDecl role(Tree* tree);
    ast::EgressDecl egress(Tree* tree);
    ast::ToolDecl tool(Tree* tree);
    ast::FactDecl fact(Tree* tree);
    ast::ParamDecl param(Tree* tree);
    ast::TableDecl table(Tree* tree);
    ast::WindowDecl window(Tree* tree);
    void attribute(Tree* tree, ast::ToolDecl& tool);
    std::vector<ast::Field> fields(Tree* tree);
    ast::Field field(Tree* tree);
    void modifier(Tree* tree, ast::Field& field);
    ast::TypeExpr type(Tree* tree);
    ast::TypeExpr base_type(Tree* tree);
    ast::ExprId literal(Tree* tree);

    // build_rule.cpp
    ast::Rule rule(Tree* tree);
    void head(Tree* tree, ast::Rule& rule);
    void what(const Kids& kids, ast::Rule& rule);
    void result_rule(const Kids& kids, ast::Rule& rule);
    void retain(const Kids& kids, ast::Rule& rule);
    void counted(Tree* tree, ast::Rule& rule);
    void clauses(const Kids& kids, ast::Rule& rule);
    void clause(const Kids& kids, ast::Rule& rule);
    void need(const ast::Rule& rule, bool present, const char* what);
    ast::Selector selector(Tree* tree);
    ast::SelAtom atom(Tree* tree);
    ast::Signer signer(Tree* tree);

    // build_expr.cpp
    ast::ExprId add(ast::ExprKind kind, Span span, std::string text, std::vector<ast::ExprId> kids = {},
                    ast::Cmp cmp = ast::Cmp::Eq);
    ast::ExprId leaf(Tree* token);
    ast::ExprId word_expr(const ast::Name& word);
    ast::ExprId path_expr(const std::vector<ast::Name>& words);
    ast::ExprId expr(Tree* tree);
    ast::ExprId or_expr(ExprCursor& at);
    ast::ExprId and_expr(ExprCursor& at);
    ast::ExprId not_expr(ExprCursor& at);
    ast::ExprId quantifier(ExprCursor& at);
    ast::ExprId comparison(Tree* tree);
    ast::ExprId arithmetic(Tree* tree);
    ast::ExprId unary(Tree* tree);
    ast::ExprId negated(size_t minuses, Span first, ast::ExprId inner);
    ast::ExprId postfix(Tree* tree);
    ast::ExprId call(const std::vector<ast::Name>& words, Tree* arguments);
    ast::ExprId primary(Tree* tree, std::vector<ast::Name>& words);
    ast::ExprId set_of(Tree* tree);
    void too_deep(Span span);
    Span joined(ast::ExprId first, ast::ExprId last) const;

    // build_test.cpp
    ast::Test test(Tree* tree);
    ast::Fixture fixture(Tree* tree);
    void check_holes(const ast::Test& test);
    ast::Name hole_or_name(Tree* tree);
    ast::Case test_case(const Kids& kids);
    ast::ExpectedSigner expected_signer(Tree* tree);
    void test_item(const Kids& kids, ast::Test& test);
    void settings(const Kids& kids, std::vector<ast::Setting>& out);
    ast::ExprId simple_value(const Kids& kids);
    ast::TestFact test_fact(Tree* tree);
    ast::TestCall test_call(Tree* tree);
    void test_result(Tree* tree, ast::Test& test);
    ast::TestSignature signature(Tree* tree);
    std::vector<ast::NamedValue> named_values(Tree* tree);
    ast::Value value(Tree* tree);
    void label(Tree* tree, ast::Value& value);
    ast::Expectation expectation(Tree* tree);

    std::string_view text_;
    ast::File& file_;
    Diagnostics& diagnostics_;
    std::vector<uint8_t> depth_;    // of each expression of `file_`
    size_t quantifiers_ = 0;        // open around the current expression
    std::vector<ast::Name> holes_;  // of the current test
    bool failed_ = false;           // something was reported about the current declaration
};

}  // namespace remit::syntax
