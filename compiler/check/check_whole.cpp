// Labels of the whole call. `trust(args)`, `class(args)` and `sources(args)` speak about every argument that is there and not null, so
// that a rule can hold for tools whose arguments it does not know. A comparison of the whole becomes one of each argument:
//   sources(args) meets S   some argument's sources meet S
//   sources(args) only S    there is an argument, and every one's sources are only in S (an argument without sources is not)
//   trust(args) < t         the least of the arguments' trust; with no arguments, the least there is
//   class(args) >= c        the highest of the arguments' classes; with no arguments, the lowest there is
#include "compiler/check/check_expr.h"

namespace remit {

using ast::Cmp;
using ast::ExprKind;

bool is_whole_label(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    if (e.kind != ExprKind::Call || e.kids.size() != 1) return false;
    if (e.text != "trust" && e.text != "class" && e.text != "sources") return false;
    const ast::Expr& of = file.expr(e.kids[0]);
    return of.kind == ExprKind::Word && of.text == "args";
}

std::vector<ExprChecker::Part> ExprChecker::parts_of_call(const std::string& label) {
    const bool sources = label == "sources";
    const World::Part part = label == "trust" ? World::Part::Trust
                             : sources        ? World::Part::Sources
                                              : World::Part::Class;
    std::vector<Part> parts;
    for (const FieldDesc& param : world_.arguments(tool_)) {
        const std::string path = "args." + param.name;
        Part p;
        p.label = world_.slot(world_.argument_slot(tool_, param.name, part), label + "(" + path + ")");
        if (param.optional || param.nullable) {
            const ir::NodeId value = world_.slot(world_.argument_slot(tool_, param.name, World::Part::Value), path);
            const ir::NodeId there = world_.op(Op::Has, {value});
            p.there = param.nullable ? world_.op(Op::And, {there, world_.op(Op::Not, {world_.op(Op::IsNull, {value})})})
                                     : there;
        }
        parts.push_back(p);
    }
    return parts;
}

ir::NodeId ExprChecker::joined(Op op, std::vector<ir::NodeId> kids) {
    if (kids.empty()) return world_.truth(op == Op::And);
    return kids.size() == 1 ? kids[0] : world_.op(op, std::move(kids));
}

/// Some argument is there.
ir::NodeId ExprChecker::any_there(const std::vector<Part>& parts) {
    std::vector<ir::NodeId> there;
    for (const Part& p : parts) {
        if (!p.there) return world_.truth(true);
        there.push_back(*p.there);
    }
    return joined(Op::Or, std::move(there));
}

/// `test` of some argument that is there, or of all that are.
template <class Test>
ir::NodeId ExprChecker::over_call(const std::vector<Part>& parts, bool all, const Test& test) {
    std::vector<ir::NodeId> tests;
    for (const Part& p : parts) {
        ir::NodeId one = test(p.label);
        if (p.there && all) one = world_.op(Op::Or, {world_.op(Op::Not, {*p.there}), one});
        if (p.there && !all) one = world_.op(Op::And, {*p.there, one});
        tests.push_back(one);
    }
    return joined(all ? Op::And : Op::Or, std::move(tests));
}

ir::NodeId ExprChecker::whole_order(const std::vector<Part>& parts, bool least, Cmp cmp, ir::NodeId bound) {
    if (cmp == Cmp::Eq || cmp == Cmp::Ne) {
        const ir::NodeId low = whole_order(parts, least, Cmp::Le, bound),
                         high = whole_order(parts, least, Cmp::Ge, bound);
        const ir::NodeId both = world_.op(Op::And, {low, high});
        return cmp == Cmp::Eq ? both : world_.op(Op::Not, {both});
    }
    const bool downward = cmp == Cmp::Lt || cmp == Cmp::Le;
    const ir::NodeId some = over_call(parts, downward != least,
                                      [&](ir::NodeId label) { return ordered(cmp, label, bound); });
    const ir::NodeId there = any_there(parts), nothing = ordered(cmp, world_.number(0, "0"), bound);
    const ir::NodeId with = world_.op(Op::And, {there, some});
    return world_.op(Op::Or, {with, world_.op(Op::And, {world_.op(Op::Not, {there}), nothing})});
}

std::optional<ir::NodeId> ExprChecker::whole_label(const ast::Expr& e) {
    const bool member = e.cmp == Cmp::In;
    const size_t subject = member ? 1 : 0;
    if (!is_whole_label(file_, e.kids[subject])) return std::nullopt;
    const ast::Expr& call = file_.expr(e.kids[subject]);
    const std::vector<Part> parts = parts_of_call(call.text);

    ValueType type = symbol_type(call.text == "trust" ? kVocTrust : kVocClasses);
    if (call.text != "sources") {
        const Typed bound = e.cmp <= Cmp::Ge ? value(e.kids[1], &type) : wrong();
        if (bound.ok && same_type(bound.type, type)) return whole_order(parts, call.text == "trust", e.cmp, bound.node);
    } else if (member) {
        type = symbol_type(kVocSources);
        const Typed item = value(e.kids[0], &type);
        if (item.ok)
            return over_call(parts, false, [&](ir::NodeId label) { return world_.op(Op::InI, {item.node, label}); });
    } else if (e.cmp == Cmp::Only || e.cmp == Cmp::Meets) {
        type = ValueType{};
        type.kind = ValueKind::Set;
        type.item.push_back(symbol_type(kVocSources));
        const Typed set = value(e.kids[1], &type);
        const bool only = e.cmp == Cmp::Only;
        if (!set.ok) return any_truth();
        const Op op = only ? Op::OnlyI : Op::MeetsI;
        const ir::NodeId tests = over_call(parts, only,
                                           [&](ir::NodeId label) { return world_.op(op, {label, set.node}); });
        return only ? world_.op(Op::And, {any_there(parts), tests}) : tests;
    }
    if (world_.diagnostics.has_errors()) return any_truth();
    world_.diagnostics.report<DiagId::LabelForm>(e.span, call.text);
    return any_truth();
}

}  // namespace remit
