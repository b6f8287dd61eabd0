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
struct RuleRef {
    const ast::Rule* rule = nullptr;
    const ast::File* file = nullptr;
    std::vector<std::string> at;   // every place where this very text stands: they are one rule
    std::string text;
};

/// The declarations of one policy, sorted into kinds. Nothing is resolved.
struct Model {
    std::map<std::string, std::vector<std::string>> vocabularies;  // tier, class, trust_level, lane, and the enums
    std::map<std::string, std::vector<std::string>> roles;         // name -> includes
    std::map<std::string, std::vector<std::string>> egress;
    std::map<std::string, ToolRef> tools;
    std::map<std::string, FactRef> facts;
    std::vector<RuleRef> rules;
};
Model read_model(const Sources& sources, const std::vector<ast::File>& files);

struct Spoke {
    std::string kind, name, because;
    int64_t weight = 0;
    std::vector<std::string> at;   // any of these
};
struct OracleLease {
    std::string kind, per, key;
    int64_t max = 0, over_ns = 0;
    auto operator<=>(const OracleLease&) const = default;
};
struct OracleDecision {
    bool stopped = false;              // a denial before any rule; then only `verdict` and `denials` mean something
    std::set<std::string> stops;       // stopped: all that is wrong; an engine names one of these, and perhaps fewer than all
    std::set<std::string> denials;     // built-in denials that are joined with the rules
    bool allowed = false;              // some allow rule holds
    Verdict verdict = Verdict::Deny;
    int64_t risk = 0;
    std::string lane;
    std::vector<Spoke> rules;
    std::map<std::string, Obligation> ask;
    std::set<OracleLease> leases;
    std::string isolation_level = "none";
    std::set<std::string> isolation_by, reach, marks, redact, record;
    std::map<std::string, Val> counts;  // an error stands for "unbounded"
    std::optional<int64_t> retain_at_least_ns, retain_at_most_ns;
};

/// Decides one request. `digest` is what signatures must cover: the oracle takes the engine's word for it.
OracleDecision decide(const Model& model, std::string_view request_json, const std::string& digest);

/// What is different, in a few lines for people; empty when nothing is.
std::string difference(const OracleDecision& expected, const Decision& actual);

}  // namespace remit::oracle
