// Conditions: logic, quantifiers, tests for presence, and what they prove about absent data.
#include "compiler/check/check_expr.h"
#include "compiler/check/literal.h"
#include "compiler/syntax/words.h"

namespace remit {

using ast::ExprKind;

Stratum Stratum::of(ast::Verb verb) {
    switch (verb) {
        case ast::Verb::Allow: return {};
        case ast::Verb::Block:
        case ast::Verb::Risk: return {true, false, false};
        case ast::Verb::Lane: return {true, true, false};
        case ast::Verb::Mark:
        case ast::Verb::Count:
        case ast::Verb::Retain: return {false, true, true};
        case ast::Verb::Ask:
        case ast::Verb::Limit:
        case ast::Verb::Quota:
        case ast::Verb::Isolate:
        case ast::Verb::Reach:
        case ast::Verb::Record:
        case ast::Verb::Redact:
        case ast::Verb::Never: return {true, true, true};
    }
    return {};
}

ExprChecker::ExprChecker(World& world, const ast::File& file, ast::Verb verb, const std::vector<uint32_t>& tools)
    : world_(world), file_(file), verb_(verb), stratum_(Stratum::of(verb)), tools_(tools), tool_(tools.front()) {
    if (reads_results()) stratum_ = {true, false, false};  // no risk or lane is reckoned after the call
}

ir::NodeId ExprChecker::guard(ast::ExprId id, bool positive) {
    const ir::NodeId node = guard_of(id, positive);
    learn(id, positive);
    return node;
}

ir::NodeId ExprChecker::guard_of(ast::ExprId id, bool positive) {
    const ast::Expr& e = file_.expr(id);
    switch (e.kind) {
        case ExprKind::And:
        case ExprKind::Or: return chain(e, positive);
        case ExprKind::Not: return world_.op(Op::Not, {guard_of(e.kids[0], !positive)});
        case ExprKind::Compare: return compare(e, positive);
        case ExprKind::Has: return has(e);
        case ExprKind::IsNull: return is_null(e);
        case ExprKind::Any:
        case ExprKind::All: return quantifier(e, positive);
        case ExprKind::Bool: return world_.truth(e.text == "true");
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Word:
        case ExprKind::Member:
        case ExprKind::Call:
        case ExprKind::Set:
        case ExprKind::Arith:
        case ExprKind::Negate:
        case ExprKind::CountOf:
        case ExprKind::SumOf: return value_as_guard(id, positive);
    }
    return any_truth();
}

/// `a and b`: b is checked knowing that a holds; `a or b`: knowing that a does not. What was learned inside ends with the chain,
/// the caller learns what the whole of it proves.
ir::NodeId ExprChecker::chain(const ast::Expr& e, bool positive) {
    const Narrowing before = known_;
    std::vector<ir::NodeId> kids;
    for (ast::ExprId kid : e.kids) {
        kids.push_back(guard_of(kid, positive));
        learn(kid, e.kind == ExprKind::And);
    }
    known_ = before;
    return world_.op(e.kind == ExprKind::And ? Op::And : Op::Or, std::move(kids));
}

void ExprChecker::learn(ast::ExprId id, bool truth) {
    const ast::Expr& e = file_.expr(id);
    switch (e.kind) {
        case ExprKind::Not: return learn(e.kids[0], !truth);
        case ExprKind::And:
            if (truth)
                for (ast::ExprId kid : e.kids) learn(kid, true);
            return;
        case ExprKind::Or:
            if (!truth)
                for (ast::ExprId kid : e.kids) learn(kid, false);
            return;
        case ExprKind::Has:
            if (truth) known_.insert(access_path(file_, e.kids[0]));
            return;
        case ExprKind::IsNull:
            if (!truth) {
                known_.insert(access_path(file_, e.kids[0]));
                known_.insert(access_path(file_, e.kids[0]) + "!");
            }
            return;
        default: return;
    }
}

Typed ExprChecker::read_for_test(ast::ExprId id) {
    testing_presence_ = true;
    Typed t = value(id);
    testing_presence_ = false;
    return t;
}

ir::NodeId ExprChecker::has(const ast::Expr& e) {
    const Typed t = read_for_test(e.kids[0]);
    if (!t.ok) return any_truth();
    if (t.path.empty()) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "has", world_.name_of(t.type));
        return any_truth();
    }
    const std::string_view prefix = "args.";
    const bool of_call = t.path.starts_with(prefix), of_result = t.path.starts_with(kResultPrefix);
    const FieldDesc* param = of_call     ? world_.find_param(tool_, t.path.substr(prefix.size()))
                             : of_result ? world_.find_param(tool_, t.path)
                                         : nullptr;
    if (param && (!param->optional || param->has_default)) always_there_[e.span.begin] = {e.span, t.path};
    return world_.op(Op::Has, {t.node});
}

ir::NodeId ExprChecker::is_null(const ast::Expr& e) {
    const Typed t = read_for_test(e.kids[0]);
    if (!t.ok) return any_truth();
    if (t.path.empty()) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "is null", world_.name_of(t.type));
        return any_truth();
    }
    return world_.op(Op::IsNull, {t.node});
}

ir::NodeId ExprChecker::value_as_guard(ast::ExprId id, bool positive) {
    const ast::Expr& e = file_.expr(id);
    if (is_member_of(id, "state")) {
        const auto it = world_.states.find(e.text);
        if (it != world_.states.end() && !world_.schema.states[it->second].is_count && (!positive || counting_))
            world_.diagnostics.report<DiagId::NotMonotone>(e.span, "state." + e.text);
        if (it != world_.states.end() && !world_.schema.states[it->second].is_count) {
            const Typed t = state_field(e);
            return t.ok ? world_.op(Op::Truth, {t.node}) : any_truth();
        }
    }
    const Typed t = value(id);
    if (!t.ok) return any_truth();
    if (t.type.kind == ValueKind::Bool) return world_.op(Op::Truth, {t.node});
    world_.diagnostics.report<DiagId::NotAGuard>(e.span, world_.name_of(t.type));
    return any_truth();
}

// ---- quantifiers -------------------------------------------------------------------------------------------------

bool ExprChecker::enter_loop(const ast::Expr& e, Typed& list) {
    if (loop_) {
        world_.diagnostics.report<DiagId::NestedQuantifier>(e.span);
        return false;
    }
    list = value(e.kids[0]);
    if (!list.ok) return false;
    if (!is_collection(list.type)) {
        world_.diagnostics.report<DiagId::TypeMismatch>(file_.expr(e.kids[0]).span, "a list or set",
                                                        world_.name_of(list.type));
        return false;
    }
    Loop loop{e.text, list.type.item[0], ""};
    const std::string prefix = "args.";
    if (list.path.rfind(prefix, 0) == 0 && list.path.find('.', prefix.size()) == std::string::npos)
        loop.argument = list.path.substr(prefix.size());
    loop_ = std::move(loop);
    return true;
}

ir::NodeId ExprChecker::loop_node(ir::NodeKind kind, const Typed& list, ir::NodeId body, Kind result) {
    ir::Node n;
    n.kind = kind;
    n.type = static_cast<TypeRef>(result);
    n.max_items = list.type.max_items;
    n.kids = {list.node, body};
    return world_.add(std::move(n));
}

ir::NodeId ExprChecker::quantifier(const ast::Expr& e, bool positive) {
    Typed list;
    if (!enter_loop(e, list)) return any_truth();
    const Narrowing before = known_;
    const ir::NodeId body = guard_of(e.kids[1], positive);
    known_ = before;
    loop_.reset();
    const bool all = e.kind == ExprKind::All;
    const ir::NodeId loop = loop_node(all ? ir::NodeKind::All : ir::NodeKind::Any, list, body, Kind::Truth);
    if (!all || verb_ != ast::Verb::Allow || !positive) return loop;
    // A permission that says `all` must have seen something.
    const ir::NodeId size = world_.op(Op::SizeL, {list.node});
    return world_.op(Op::And, {world_.op(Op::LtI, {world_.number(0, "0"), size}), loop});
}

// ---- small things ------------------------------------------------------------------------------------------------

bool ExprChecker::is_word(ast::ExprId id, const char* text) const {
    const ast::Expr& e = file_.expr(id);
    return e.kind == ExprKind::Word && e.text == text;
}

bool ExprChecker::is_member_of(ast::ExprId id, const char* base) const {
    const ast::Expr& e = file_.expr(id);
    return e.kind == ExprKind::Member && is_word(e.kids[0], base);
}

void ExprChecker::may_read(bool allowed, Span span, const std::string& what) {
    if (!allowed) world_.diagnostics.report<DiagId::StratumRead>(span, word_of(verb_), what);
}

Typed ExprChecker::made(ir::NodeId node, ValueType type) const {
    Typed t;
    t.node = node;
    t.type = std::move(type);
    t.ok = true;
    return t;
}

}  // namespace remit
