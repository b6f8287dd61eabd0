// The oracle: a second, deliberately naive implementation of docs/semantics.md, straight over the Ast. It looks every name up when
// it meets it, walks every rule for every request, and shares neither types, nor lowering, nor index, nor operations with the
// product; only the parser and the text forms of scalars are common. Where it and an engine differ, one of them is wrong.
// A Model borrows the files that it was made from. Everything here is single-threaded and throws nothing of its own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"
#include "tests/differential/oracle_values.h"
#include "vm/engine/decision.h"

namespace remit::oracle {

struct ToolRef {
    const ast::ToolDecl* decl = nullptr;
    const ast::File* file = nullptr;
};
struct FactRef {
    const ast::FactDecl* decl = nullptr;
    const ast::File* file = nullptr;
};
/// A parameter: where it is declared, and which declaration gives it a value, if one does.
struct ParamRef {
    const ast::ParamDecl* decl = nullptr;
    const ast::File* file = nullptr;
    const ast::ParamDecl* given = nullptr;
    const ast::File* given_in = nullptr;
};
struct TableRef {
    const ast::TableDecl* decl = nullptr;
    const ast::File* file = nullptr;
};
struct RuleRef {
    const ast::Rule* rule = nullptr;
    const ast::File* file = nullptr;
    std::vector<std::string> at;  // every place where this very text stands: they are one rule
    std::string text;
};

/// What one layer sees: the declarations of its policy and of those it stands under, and its own rules. Nothing is resolved.
struct Model {
    std::string name;
    std::map<std::string, std::vector<std::string>> vocabularies;  // tier, class, trust_level, lane, and the enums
    std::map<std::string, std::vector<std::string>> roles;         // name -> includes
    std::map<std::string, std::vector<std::string>> egress;
    std::map<std::string, ToolRef> tools;
    std::map<std::string, FactRef> facts;
    std::map<std::string, ParamRef> params;
    std::map<std::string, TableRef> tables;
    std::map<std::string, const ast::WindowDecl*> windows;
    std::vector<RuleRef> rules;
};
/// The policy in the first file with all that it uses, then the policy it stands under, and so on.
std::vector<Model> read_layers(const Sources& sources, const std::vector<ast::File>& files);

struct Spoke {
    std::string kind, name, because;
    int64_t weight = 0;
    std::vector<std::string> at;  // any of these
    std::string text;             // of the whole rule
};
struct OracleLease {
    std::string rule, kind, per, key;  // rule: its text
    int64_t max = 0, over_ns = 0;
    auto operator<=>(const OracleLease&) const = default;
};
struct OracleDecision {
    bool stopped = false;           // in some layer no rule was asked
    std::set<std::string> denials;  // all built-in ones, `no-allow` included
    bool has_digest = false;        // there is something to sign
    Verdict verdict = Verdict::Deny;
    int64_t risk = 0;
    std::string lane;
    std::vector<Spoke> rules, watched;
    std::map<std::string, Obligation> ask;
    std::set<OracleLease> leases;  // one for each rule
    std::string isolation_level = "none";
    bool reach_closed = true;
    std::set<std::string> isolation_by, reach, marks, redact, record;
    std::map<std::string, Val> counts;  // an error stands for "unbounded"
    std::optional<int64_t> retain_at_least_ns, retain_at_most_ns;
};

/// Decides one request by all layers. `digest` is what signatures must cover: the oracle takes the engine's word for it.
OracleDecision decide(const std::vector<Model>& layers, std::string_view request_json, const std::string& digest);

/// What is different, in a few lines for people; empty when nothing is.
std::string difference(const OracleDecision& expected, const Decision& actual);

}  // namespace remit::oracle
