// Comparisons and tests: which operation a written operator means for the types at hand.
#include <algorithm>

#include "compiler/check/check_expr.h"
#include "compiler/check/literal.h"
#include "compiler/syntax/words.h"
#include "vm/ops/regex.h"
#include "vm/value/scalar.h"

namespace remit {

using ast::Cmp;
using ast::ExprKind;

namespace {

Cmp flipped(Cmp cmp) {
    switch (cmp) {
        case Cmp::Lt: return Cmp::Gt;
        case Cmp::Le: return Cmp::Ge;
        case Cmp::Gt: return Cmp::Lt;
        case Cmp::Ge: return Cmp::Le;
        default: return cmp;
    }
}

}  // namespace

ir::NodeId ExprChecker::compare(const ast::Expr& e, bool positive) {
    if (const auto node = whole_label(e)) return *node;
    switch (e.cmp) {
        case Cmp::Eq:
        case Cmp::Ne:
        case Cmp::Lt:
        case Cmp::Le:
        case Cmp::Gt:
        case Cmp::Ge: break;
        case Cmp::In: return membership(e);
        case Cmp::Like:
        case Cmp::Starts:
        case Cmp::Ends:
        case Cmp::Contains:
        case Cmp::Matches:
        case Cmp::Inside: return text_test(e);
        case Cmp::On: return on_profile(e);
        case Cmp::Only:
        case Cmp::Meets: return set_test(e);
        case Cmp::During: return during(e);
    }
    if (const auto node = tightening(e, positive)) return *node;

    // The side whose type is known by itself is checked first; the other then knows what is expected.
    const bool left_waits = is_literal(file_, e.kids[0]) || file_.expr(e.kids[0]).kind == ExprKind::Word;
    const bool right_waits = is_literal(file_, e.kids[1]) || file_.expr(e.kids[1]).kind == ExprKind::Word;
    // A parameter is a word and a literal: beside another word it is the one that waits.
    const bool parameter_first = digits_of(e.kids[0]) && !digits_of(e.kids[1]);
    const bool right_first = left_waits && (!right_waits || parameter_first);
    const size_t first = right_first ? 1 : 0, second = 1 - first;
    Typed known = value(e.kids[first]);
    if (!known.ok) return any_truth();
    const Cmp cmp = right_first ? flipped(e.cmp) : e.cmp;
    if (is_number(known.type))
        if (const auto digits = digits_of(e.kids[second]); digits && known.node != ir::kNoNode)
            return number_and_literal(e.span, cmp, known, *digits);
    Typed other = value(e.kids[second], &known.type);
    if (!other.ok) return any_truth();
    return order(e, std::move(known), std::move(other), cmp);
}

ir::NodeId ExprChecker::order(const ast::Expr& e, Typed a, Typed b, Cmp cmp) {
    if (is_number(a.type) && is_number(b.type)) return numbers(e, cmp, std::move(a), std::move(b));
    if (!same_type(a.type, b.type)) {
        world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(a.type), world_.name_of(b.type));
        return any_truth();
    }
    if (cmp == Cmp::Eq) return equal(e, a, b);
    if (cmp == Cmp::Ne) return world_.op(Op::Not, {equal(e, a, b)});
    const bool symbols = a.type.kind == ValueKind::Symbol && a.type.vocabulary != kVocSources &&
                         world_.schema.vocabularies[a.type.vocabulary].ordered;
    const bool times = a.type.kind == ValueKind::Duration || a.type.kind == ValueKind::Timestamp;
    if (symbols || times) return ordered(cmp, a.node, b.node);
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, word_of(cmp), world_.name_of(a.type));
    return any_truth();
}

ir::NodeId ExprChecker::equal(const ast::Expr& e, const Typed& a, const Typed& b) {
    switch (kind_of(a.type)) {
        case Kind::Int: return world_.op(Op::EqI, {a.node, b.node});
        case Kind::Str:
        case Kind::Url:
        case Kind::Email: return world_.op(Op::EqS, {text_of(a), text_of(b)});
        case Kind::Net: return world_.op(Op::EqN, {a.node, b.node});
        case Kind::List:
        case Kind::Record:
        case Kind::Any:
        case Kind::Truth: break;
    }
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, "==", world_.name_of(a.type));
    return any_truth();
}

ir::NodeId ExprChecker::ordered(Cmp cmp, ir::NodeId a, ir::NodeId b) {
    switch (cmp) {
        case Cmp::Eq: return world_.op(Op::EqI, {a, b});
        case Cmp::Ne: return world_.op(Op::Not, {world_.op(Op::EqI, {a, b})});
        case Cmp::Lt: return world_.op(Op::LtI, {a, b});
        case Cmp::Le: return world_.op(Op::LeI, {a, b});
        case Cmp::Gt: return world_.op(Op::LtI, {b, a});
        default: return world_.op(Op::LeI, {b, a});
    }
}

ir::NodeId ExprChecker::numbers(const ast::Expr&, Cmp cmp, Typed a, Typed b) {
    const int scale = std::max(scale_of(a.type), scale_of(b.type));
    a = rescaled(std::move(a), scale);
    b = rescaled(std::move(b), scale);
    if (!a.ok || !b.ok) return any_truth();
    return ordered(cmp, a.node, b.node);
}

// A literal with more digits than the variable's scale lies strictly between two values that the variable can have, so the comparison is
// made with the lower one instead of scaling the variable up, which could overflow.
ir::NodeId ExprChecker::number_and_literal(Span at, Cmp cmp, const Typed& a, const std::string& digits) {
    const int scale = scale_of(a.type), written = written_scale(digits);
    const std::optional<int64_t> exact = parse_decimal(digits, scale);
    if (exact) {
        const ir::NodeId node = world_.number(*exact, format_decimal(*exact, scale));
        return ordered(cmp, a.node, node);
    }
    const size_t cut = written > scale ? digits.size() - static_cast<size_t>(written - scale) : digits.size();
    const std::optional<int64_t> toward_zero = written > scale
                                                   ? parse_decimal(digits.substr(0, scale == 0 ? cut - 1 : cut), scale)
                                                   : std::nullopt;
    const bool negative = digits.front() == '-';
    if (!toward_zero || (negative && *toward_zero == INT64_MIN)) {
        world_.diagnostics.report<DiagId::LiteralRange>(at, digits, world_.name_of(a.type));
        return any_truth();
    }
    const int64_t floor = negative ? *toward_zero - 1 : *toward_zero;
    const ir::NodeId node = world_.number(floor, format_decimal(floor, scale));
    switch (cmp) {
        case Cmp::Lt:
        case Cmp::Le: return world_.op(Op::LeI, {a.node, node});
        case Cmp::Gt:
        case Cmp::Ge: return world_.op(Op::LtI, {node, a.node});
        default: break;
    }
    // Never equal; yet an error in `a` stays one.
    const ir::NodeId never = world_.op(Op::And,
                                       {world_.op(Op::LtI, {a.node, node}), world_.op(Op::LtI, {node, a.node})});
    return cmp == Cmp::Eq ? never : world_.op(Op::Not, {never});
}

// ---- state, risk and lane only tighten ---------------------------------------------------------------------------

/// `risk`, `lane` or something of the state, which may only make a decision stricter.
bool ExprChecker::only_tightens(ast::ExprId id) const {
    if (loop_ && file_.expr(id).text == loop_->variable && file_.expr(id).kind == ExprKind::Word) return false;
    return is_word(id, "risk") || is_word(id, "lane") || is_member_of(id, "state");
}

std::optional<ir::NodeId> ExprChecker::tightening(const ast::Expr& e, bool positive) {
    const bool left = only_tightens(e.kids[0]), right = only_tightens(e.kids[1]);
    if (!left && !right) return std::nullopt;
    const ast::ExprId subject = e.kids[left ? 0 : 1], other = e.kids[left ? 1 : 0];
    const Cmp cmp = left ? e.cmp : flipped(e.cmp);

    const ast::Expr& s = file_.expr(subject);
    const std::string what = s.kind == ExprKind::Word ? s.text : "state." + s.text;
    Typed a = s.kind == ExprKind::Word ? word(subject, nullptr) : state_field(s);
    if (!a.ok) return any_truth();
    const bool up = positive ? cmp == Cmp::Gt || cmp == Cmp::Ge : cmp == Cmp::Lt || cmp == Cmp::Le;
    bool top = false;
    if (what == "lane" && cmp == (positive ? Cmp::Eq : Cmp::Ne))
        top = file_.expr(other).text == world_.schema.vocabularies[kVocLanes].symbols.back();
    if ((!up && !top) || counting_) world_.diagnostics.report<DiagId::NotMonotone>(e.span, what);
    if (const auto digits = digits_of(other); digits && is_number(a.type))
        return number_and_literal(e.span, cmp, a, *digits);
    if (only_tightens(other)) {
        world_.diagnostics.report<DiagId::NotMonotone>(e.span, what);
        return any_truth();
    }
    Typed b = value(other, &a.type);
    if (!b.ok) return any_truth();
    return order(e, std::move(a), std::move(b), cmp);
}

// ---- membership --------------------------------------------------------------------------------------------------

ir::NodeId ExprChecker::role_test(const ast::Expr& role) {
    const auto it = world_.roles.find(role.text);
    if (role.kind != ExprKind::Word || it == world_.roles.end()) {
        world_.diagnostics.report<DiagId::UnknownRole>(role.span, role.text).help = suggest(role.text,
                                                                                            world_.schema.roles);
        return any_truth();
    }
    const uint32_t word = it->second / 64;
    const ir::NodeId mask = world_.number(static_cast<int64_t>(uint64_t{1} << (it->second % 64)), "role:" + role.text);
    return world_.op(Op::AnyBits, {world_.slot(kSlotRoles + word, "session.roles"), mask});
}

ir::NodeId ExprChecker::membership(const ast::Expr& e) {
    const ast::Expr& right = file_.expr(e.kids[1]);
    if (only_tightens(e.kids[0])) {
        world_.diagnostics.report<DiagId::NotMonotone>(e.span, file_.expr(e.kids[0]).text);
        return any_truth();
    }
    if (is_member_of(e.kids[1], "session") && right.text == "roles") return role_test(file_.expr(e.kids[0]));
    if (right.kind == ExprKind::Set) {
        const Typed item = value(e.kids[0]);
        return item.ok ? membership_in_set(e, item, right) : any_truth();
    }
    if (right.kind == ExprKind::String) {  // ip in "10.0.0.0/8"
        const Typed item = value(e.kids[0]);
        if (!item.ok) return any_truth();
        if (kind_of(item.type) == Kind::Net) {
            const Typed net = literal(e.kids[1], scalar_type(ValueKind::Cidr));
            return net.ok ? world_.op(Op::InNet, {item.node, net.node}) : any_truth();
        }
    }
    const Typed list = value(e.kids[1]);
    if (!list.ok) return any_truth();
    if (list.type.kind == ValueKind::Cidr) {
        const ValueType ip = scalar_type(ValueKind::Ip);
        const Typed item = value(e.kids[0], &ip);
        if (!item.ok) return any_truth();
        if (kind_of(item.type) == Kind::Net) return world_.op(Op::InNet, {item.node, list.node});
    } else if (is_collection(list.type)) {
        const ValueType& of = list.type.item[0];
        const Typed item = value(e.kids[0], &of);
        if (!item.ok) return any_truth();
        if (!same_type(item.type, of)) {
            world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(of), world_.name_of(item.type));
            return any_truth();
        }
        if (kind_of(of) == Kind::Int) return world_.op(Op::InI, {item.node, list.node});
        if (kind_of(of) == Kind::Str) return world_.op(Op::InS, {item.node, list.node});
        if (!loop_ && (kind_of(of) == Kind::Url || kind_of(of) == Kind::Email || kind_of(of) == Kind::Net))
            return over_items(ir::NodeKind::Any, list, [&](const Typed& each) { return equal(e, each, item); });
    }
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, "in", world_.name_of(list.type));
    return any_truth();
}

ir::NodeId ExprChecker::membership_in_set(const ast::Expr& e, const Typed& item, const ast::Expr& set) {
    if (set.kids.empty()) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "in", "an empty set");
        return any_truth();
    }
    const Kind kind = kind_of(item.type);
    if (kind == Kind::Net || item.type.kind == ValueKind::Host) {  // a few patterns: one test each
        std::vector<ir::NodeId> tests;
        for (ast::ExprId kid : set.kids) {
            if (kind != Kind::Net) {
                tests.push_back(host_test(e, item.node, file_.expr(kid)));
                continue;
            }
            const bool network = file_.expr(kid).text.find('/') != std::string::npos;
            const Typed net = literal(kid, scalar_type(network ? ValueKind::Cidr : ValueKind::Ip));
            if (net.ok) tests.push_back(world_.op(Op::InNet, {item.node, net.node}));
        }
        if (tests.empty()) return any_truth();
        return tests.size() == 1 ? tests[0] : world_.op(Op::Or, std::move(tests));
    }
    if (kind != Kind::Int && kind != Kind::Str && kind != Kind::Url && kind != Kind::Email) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "in", world_.name_of(item.type));
        return any_truth();
    }
    ValueType of;
    of.kind = ValueKind::Set;
    of.item.push_back(item.type);
    std::optional<Literal> items = read_literal(world_, file_, e.kids[1], of);
    if (!items) return any_truth();
    const bool text = kind != Kind::Int;
    ValueType layout = of;  // urls and emails are compared by their texts
    if (text) layout.item[0] = scalar_type(ValueKind::String);
    items->constant.type = world_.layout(layout);
    for (Constant& c : items->constant.items) c.type = world_.layout(layout.item[0]);
    const ir::NodeId list = world_.constant(std::move(items->constant), items->text);
    return world_.op(text ? Op::InS : Op::InI, {text ? text_of(item) : item.node, list});
}

// ---- text --------------------------------------------------------------------------------------------------------

ir::NodeId ExprChecker::host_test(const ast::Expr& at, ir::NodeId host, const ast::Expr& pattern) {
    if (pattern.kind != ExprKind::String) {
        world_.diagnostics.report<DiagId::TypeMismatch>(pattern.span, "a host pattern in quotes", "an expression");
        return any_truth();
    }
    const bool wild = pattern.text.rfind("*.", 0) == 0;
    const std::optional<std::string> normal = parse_host(wild ? pattern.text.substr(2) : pattern.text);
    if (!normal) {
        world_.diagnostics.report<DiagId::HostPattern>(at.span, pattern.text);
        return any_truth();
    }
    return world_.op(Op::HostLike, {host, world_.text((wild ? "*." : "") + *normal)});
}

ir::NodeId ExprChecker::text_test(const ast::Expr& e) {
    Typed subject = value(e.kids[0]);
    if (!subject.ok) return any_truth();
    const ast::Expr& pattern = file_.expr(e.kids[1]);
    const ValueKind kind = subject.type.kind;
    if (kind == ValueKind::Host && e.cmp == Cmp::Like) return host_test(e, subject.node, pattern);
    if (kind == ValueKind::Path && e.cmp == Cmp::Inside) {
        const Typed dir = value(e.kids[1], &subject.type);
        if (!dir.ok) return any_truth();
        if (dir.type.kind == ValueKind::Path) return world_.op(Op::InsideS, {subject.node, dir.node});
    }
    if (kind == ValueKind::Path || kind == ValueKind::Url || kind == ValueKind::Command) {
        world_.diagnostics.report<DiagId::RawPrefix>(e.span, word_of(e.cmp), world_.name_of(subject.type));
        return any_truth();
    }
    if ((kind != ValueKind::String && kind != ValueKind::Email) || e.cmp == Cmp::Inside) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, word_of(e.cmp), world_.name_of(subject.type));
        return any_truth();
    }
    const bool literal_only = e.cmp == Cmp::Matches || e.cmp == Cmp::Like;  // patterns are compiled and costed once
    if (literal_only && pattern.kind != ExprKind::String) {
        world_.diagnostics.report<DiagId::TypeMismatch>(pattern.span, "a pattern in quotes", "an expression");
        return any_truth();
    }
    if (e.cmp == Cmp::Matches) {
        if (const std::optional<std::string> why = regex_error(pattern.text)) {
            world_.diagnostics.report<DiagId::BadRegex>(pattern.span, *why);
            return any_truth();
        }
    }
    const ValueType string = scalar_type(ValueKind::String);
    const Typed right = value(e.kids[1], &string);
    if (!right.ok) return any_truth();
    if (right.type.kind != ValueKind::String) {
        world_.diagnostics.report<DiagId::TypeMismatch>(pattern.span, "string", world_.name_of(right.type));
        return any_truth();
    }
    Op op = Op::LikeS;
    if (e.cmp == Cmp::Starts) op = Op::StartsS;
    if (e.cmp == Cmp::Ends) op = Op::EndsS;
    if (e.cmp == Cmp::Contains) op = Op::ContainsS;
    if (e.cmp == Cmp::Matches) op = Op::MatchesS;
    return world_.op(op, {text_of(subject), right.node});
}

ir::NodeId ExprChecker::on_profile(const ast::Expr& e) {
    const Typed url = value(e.kids[0]);
    const ast::Expr& profile = file_.expr(e.kids[1]);
    if (!url.ok) return any_truth();
    if (url.type.kind != ValueKind::Url) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "on", world_.name_of(url.type));
        return any_truth();
    }
    const auto it = world_.egress.find(dotted_text(file_, e.kids[1]));
    if (it == world_.egress.end()) {
        world_.diagnostics.report<DiagId::UnknownEgress>(profile.span, profile.text);
        return any_truth();
    }
    ValueType texts;
    texts.kind = ValueKind::List;
    texts.item.push_back(scalar_type(ValueKind::String));
    Constant c;
    c.type = world_.layout(texts);
    for (const std::string& endpoint : world_.schema.egress[it->second].endpoints) {
        Constant item;
        item.type = static_cast<TypeRef>(Kind::Str);
        item.text = endpoint;
        c.items.push_back(std::move(item));
    }
    return world_.op(Op::UrlOn, {url.node, world_.constant(std::move(c), "egress:" + it->first)});
}

ir::NodeId ExprChecker::during(const ast::Expr& e) {
    const Typed instant = value(e.kids[0]);
    if (!instant.ok) return any_truth();
    if (instant.type.kind != ValueKind::Timestamp) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "during", world_.name_of(instant.type));
        return any_truth();
    }
    const ast::Expr& name = file_.expr(e.kids[1]);
    const auto it = world_.windows.find(name.text);
    if (name.kind == ExprKind::Word && it != world_.windows.end())
        return world_.op(Op::During, {instant.node, world_.constant(it->second.list, it->second.text)});
    std::vector<std::string> names;
    for (const auto& [known, list] : world_.windows) names.push_back(known);
    std::sort(names.begin(), names.end());
    Diagnostic& d = world_.diagnostics.report<DiagId::UnknownWindow>(name.span, name.text);
    if (std::string hint = suggest(name.text, names); !hint.empty()) d.help = hint;
    return any_truth();
}

ir::NodeId ExprChecker::over_items(ir::NodeKind kind, const Typed& list,
                                   const std::function<ir::NodeId(const Typed&)>& body) {
    ir::Node n;
    n.kind = ir::NodeKind::LoopItem;
    n.type = world_.layout(list.type.item[0]);
    const Typed each = made(world_.add(std::move(n)), list.type.item[0]);
    return loop_node(kind, list, body(each), Kind::Truth);
}

/// `only` and `meets` against a written set, item by item: for items that are compared by a text of theirs.
ir::NodeId ExprChecker::set_test_by_item(const ast::Expr& e, const Typed& left) {
    const ast::Expr& set = file_.expr(e.kids[1]);
    const auto in_set = [&](const Typed& each) { return membership_in_set(e, each, set); };
    if (e.cmp == Cmp::Meets) return over_items(ir::NodeKind::Any, left, in_set);
    const ir::NodeId size = world_.op(Op::SizeL, {left.node});
    const ir::NodeId all = over_items(ir::NodeKind::All, left, in_set);
    return world_.op(Op::And, {world_.op(Op::LtI, {world_.number(0, "0"), size}), all});
}

ir::NodeId ExprChecker::set_test(const ast::Expr& e) {
    const Typed left = value(e.kids[0]);
    if (!left.ok) return any_truth();
    const Kind item = is_collection(left.type) ? kind_of(left.type.item[0]) : Kind::Any;
    const bool by_item = item == Kind::Url || item == Kind::Email || item == Kind::Net ||
                         (item == Kind::Str && left.type.item[0].kind == ValueKind::Host);
    if (by_item && !loop_ && file_.expr(e.kids[1]).kind == ExprKind::Set) return set_test_by_item(e, left);
    if (item != Kind::Int && item != Kind::Str) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, word_of(e.cmp), world_.name_of(left.type));
        return any_truth();
    }
    const Typed right = value(e.kids[1], &left.type);
    if (!right.ok) return any_truth();
    if (!is_collection(right.type) || !same_type(left.type.item[0], right.type.item[0])) {
        world_.diagnostics.report<DiagId::TypeMismatch>(e.span, world_.name_of(left.type), world_.name_of(right.type));
        return any_truth();
    }
    const bool numbers = item == Kind::Int;
    const Op op = e.cmp == Cmp::Only ? (numbers ? Op::OnlyI : Op::OnlyS) : (numbers ? Op::MeetsI : Op::MeetsS);
    return world_.op(op, {left.node, right.node});
}

}  // namespace remit
