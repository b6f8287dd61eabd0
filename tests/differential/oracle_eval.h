// Expressions, evaluated over the Ast as section 3 of docs/semantics.md reads: names are looked up when met, a literal takes the type
// of the value beside it, an error is a value, a guard has three values.
#pragma once

#include "tests/differential/oracle_request.h"

namespace remit::oracle {

/// Where an expression is evaluated. `state` holds every declared mark and count as known so far, this call's part included.
struct Env {
    const Model* model = nullptr;
    const Request* request = nullptr;
    const ast::File* file = nullptr;
    std::map<std::string, Val> state;
    Val risk, lane;
    bool in_allow = false;
    bool positive = true;                  // under an even number of `not`s, `except` counting as one
    std::map<std::string, Val> variables;  // of the quantifiers around
};

Val evaluate(Env& env, ast::ExprId id, const Val* like = nullptr);
Tri guard(Env& env, ast::ExprId id);
/// A literal alone, as a value of the type of `like` (null: as it is written).
Val literal(const Model& model, const ast::File& file, ast::ExprId id, const Val* like);

/// A value of a declared type, for the type alone.
Val prototype(const Model& model, const ast::TypeExpr& type);

/// Parameters, tables and windows (oracle_constants.cpp).
Val param_value(const Model& model, const std::string& name);
Val table_value(Env& env, const ast::Expr& call);
Tri during(const Env& env, const Val& instant, const std::string& name);

/// The record of a fact's fields, or an error.
Val fact_value(Env& env, const ast::Expr& call);
/// What is wrong with a fact that an expression names: `None`, or MissingFact, StaleFact, or the error of a key.
Err fact_trouble(Env& env, const ast::Expr& call);

/// `class`, `trust` or `sources` of an argument or element; and of all arguments that are there.
Val label_part(const Env& env, const std::string& part, const Val& v);
Val whole_label_part(const Env& env, const std::string& part);
Val data_of(const Env& env);

}  // namespace remit::oracle
