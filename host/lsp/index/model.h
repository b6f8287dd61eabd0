// Model: what the files of a policy declare, by name. Made from the Ast alone, so that it is there while the policy has errors; it answers
// what an editor asks (what is there, what fits here) and decides nothing. Points into the files, which must outlive it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"

namespace remit::lsp {

struct SymbolList {
    std::string name;  // `tiers`, `classes`, `trust`, `lanes`, or an enum's name
    bool ordered = true;
    std::vector<std::string> symbols;
    std::vector<Span> places;  // as symbols; empty if nothing declares it
};

struct RuleAt {
    const ast::File* file = nullptr;
    const ast::Rule* rule = nullptr;
    Span span;  // the whole declaration
};

class Model {
public:
    Model() : Model(std::vector<ast::File>{}) {}
    explicit Model(const std::vector<ast::File>& files);

    std::vector<SymbolList> vocabularies;  // the four with fixed names, then enums
    std::map<std::string, const ast::ToolDecl*> tools;
    std::map<std::string, const ast::RoleDecl*> roles;
    std::map<std::string, const ast::EgressDecl*> egress;
    std::map<std::string, const ast::FactDecl*> facts;
    std::map<std::string, const ast::ParamDecl*> params;
    std::map<std::string, const ast::TableDecl*> tables;
    std::map<std::string, const ast::WindowDecl*> windows;
    std::vector<std::string> fixtures;
    std::map<std::string, RuleAt> states;  // marks and counts
    std::vector<RuleAt> rules;             // all
    std::map<std::string, const ast::File*> file_of_tool, file_of_fact, file_of_param, file_of_table;

    const SymbolList* vocabulary(std::string_view name) const;
    /// Its place in its vocabulary, or -1.
    int rank(std::string_view vocabulary, std::string_view symbol) const;
    /// Vocabularies that have this symbol.
    std::vector<const SymbolList*> vocabularies_with(std::string_view symbol) const;
    const ast::Field* param(std::string_view tool, std::string_view name) const;
    /// The role and all that it includes, however far.
    std::vector<std::string> closure(const std::string& role) const;

private:
    void add(const ast::File& file, const ast::Decl& decl);
};

/// The vocabulary that a type's name stands for: `tier` -> `tiers`, an enum's name -> itself; empty for any other.
std::string vocabulary_of_type(const Model& model, std::string_view type);

}  // namespace remit::lsp
