// Conditions that cannot hold together, or hold for whatever is declared: each that compares one thing with a literal narrows the values
// of that thing.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "compiler/lint/subject.h"
#include "vm/value/scalar.h"

namespace remit::linting {

namespace {

using ast::Cmp;
__extension__ using Number =
    __int128;  // twice a value of 9 decimals, so that an open bound is the odd number beside a closed one

constexpr Number kNone = static_cast<Number>(1) << 120;

/// A value that is compared: a number, a rank, or a text that only equals itself.
struct Literal {
    std::optional<Number> number;
    bool whole = false;  // between two neighbours there is nothing
    std::string text;
};
struct Condition {
    std::string subject;  // `args.amount`
    Cmp cmp = Cmp::Eq;
    Literal literal;
    Span span;
    bool negated = false;  // under `except` or `not`
};
struct Range {
    Number low = -kNone, high = kNone;
    std::string low_why, high_why;  // for people
    bool empty() const { return low > high; }
};

Number step_of(const Literal& l) {
    Number step = 1;
    if (l.whole) step = static_cast<Number>(2) * 1'000'000'000;
    return step;
}

Cmp turned(Cmp cmp) {
    switch (cmp) {
        case Cmp::Lt: return Cmp::Gt;
        case Cmp::Le: return Cmp::Ge;
        case Cmp::Gt: return Cmp::Lt;
        case Cmp::Ge: return Cmp::Le;
        default: return cmp;
    }
}
Cmp negated(Cmp cmp) {
    switch (cmp) {
        case Cmp::Eq: return Cmp::Ne;
        case Cmp::Ne: return Cmp::Eq;
        case Cmp::Lt: return Cmp::Ge;
        case Cmp::Le: return Cmp::Gt;
        case Cmp::Gt: return Cmp::Le;
        case Cmp::Ge: return Cmp::Lt;
        default: return cmp;
    }
}

class GuardLint {
public:
    GuardLint(const Subject& subject, const LintedRule& rule, Reporter& reporter)
        : subject_(subject), rule_(rule), file_(*rule.file), reporter_(reporter) {}

    void run() {
        if (rule_.rule->when != ast::kNoExpr) gather(rule_.rule->when, false);
        if (rule_.rule->except != ast::kNoExpr) gather(rule_.rule->except, true);
        for (size_t i = 0; i < conditions_.size(); ++i) {
            const Condition& c = conditions_[i];
            Range declared = declared_range(c.subject);
            if (is_idle(c, declared)) continue;
            std::vector<const Condition*> same;
            for (size_t k = 0; k <= i; ++k)
                if (conditions_[k].subject == c.subject) same.push_back(&conditions_[k]);
            if (is_dead(c, same, declared)) return;
        }
    }

private:
    // ---- reading -------------------------------------------------------------------------------------------------

    void gather(ast::ExprId id, bool negate) {
        const ast::Expr& e = file_.expr(id);
        if (e.kind == (negate ? ast::ExprKind::Or : ast::ExprKind::And)) {
            for (const ast::ExprId kid : e.kids) gather(kid, negate);
        } else if (e.kind == ast::ExprKind::Not) {
            gather(e.kids[0], !negate);
        } else if (e.kind == ast::ExprKind::Compare && e.cmp <= Cmp::Ge) {
            compare(e, e.kids[0], e.kids[1], negate ? negated(e.cmp) : e.cmp, negate);
            compare(e, e.kids[1], e.kids[0], turned(negate ? negated(e.cmp) : e.cmp), negate);
        }
    }
    void compare(const ast::Expr& e, ast::ExprId subject, ast::ExprId literal, Cmp cmp, bool negate) {
        const std::string name = path(subject);
        if (name.empty()) return;
        if (auto value = literal_of(name, file_.expr(literal)))
            conditions_.push_back({name, cmp, *value, e.span, negate});
    }
    /// `args.amount`, `trust(args.x)`; empty for what is no path.
    std::string path(ast::ExprId id) const {
        const ast::Expr& e = file_.expr(id);
        if (e.kind == ast::ExprKind::Word)
            return e.text == "risk" || e.text == "lane" || e.text == "data" ? e.text : "";
        const auto root = [&](ast::ExprId kid) {
            const ast::Expr& k = file_.expr(kid);
            return k.kind == ast::ExprKind::Word ? k.text : path(kid);
        };
        if (e.kind == ast::ExprKind::Member) {
            const std::string of = root(e.kids[0]);
            return of.empty() ? of : of + "." + e.text;
        }
        if (e.kind != ast::ExprKind::Call || e.kids.size() != 1 || (e.text != "trust" && e.text != "class")) return {};
        const std::string of = root(e.kids[0]);
        return of.empty() ? of : fmt::format("{}({})", e.text, of);
    }
    std::optional<Literal> literal_of(const std::string& subject, const ast::Expr& e) const {
        switch (e.kind) {
            case ast::ExprKind::Int:
            case ast::ExprKind::Decimal:
                if (const auto n = parse_decimal(e.text, 9))
                    return Literal{static_cast<Number>(*n) * 2, is_whole(subject), e.text};
                return std::nullopt;
            case ast::ExprKind::String:
            case ast::ExprKind::Bool: return Literal{std::nullopt, false, e.text};
            case ast::ExprKind::Word: return symbol(subject, e.text);
            default: return std::nullopt;
        }
    }
    std::optional<Literal> symbol(const std::string& subject, const std::string& text) const {
        const auto vocabulary = vocabulary_of(subject);
        if (!vocabulary) return std::nullopt;
        const Vocabulary& v = subject_.program.vocabularies[*vocabulary];
        const auto it = std::find(v.symbols.begin(), v.symbols.end(), text);
        if (it == v.symbols.end()) return std::nullopt;
        return Literal{static_cast<Number>(it - v.symbols.begin()) * 2'000'000'000, true, text};
    }

    // ---- what is declared ----------------------------------------------------------------------------------------

    const FieldDesc* parameter(uint32_t tool, const std::string& subject) const {
        if (!subject.starts_with("args.")) return nullptr;
        for (const FieldDesc& f : subject_.program.tools[tool].params)
            if (f.name == subject.substr(5)) return &f;
        return nullptr;
    }
    const FieldDesc* any_parameter(const std::string& subject) const {
        return rule_.tools.empty() ? nullptr : parameter(rule_.tools.front(), subject);
    }
    bool is_whole(const std::string& subject) const {
        if (subject == "risk") return true;
        const FieldDesc* f = any_parameter(subject);
        return f != nullptr && f->type.kind == ValueKind::Int;
    }
    std::optional<uint32_t> vocabulary_of(const std::string& subject) const {
        if (subject == "session.tier") return kVocTiers;
        if (subject == "lane") return kVocLanes;
        if (subject == "data" || subject.starts_with("class(")) return kVocClasses;
        if (subject.starts_with("trust(")) return kVocTrust;
        const FieldDesc* f = any_parameter(subject);
        if (f == nullptr || f->type.kind != ValueKind::Symbol) return std::nullopt;
        return f->type.vocabulary;
    }
    Range declared_range(const std::string& subject) const {
        Range out;
        if (subject == "risk") return risk_range();
        if (const auto vocabulary = vocabulary_of(subject)) {
            const Vocabulary& v = subject_.program.vocabularies[*vocabulary];
            if (!v.ordered) return out;
            out.low = 0;
            out.high = static_cast<Number>(v.symbols.size() - 1) * 2'000'000'000;
            out.low_why = fmt::format("`{}` is the lowest of `{}`", v.symbols.front(), v.name);
            out.high_why = fmt::format("`{}` is the highest of `{}`", v.symbols.back(), v.name);
            return out;
        }
        return parameter_range(subject);
    }
    /// Of all tools that the rule covers.
    Range parameter_range(const std::string& subject) const {
        Range out{kNone, -kNone, "", ""};
        for (const uint32_t tool : rule_.tools) {
            const FieldDesc* f = parameter(tool, subject);
            if (f == nullptr || (f->type.kind != ValueKind::Int && f->type.kind != ValueKind::Decimal)) return {};
            Number unit = 2;
            for (int i = f->type.kind == ValueKind::Decimal ? f->type.scale : 0; i < 9; ++i) unit *= 10;
            out.low = std::min(out.low, f->has_min ? f->min * unit : -kNone);
            out.high = std::max(out.high, f->has_max ? f->max * unit : kNone);
            const auto shown = [&](int64_t n) { return format_decimal(n, f->type.scale); };
            out.low_why = f->has_min ? fmt::format("its declaration's `min {}`", shown(f->min)) : "";
            out.high_why = f->has_max ? fmt::format("its declaration's `max {}`", shown(f->max)) : "";
        }
        return rule_.tools.empty() ? Range{} : out;
    }
    /// From nothing to the dearest of the covered tools, if all their terms speak.
    Range risk_range() const {
        Range out;
        int64_t most = 0;
        for (const uint32_t tool : rule_.tools) {
            std::map<std::string_view, int64_t> terms;
            for (const uint32_t r : subject_.rules_of_tool[tool])
                if (const RuleInfo& info = subject_.program.rules[r]; info.kind == RuleKind::Risk && !info.watch)
                    terms[info.name] = info.number;
            int64_t sum = 0;
            for (const auto& [name, weight] : terms) sum = weight > INT64_MAX - sum ? INT64_MAX : sum + weight;
            most = std::max(most, sum);
        }
        out.low = 0;
        out.high = static_cast<Number>(most) * 2'000'000'000;
        out.low_why = "risk is never below 0";
        out.high_why = fmt::format("all risk of these tools, which is {}", most);
        return out;
    }

    // ---- judging -------------------------------------------------------------------------------------------------

    static void narrow(Range& range, const Condition& c, const std::string& why) {
        const Number n = *c.literal.number, step = step_of(c.literal);
        const auto below = [&](Number bound) {
            if (bound < range.high) std::tie(range.high, range.high_why) = std::pair(bound, why);
        };
        const auto above = [&](Number bound) {
            if (bound > range.low) std::tie(range.low, range.low_why) = std::pair(bound, why);
        };
        switch (c.cmp) {
            case Cmp::Eq: below(n), above(n); break;
            case Cmp::Lt: below(n - step); break;
            case Cmp::Le: below(n); break;
            case Cmp::Gt: above(n + step); break;
            case Cmp::Ge: above(n); break;
            default: break;
        }
    }
    /// The opposite leaves nothing of what is declared.
    bool is_idle(const Condition& c, Range declared) {
        if (!c.literal.number || c.cmp == Cmp::Ne || c.cmp == Cmp::Eq || c.negated) return false;
        Condition opposite = c;
        opposite.cmp = negated(c.cmp);
        const std::string low = declared.low_why, high = declared.high_why;
        narrow(declared, opposite, "");
        if (!declared.empty()) return false;
        const std::string why = c.cmp == Cmp::Lt || c.cmp == Cmp::Le ? high : low;
        reporter_.warn<DiagId::IdleCondition>(*rule_.decl, c.span, subject_.text(c.span), why);
        return true;
    }
    bool is_dead(const Condition& c, const std::vector<const Condition*>& same, Range range) {
        for (const Condition* s : same) {
            if (s->literal.number) {
                narrow(range, *s, quoted(*s));
                continue;
            }
            for (const Condition* other : same) {
                if (other->literal.number || other == s || s->cmp != Cmp::Eq) continue;
                const bool equal = s->literal.text == other->literal.text;
                if (other->cmp == Cmp::Eq ? !equal : equal) return dead(c, quoted(*s), quoted(*other));
            }
        }
        return range.empty() && dead(c, range.low_why, range.high_why);
    }
    std::string quoted(const Condition& c) const {
        return fmt::format("{}`{}`", c.negated ? "the opposite of " : "", subject_.text(c.span));
    }
    bool dead(const Condition& c, const std::string& a, const std::string& b) {
        reporter_.warn<DiagId::DeadGuard>(*rule_.decl, c.span, c.subject, a, b);
        return true;
    }

    const Subject& subject_;
    const LintedRule& rule_;
    const ast::File& file_;
    Reporter& reporter_;
    std::vector<Condition> conditions_;
};

}  // namespace

void lint_guard(const Subject& subject, const LintedRule& rule, Reporter& reporter) {
    if (rule.rule->when == ast::kNoExpr && rule.rule->except == ast::kNoExpr) return;
    GuardLint(subject, rule, reporter).run();
}

}  // namespace remit::linting
