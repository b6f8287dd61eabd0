// Expressions of one rule, for one group of tools that give its arguments the same types: Ast in, typed Ir out. Reports what is
// wrong and returns a harmless node, so that the rest is still checked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/check/world.h"

namespace remit {

/// A checked expression. `ok` is false after an error was reported; then node and type mean nothing.
struct Typed {
    ir::NodeId node = ir::kNoNode;
    ValueType type;
    bool ok = false;
    bool natural = false;  // provably >= 0
    std::string path;      // `args.x.y` where `has` could narrow it, else empty
};

/// Which parts of the input a rule's guard may read: the table of verbs.
struct Stratum {
    bool state = false, risk = false, lane = false;
    static Stratum of(ast::Verb verb);
};

const char* verb_word(ast::Verb verb);
/// `trust(args)`, `class(args)` or `sources(args)`: a rule that says so reads the labels of all arguments.
bool is_whole_label(const ast::File& file, ast::ExprId id);

class ExprChecker {
public:
    /// `tools`: the group, not empty. All references must outlive the checker.
    ExprChecker(World& world, const ast::File& file, ast::Verb verb, const std::vector<uint32_t>& tools);

    /// A condition. `positive`: under an even number of negations. What it proves about absent data holds for later calls.
    ir::NodeId guard(ast::ExprId id, bool positive);
    /// A value; `expected` helps literals and bare symbols.
    Typed value(ast::ExprId id, const ValueType* expected = nullptr);

    /// What `redact` names: read without asking whether it is there.
    Typed mentioned(ast::ExprId id) { return read_for_test(id); }

    const std::set<uint32_t>& fact_uses() const { return fact_uses_; }
    bool reads_risk_or_lane() const { return reads_risk_or_lane_; }
    bool reads_state() const { return reads_state_; }
    bool reads_params() const { return reads_params_; }
    /// Tests for presence (by where they stand) of what these tools always have. A lint if it is so for all tools of the rule.
    const std::map<uint32_t, std::pair<Span, std::string>>& always_there() const { return always_there_; }

private:
    struct Loop {
        std::string variable;
        ValueType item;
        std::string argument;  // the list is args.ARGUMENT, else empty
    };
    using Narrowing = std::set<std::string>;  // "args.x" is there; "args.x!" is there and not null

    // guards (check_guard.cpp)
    ir::NodeId guard_of(ast::ExprId id, bool positive);
    ir::NodeId chain(const ast::Expr& e, bool positive);
    ir::NodeId quantifier(const ast::Expr& e, bool positive);
    ir::NodeId has(const ast::Expr& e);
    ir::NodeId is_null(const ast::Expr& e);
    ir::NodeId value_as_guard(ast::ExprId id, bool positive);
    void learn(ast::ExprId id, bool truth);
    Typed read_for_test(ast::ExprId id);
    bool enter_loop(const ast::Expr& e, Typed& list);  // sets loop_
    ir::NodeId loop_node(ir::NodeKind kind, const Typed& list, ir::NodeId body, Kind result);

    // comparisons (check_compare.cpp)
    ir::NodeId compare(const ast::Expr& e, bool positive);
    ir::NodeId order(const ast::Expr& e, Typed a, Typed b, ast::Cmp cmp);
    ir::NodeId equal(const ast::Expr& e, const Typed& a, const Typed& b);
    ir::NodeId numbers(const ast::Expr& e, ast::Cmp cmp, Typed a, Typed b);
    ir::NodeId number_and_literal(Span at, ast::Cmp cmp, const Typed& a, const std::string& digits);
    ir::NodeId ordered(ast::Cmp cmp, ir::NodeId a, ir::NodeId b);
    ir::NodeId membership(const ast::Expr& e);
    ir::NodeId membership_in_set(const ast::Expr& e, const Typed& item, const ast::Expr& set);
    ir::NodeId text_test(const ast::Expr& e);
    ir::NodeId host_test(const ast::Expr& at, ir::NodeId host, const ast::Expr& pattern);
    ir::NodeId on_profile(const ast::Expr& e);
    ir::NodeId set_test(const ast::Expr& e);
    ir::NodeId set_test_by_item(const ast::Expr& e, const Typed& left);
    ir::NodeId over_items(ir::NodeKind kind, const Typed& list, const std::function<ir::NodeId(const Typed&)>& body);
    ir::NodeId during(const ast::Expr& e);
    ir::NodeId role_test(const ast::Expr& role);
    bool only_tightens(ast::ExprId id) const;
    std::optional<ir::NodeId> tightening(const ast::Expr& e, bool positive);

    // labels of the whole call (check_whole.cpp)
    struct Part {  // one argument's share of them
        ir::NodeId label = ir::kNoNode;
        std::optional<ir::NodeId> there;  // where it may be absent or null: that it is not
    };
    std::optional<ir::NodeId> whole_label(const ast::Expr& e);
    std::vector<Part> parts_of_call(const std::string& label);
    ir::NodeId joined(Op op, std::vector<ir::NodeId> kids);
    ir::NodeId any_there(const std::vector<Part>& parts);
    template <class Test>
    ir::NodeId over_call(const std::vector<Part>& parts, bool all, const Test& test);
    ir::NodeId whole_order(const std::vector<Part>& parts, bool least, ast::Cmp cmp, ir::NodeId bound);

    // values (check_value.cpp)
    Typed literal(ast::ExprId id, const ValueType& type);
    Typed untyped_literal(ast::ExprId id);
    Typed word(ast::ExprId id, const ValueType* expected);
    Typed member(ast::ExprId id, const ValueType* expected);
    Typed session_field(const ast::Expr& e);
    Typed argument(const ast::Expr& e);
    Typed result_field(const ast::Expr& e);
    Typed parameter(const std::string& name, const std::string& path, Span span);
    bool reads_results() const;
    const std::string& called_name(uint32_t tool) const;
    Typed state_field(const ast::Expr& e);
    bool shares_key(const StateDesc& state, Span at);
    Typed fact_field(const ast::Expr& e);
    std::optional<FactKey> fact_key(ast::ExprId id, const ValueType& type, std::string& text, std::string& use);
    Typed field(const ast::Expr& e, Typed base);
    Typed field_node(const Typed& base, uint32_t index, const FieldDesc& field);
    Typed label(const ast::Expr& e);
    const ParamValue* param(ast::ExprId id) const;
    Typed param_value(const ParamValue& param);
    std::optional<std::string> digits_of(ast::ExprId id) const;
    Typed table_value(const ast::Expr& e, const TableFunction& table);
    Typed arith(const ast::Expr& e);
    Typed product(const ast::Expr& e);
    Typed sum_of(const ast::Expr& e);
    Typed negate(const ast::Expr& e);
    Typed loop_count(const ast::Expr& e);
    Typed loop_sum(const ast::Expr& e);
    Typed rescaled(Typed t, int scale);
    Typed require_there(Typed t, const FieldDesc& desc, Span span);

    Typed made(ir::NodeId node, ValueType type) const;
    static Typed wrong() { return {}; }
    ir::NodeId any_truth() { return world_.truth(true); }
    ir::NodeId text_of(const Typed& t);
    bool is_word(ast::ExprId id, const char* text) const;
    bool is_member_of(ast::ExprId id, const char* base) const;
    void may_read(bool allowed, Span span, const std::string& what);

    World& world_;
    const ast::File& file_;
    const ast::Verb verb_;
    Stratum stratum_;
    const std::vector<uint32_t>& tools_;
    const uint32_t tool_;  // any of the group: they agree on what the rule reads
    Narrowing known_;
    std::optional<Loop> loop_;
    bool testing_presence_ = false;  // inside `has` and `is null`
    bool counting_ = false;  // inside count(...), which may be compared either way: nothing that must only tighten
    std::set<uint32_t> fact_uses_;
    bool reads_risk_or_lane_ = false, reads_state_ = false;
    mutable bool reads_params_ = false;
    std::map<uint32_t, std::pair<Span, std::string>> always_there_;
};

}  // namespace remit
