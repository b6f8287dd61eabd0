#include "host/prove/properties.h"

#include <algorithm>

namespace remit::prove {

namespace {

class Reader {
public:
    Reader(Context& c, const LayerModel& layer, const RuleInfo& rule)
        : t_(c.terms), c_(c), layer_(layer), rule_(rule) {}

    /// Some rule of `kind` that fits speaks.
    template <class Fits>
    Term some(RuleKind kind, const Fits& fits) {
        std::vector<Term> parts;
        for (const Spoken& s : layer_.spoken)
            if (s.rule->kind == kind && !s.rule->after && fits(*s.rule)) parts.push_back(s.when);
        return t_.any(parts);
    }
    /// Every word that the rule wants is said by some rule of `kind`.
    Term all_words(RuleKind kind) {
        std::vector<Term> parts;
        for (const std::string& word : rule_.words)
            parts.push_back(some(kind, [&](const RuleInfo& r) {
                return std::find(r.words.begin(), r.words.end(), word) != r.words.end();
            }));
        return t_.all(parts);
    }
    Term compared(Term a) {
        const Term b = t_.number(rule_.number);
        switch (rule_.order) {
            case Order::Eq: return t_.equal(a, b);
            case Order::Ne: return t_.no(t_.equal(a, b));
            case Order::Lt: return t_.less(a, b);
            case Order::Le: return t_.at_most(a, b);
            case Order::Gt: return t_.less(b, a);
            case Order::Ge: return t_.at_most(b, a);
        }
        return t_.truth(false);
    }
    Term reached() {
        const Term named = some(RuleKind::Reach, [&](const RuleInfo& r) { return r.egress == rule_.egress; });
        return t_.both(named, some(RuleKind::Reach, [](const RuleInfo& r) { return !r.narrows; }));
    }
    Term leased() {
        const RuleKind kind = rule_.property == Property::Limit ? RuleKind::Limit : RuleKind::Quota;
        return some(kind, [&](const RuleInfo& r) {
            return r.per == rule_.per && r.number <= rule_.number && r.window_ns >= rule_.window_ns;
        });
    }
    Term holds();

private:
    smt::Terms& t_;
    Context& c_;
    const LayerModel& layer_;
    const RuleInfo& rule_;
};

Term Reader::holds() {
    switch (rule_.property) {
        case Property::Allow: return c_.yes();  // it is asked of calls that are not denied
        case Property::Block: return t_.truth(false);
        case Property::Ask: {
            RuleInfo wanted = rule_;
            wanted.quorum = std::max<uint32_t>(1, rule_.quorum);
            return implied_by_obligations(c_, layer_, wanted);
        }
        case Property::Limit:
        case Property::Quota: return leased();
        case Property::Isolate:
            return t_.both(rule_.level == 0
                               ? c_.yes()
                               : some(RuleKind::Isolate, [&](const RuleInfo& r) { return r.level >= rule_.level; }),
                           all_words(RuleKind::Isolate));
        case Property::Reach: return reached();
        case Property::Record: return all_words(RuleKind::Record);
        case Property::Redact: return some(RuleKind::Redact, [&](const RuleInfo& r) { return r.path == rule_.path; });
        case Property::Risk: return compared(layer_.risk);
        case Property::Lane: return compared(layer_.lane);
    }
    return t_.truth(false);
}

}  // namespace

Term property_holds(Context& context, const LayerModel& layer, const RuleInfo& rule) {
    return Reader(context, layer, rule).holds();
}

Term denies(Context& c, const Model& model, const LayerModel& layer, const RuleInfo& rule) {
    smt::Terms& t = c.terms;
    std::vector<Term> speaks;
    for (const Spoken& s : layer.spoken)
        if (s.rule == &rule) speaks.push_back(s.when);
    const Term holds = property_holds(c, layer, rule);
    Term out = t.all({t.any(speaks), t.no(model.denied), rule.always ? t.no(holds) : holds});
    // Claims are held against what is allowed once all obligations are met.
    out = t.both(out, t.no(unsignable(c, layer)));
    if (rule.property == Property::Allow && !rule.always)
        out = t.both(out, t.no(implied_by_obligations(c, layer, rule)));
    return out;
}

}  // namespace remit::prove
