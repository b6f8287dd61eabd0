// Putting declarations in their places: every span of an Ast is moved.
#include <type_traits>

#include "compiler/syntax/parsed.h"

namespace remit {

namespace {

/// Visits every span and every reference to an expression below a node. A member that is missing here keeps a wrong place;
/// tests/diagnostics holds the place of every message.
class Mover {
public:
    Mover(FileId file, uint32_t begin, ast::ExprId first_expr) : file_(file), begin_(begin), first_expr_(first_expr) {}

    template <class... T>
    void operator()(T&... parts) {
        (one(parts), ...);
    }

private:
    void one(Span& span) { span = placed(span, file_, begin_); }
    void one(ast::ExprId& id) {
        if (id != ast::kNoExpr) id += first_expr_;
    }
    template <class T>
    void one(std::vector<T>& list) {
        for (T& item : list) one(item);
    }
    template <class T>
    void one(std::optional<T>& maybe) {
        if constexpr (!std::is_same_v<T, std::string>)
            if (maybe) one(*maybe);
    }
    void one(ast::DeclBody& body) {
        std::visit([this](auto& b) { one(b); }, body);
    }

    void one(ast::Name& x) { one(x.span); }
    void one(ast::Expr& x) { (*this)(x.span, x.kids); }
    void one(ast::SelAtom& x) { one(x.name); }
    void one(ast::Selector& x) { (*this)(x.any_of, x.span); }
    void one(ast::PolicyDecl& x) { (*this)(x.name, x.parent, x.parent_file, x.pinned); }
    void one(ast::UseDecl& x) { one(x.what); }
    void one(ast::VocabularyDecl& x) { one(x.symbols); }
    void one(ast::EnumDecl& x) { (*this)(x.name, x.symbols); }
    void one(ast::RoleDecl& x) { (*this)(x.name, x.includes); }
    void one(ast::EgressDecl& x) { (*this)(x.name, x.endpoints); }
    void one(ast::TypeExpr& x) { (*this)(x.name, x.args, x.fields); }
    void one(ast::Field& x) { (*this)(x.name, x.type, x.min, x.max, x.one_of, x.default_value); }
    void one(ast::ToolDecl& x) {
        (*this)(x.name, x.params, x.flags, x.trust, x.gives, x.undo, x.about, x.returns, x.each, x.each_as);
    }
    void one(ast::FactDecl& x) { (*this)(x.name, x.keys, x.fields, x.fresh); }
    void one(ast::ParamDecl& x) { (*this)(x.name, x.field, x.value); }
    void one(ast::TableRow& x) { (*this)(x.cells, x.value, x.span); }
    void one(ast::TableDecl& x) { (*this)(x.name, x.keys, x.result, x.rows); }
    void one(ast::WindowDecl& x) { (*this)(x.name, x.zone, x.moments, x.except); }
    void one(ast::Signer& x) { (*this)(x.who, x.quorum); }
    void one(ast::Rule& x) {
        (*this)(x.head, x.names, x.number, x.selector, x.signer, x.level, x.per, x.over, x.within, x.with, x.at_least,
                x.at_most, x.key, x.max_keys, x.summand, x.path, x.when, x.except, x.because);
    }
    void one(ast::Setting& x) { (*this)(x.name, x.values); }
    void one(ast::Value& x) { (*this)(x.span, x.scalar, x.items, x.keys, x.sources, x.label_class); }
    void one(ast::NamedValue& x) { (*this)(x.name, x.value); }
    void one(ast::TestFact& x) { (*this)(x.fact, x.keys, x.fields, x.as_of); }
    void one(ast::TestCall& x) { (*this)(x.tool, x.args, x.data); }
    void one(ast::TestSignature& x) { (*this)(x.by, x.roles, x.evidence); }
    void one(ast::ExpectedSigner& x) { (*this)(x.signer, x.within, x.with); }
    void one(ast::Expectation& x) { (*this)(x.what, x.signers, x.values); }
    void one(ast::Cell& x) { (*this)(x.value, x.signers); }
    void one(ast::Case& x) { (*this)(x.cells, x.span); }
    void one(ast::Fixture& x) { one(x.setup); }
    void one(ast::Test& x) {
        (*this)(x.title, x.with, x.columns, x.cases, x.session, x.state, x.context, x.facts, x.calls, x.result,
                x.signatures, x.expect);
    }
    void one(ast::Decl& x) { (*this)(x.body, x.span); }

    FileId file_;
    uint32_t begin_;
    ast::ExprId first_expr_;
};

void append(ast::File& out, const PlacedDecl& decl) {
    const ast::File& from = decl.parsed->ast;
    const size_t first_decl = out.decls.size(), first_expr = out.exprs.size();
    out.decls.insert(out.decls.end(), from.decls.begin(), from.decls.end());
    out.exprs.insert(out.exprs.end(), from.exprs.begin(), from.exprs.end());
    Mover move(out.file, decl.begin, static_cast<ast::ExprId>(first_expr));
    for (size_t i = first_decl; i < out.decls.size(); ++i) move(out.decls[i]);
    for (size_t i = first_expr; i < out.exprs.size(); ++i) move(out.exprs[i]);
}

}  // namespace

ast::File place(const PlacedDecl& decl, FileId file) {
    ast::File out;
    out.file = file;
    append(out, decl);
    return out;
}

ast::File place(const ParsedFile& file) {
    ast::File out;
    out.file = file.file;
    size_t decls = 0, exprs = 0;
    for (const PlacedDecl& d : file.decls) {
        decls += d.parsed->ast.decls.size();
        exprs += d.parsed->ast.exprs.size();
    }
    out.decls.reserve(decls);
    out.exprs.reserve(exprs);
    for (const PlacedDecl& d : file.decls) append(out, d);
    return out;
}

void place(ast::File& ast, ast::TestCall& call, FileId file, uint32_t begin) {
    ast.file = file;
    Mover move(file, begin, 0);
    move(call, ast.decls, ast.exprs);
}

}  // namespace remit
