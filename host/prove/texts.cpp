#include "host/prove/texts.h"

#include <algorithm>

#include "vm/ops/op_table.h"
#include "vm/ops/regex.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit::prove {

namespace {

/// Beyond so many, literals are not held against predicates: that says less, and stays true.
constexpr size_t kMaxLiteralFacts = 50'000;

Str str_of(std::string_view text) { return {text.data(), static_cast<uint32_t>(text.size()), 0}; }

bool begins(std::string_view text, std::string_view with) { return text.starts_with(with); }
bool finishes(std::string_view text, std::string_view with) { return text.ends_with(with); }

/// `a`, said of any text, implies `b`.
bool implies(const Predicate& a, const Predicate& b) {
    const std::string_view p = a.pattern, q = b.pattern;
    const bool within = b.op == Op::ContainsS && p.find(q) != p.npos;
    if (a.op == Op::StartsS) return within || (b.op == Op::StartsS && begins(p, q));
    if (a.op == Op::EndsS) return within || (b.op == Op::EndsS && finishes(p, q));
    if (a.op == Op::ContainsS) return within;
    if (a.op == Op::HostLike)
        return (b.op == Op::HostLike && finishes(p.substr(1), q.substr(1))) ||
               (b.op == Op::EndsS && finishes(p.substr(1), q));
    if (a.op == Op::InsideS && b.op == Op::StartsS) return p != "." && begins(p, q);
    if (a.op == Op::InsideS || a.op == Op::InNet) return b.op == a.op && holds_of(b, p);
    if (a.op == Op::LikeS)
        return (b.op == Op::StartsS && begins(p.substr(0, p.find_first_of("*?")), q)) ||
               (b.op == Op::EndsS && finishes(p.substr(p.find_last_of("*?") + 1), q));
    return false;
}

/// No text has both.
bool excludes(const Predicate& a, const Predicate& b) {
    if (a.op != b.op) return false;
    const std::string_view p = a.pattern, q = b.pattern;
    if (a.op == Op::StartsS) return !begins(p, q) && !begins(q, p);
    if (a.op == Op::EndsS) return !finishes(p, q) && !finishes(q, p);
    if (a.op == Op::HostLike) return !finishes(p.substr(1), q.substr(1)) && !finishes(q.substr(1), p.substr(1));
    return (a.op == Op::InsideS || a.op == Op::InNet) && !holds_of(a, q) && !holds_of(b, p);
}

/// The glob `*x*`, `x*`, `*x` or without wildcards as a simpler predicate.
std::optional<Predicate> simpler(const Predicate& like) {
    const std::string_view g = like.pattern;
    if (g.find('?') != g.npos || g.empty()) return std::nullopt;
    const bool front = g.front() == '*', back = g.size() > 1 && g.back() == '*';
    const std::string_view core = g.substr(front ? 1 : 0, g.size() - (front ? 1 : 0) - (back ? 1 : 0));
    if (core.find('*') != core.npos || !(front || back)) return std::nullopt;
    const Op op = front && back ? Op::ContainsS : back ? Op::StartsS : Op::EndsS;
    return Predicate{op, Kind::Str, std::string(core)};
}

}  // namespace

bool holds_of(const Predicate& predicate, std::string_view text) {
    if (predicate.kind == Kind::Net) {
        const auto read = [](std::string_view s) { return s.find('/') == s.npos ? parse_ip(s) : parse_cidr(s); };
        const auto a = read(text), b = read(predicate.pattern);
        return a && b && apply(predicate.op, ref(&*a), ref(&*b)).bits == kTrue;
    }
    const Str a = str_of(text), b = str_of(predicate.pattern);
    return apply(predicate.op, ref(&a), ref(&b)).bits == kTrue;
}

Term Texts::literal(Kind kind, std::string_view text) {
    const auto [it, is_new] = numbers_.try_emplace({kind, std::string(text)}, static_cast<int64_t>(texts_.size()));
    if (is_new) texts_.emplace_back(kind, text);
    return terms_.number(it->second);
}

const std::string* Texts::literal_of(int64_t number) const {
    return number >= 0 && number < static_cast<int64_t>(texts_.size()) ? &texts_[static_cast<size_t>(number)].second
                                                                       : nullptr;
}

Term Texts::application(const Predicate& p, Term text) {
    const auto [it, is_new] = functions_.try_emplace(p, "text." + std::to_string(functions_.size()));
    return terms_.apply(it->second, {text}, true);
}

Term Texts::holds(const Predicate& asked, Term text) {
    Predicate p = asked;
    if (p.op == Op::LikeS) {
        if (const auto simple = simpler(p)) p = *simple;
        if (p.op == Op::LikeS && p.pattern.find_first_of("*?") == p.pattern.npos) p.op = Op::EqS;
    }
    if (p.op == Op::HostLike && !begins(p.pattern, "*.")) p.op = Op::EqS;
    if (p.op == Op::EqS || p.op == Op::EqN) return terms_.equal(text, literal(p.kind, p.pattern));
    if (p.pattern.empty() && (p.op == Op::StartsS || p.op == Op::EndsS || p.op == Op::ContainsS))
        return terms_.truth(true);
    if (terms_.node(text).kind == smt::TermKind::Number) {
        const std::string* known = literal_of(terms_.node(text).number);
        return terms_.truth(known != nullptr && holds_of(p, *known));
    }
    asked_[text].insert(p);
    return application(p, text);
}

Term Texts::length(Term text) {
    if (terms_.node(text).kind == smt::TermKind::Number)
        if (const std::string* known = literal_of(terms_.node(text).number))
            return terms_.number(static_cast<int64_t>(known->size()));
    lengths_.insert(text);
    return terms_.apply("text.length", {text}, false);
}

void Texts::relate(Term text, const Predicate& a, const Predicate& b, std::vector<Term>& out) {
    const Term has_a = application(a, text), has_b = application(b, text);
    if (implies(a, b)) out.push_back(terms_.implies(has_a, has_b));
    if (implies(b, a)) out.push_back(terms_.implies(has_b, has_a));
    if (excludes(a, b)) out.push_back(terms_.no(terms_.both(has_a, has_b)));
}

std::vector<Term> Texts::axioms() {
    std::vector<Term> out;
    for (const auto& [text, predicates] : asked_)
        for (auto a = predicates.begin(); a != predicates.end(); ++a)
            for (auto b = std::next(a); b != predicates.end(); ++b) relate(text, *a, *b, out);
    for (const Term text : lengths_) {
        const Term size = length(text);
        out.push_back(terms_.at_most(terms_.number(0), size));
        out.push_back(terms_.at_most(size, terms_.number(static_cast<int64_t>(limits::kMaxRequestBytes))));
        out.push_back(terms_.implies(terms_.equal(size, terms_.number(0)), terms_.equal(text, literal(Kind::Str, ""))));
        const auto it = asked_.find(text);
        if (it == asked_.end()) continue;
        for (const Predicate& p : it->second) {
            if (p.op != Op::StartsS && p.op != Op::EndsS && p.op != Op::ContainsS) continue;
            const Term part = terms_.number(static_cast<int64_t>(p.pattern.size())), has = application(p, text);
            out.push_back(terms_.implies(has, terms_.at_most(part, size)));
            const Term whole = terms_.equal(text, literal(Kind::Str, p.pattern));
            out.push_back(terms_.implies(terms_.both(has, terms_.equal(part, size)), whole));
        }
    }
    size_t facts = 0;
    for (size_t n = 0; n < texts_.size() && facts < kMaxLiteralFacts; ++n) {
        const Term id = terms_.number(static_cast<int64_t>(n));
        if (!lengths_.empty() && texts_[n].first == Kind::Str)
            out.push_back(terms_.equal(terms_.apply("text.length", {id}, false),
                                       terms_.number(static_cast<int64_t>(texts_[n].second.size()))));
        for (const auto& [p, function] : functions_) {
            if (p.kind != texts_[n].first) continue;
            ++facts;
            const Term said = terms_.apply(function, {id}, true);
            out.push_back(holds_of(p, texts_[n].second) ? said : terms_.no(said));
        }
    }
    return out;
}

}  // namespace remit::prove
