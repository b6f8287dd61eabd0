#include "host/diff/questions.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/prove/properties.h"

namespace remit::diff {

namespace {

using prove::Context;
using prove::LayerModel;
using prove::Model;
using prove::Spoken;
using smt::Term;

/// What one policy says of a call, joined over its layers, by name.
struct Said {
    Term denied, asked, never;
    std::map<std::string, prove::AskModel> asks;
    std::map<std::string, Term> limits;  // the least maximum; INT64_MAX: none
    std::map<std::string, Term> keys, profiles, records, redactions, states;
    Term level, opened, risk, lane;
    prove::Retention retention;
};

class Teller {
public:
    Teller(Context& c, const Model& model) : c_(c), t_(c.terms), model_(model) {}

    Said tell() {
        s_.level = s_.risk = s_.lane = t_.number(0);
        s_.opened = c_.yes();
        s_.denied = model_.denied;
        s_.asked = model_.asked;
        s_.never = t_.truth(false);
        s_.risk = model_.risk;
        s_.retention = model_.retention;
        for (const LayerModel& layer : model_.layers) add(layer);
        return s_;
    }

private:
    void add(const LayerModel& layer) {
        Term opened = t_.truth(false);
        for (const Spoken& spoken : layer.spoken) {
            add(layer, spoken);
            if (spoken.rule->kind == RuleKind::Reach && !spoken.rule->narrows) opened = t_.either(opened, spoken.when);
        }
        s_.opened = t_.both(s_.opened, opened);
        s_.lane = t_.maximum(s_.lane, layer.lane);
        for (const auto& [signer, ask] : layer.asks) join(signer, ask);
    }
    void join(const std::string& signer, const prove::AskModel& ask) {
        const auto [it, is_new] = s_.asks.try_emplace(signer, ask);
        if (is_new) return;
        it->second.quorum = t_.maximum(it->second.quorum, ask.quorum);
        it->second.within = t_.minimum(it->second.within, ask.within);
        for (const auto& [word, when] : ask.evidence) put(it->second.evidence, word, when);
    }
    void put(std::map<std::string, Term>& all, const std::string& name, Term when) {
        const auto [it, is_new] = all.try_emplace(name, when);
        if (!is_new) it->second = t_.either(it->second, when);
    }
    void limit(const RuleInfo& rule, Term when) {
        const std::string per = rule.per == Window::Session ? "session" : "tenant";
        const std::string name = rule.kind == RuleKind::Limit
                                     ? "parallel per " + per
                                     : "over " + std::to_string(rule.window_ns) + " ns per " + per;
        Term& least = s_.limits.try_emplace(name, t_.number(INT64_MAX)).first->second;
        least = t_.ite(when, t_.minimum(least, t_.number(rule.number)), least);
    }
    void add(const LayerModel& layer, const Spoken& spoken) {
        const RuleInfo& rule = *spoken.rule;
        if (rule.after) return;
        switch (rule.kind) {
            case RuleKind::Allow:
            case RuleKind::Block:
            case RuleKind::Risk:
            case RuleKind::Lane:
            case RuleKind::Ask:
            case RuleKind::Retain: return;
            case RuleKind::Limit:
            case RuleKind::Quota: return limit(rule, spoken.when);
            case RuleKind::Isolate:
                s_.level = t_.ite(spoken.when, t_.maximum(s_.level, t_.number(rule.level)), s_.level);
                for (const std::string& key : rule.words) put(s_.keys, key, spoken.when);
                return;
            case RuleKind::Reach: return put(s_.profiles, layer.program->egress[rule.egress].name, spoken.when);
            case RuleKind::Record:
                for (const std::string& word : rule.words) put(s_.records, word, spoken.when);
                return;
            case RuleKind::Redact: return put(s_.redactions, rule.path, spoken.when);
            case RuleKind::Mark:
            case RuleKind::Count: return put(s_.states, rule.name, spoken.when);
            case RuleKind::Never: {
                const Term denies = prove::denies(c_, model_, layer, rule);
                s_.never = t_.either(s_.never, denies);
                const bool signable = rule.property == Property::Allow && !rule.always;
                s_.denied = t_.either(
                    s_.denied, signable ? t_.all({spoken.when, t_.no(model_.denied), t_.no(layer.asked)}) : denies);
                return;
            }
        }
    }

    Context& c_;
    smt::Terms& t_;
    const Model& model_;
    Said s_;
};

const Obligation* obligation(const Decision& d, const std::string& by) {
    for (const Obligation& o : d.ask)
        if (o.by == by) return &o;
    return nullptr;
}

class Asker {
public:
    Asker(Context& c, const Said& strict, const Said& loose, bool looser, std::vector<Question>& out)
        : t_(c.terms), a_(strict), b_(loose), looser_(looser), out_(out), none_(c.terms.truth(false)) {}

    void all() {
        verdicts();
        open_ = t_.both(t_.no(a_.denied), t_.no(b_.denied));
        signatures();
        for (const auto& [name, limit] : a_.limits) {
            const auto it = b_.limits.find(name);
            const Term other = it == b_.limits.end() ? t_.number(INT64_MAX) : it->second;
            add(ChangeKind::Limit, name, t_.less(limit, other),
                [](const Decision& a, const Decision& b) { return leases(a) != leases(b); });
        }
        isolation();
        reach();
        words(ChangeKind::Record, a_.records, b_.records, [](const Decision& d) -> const auto& { return d.record; });
        words(ChangeKind::Redact, a_.redactions, b_.redactions,
              [](const Decision& d) -> const auto& { return d.redact; });
        retention();
        words(ChangeKind::State, a_.states, b_.states, [](const Decision& d) { return states(d); });
        add(ChangeKind::Risk, "", t_.less(b_.risk, a_.risk),
            [](const Decision& a, const Decision& b) { return b.risk < a.risk; });
        add(ChangeKind::Lane, "", t_.less(b_.lane, a_.lane),
            [](const Decision& a, const Decision& b) { return a.lane != b.lane; });
    }

private:
    using Shows = std::function<bool(const Decision&, const Decision&)>;
    void ask(ChangeKind kind, const std::string& subject, Term when, Shows shows) {
        if (!t_.is_false(when)) out_.push_back({kind, looser_, subject, when, std::move(shows)});
    }
    /// Of calls that neither denies.
    void add(ChangeKind kind, const std::string& subject, Term when, Shows shows) {
        ask(kind, subject, t_.both(open_, when), std::move(shows));
    }
    void verdicts() {
        const auto from_to = [](Verdict strict, Verdict loose) {
            return [=](const Decision& a, const Decision& b) { return a.verdict == strict && b.verdict == loose; };
        };
        const Term lives = t_.no(b_.denied);
        ask(ChangeKind::DenyAllow, "", t_.all({a_.denied, lives, t_.no(b_.asked)}),
            from_to(Verdict::Deny, Verdict::Allow));
        ask(ChangeKind::DenyAsk, "", t_.all({a_.denied, lives, b_.asked}), from_to(Verdict::Deny, Verdict::Ask));
        ask(ChangeKind::AskAllow, "", t_.all({t_.no(a_.denied), a_.asked, lives, t_.no(b_.asked)}),
            from_to(Verdict::Ask, Verdict::Allow));
    }
    void signatures() {
        for (const auto& [signer, ask_a] : a_.asks) {
            const auto it = b_.asks.find(signer);
            const Term quorum_b = it == b_.asks.end() ? t_.number(0) : it->second.quorum;
            const std::string by = signer;
            add(ChangeKind::Quorum, signer, t_.both(b_.asked, t_.less(quorum_b, ask_a.quorum)),
                [by](const Decision& a, const Decision& b) {
                    const Obligation *x = obligation(a, by), *y = obligation(b, by);
                    return x != nullptr && (y == nullptr || y->quorum < x->quorum);
                });
            if (it == b_.asks.end()) continue;
            const Term both = t_.both(t_.less(t_.number(0), ask_a.quorum), t_.less(t_.number(0), quorum_b));
            add(ChangeKind::Window, signer, t_.both(both, t_.less(ask_a.within, it->second.within)),
                [by](const Decision& a, const Decision& b) {
                    const Obligation *x = obligation(a, by), *y = obligation(b, by);
                    return x != nullptr && y != nullptr && x->within_ns < y->within_ns;
                });
            for (const auto& [word, when] : ask_a.evidence) {
                const auto other = it->second.evidence.find(word);
                const Term in_b = other == it->second.evidence.end() ? none_ : other->second;
                add(ChangeKind::Evidence, word, t_.all({both, when, t_.no(in_b)}),
                    [by](const Decision& a, const Decision& b) {
                        const Obligation *x = obligation(a, by), *y = obligation(b, by);
                        return x != nullptr && y != nullptr && x->with != y->with;
                    });
            }
        }
        // Judged only when all have signed: nothing in the unsigned decisions shows it.
        add(ChangeKind::Never, "", t_.all({a_.never, a_.asked, t_.no(b_.never)}),
            [](const Decision& a, const Decision& b) {
                return !a.digest.empty() && a.verdict == Verdict::Ask && b.verdict != Verdict::Deny;
            });
    }
    void isolation() {
        add(ChangeKind::Isolation, "", t_.less(b_.level, a_.level),
            [](const Decision& a, const Decision& b) { return a.isolation_level != b.isolation_level; });
        words(ChangeKind::Isolation, a_.keys, b_.keys, [](const Decision& d) -> const auto& { return d.isolation_by; });
    }
    void reach() {
        add(ChangeKind::Egress, "", t_.both(t_.no(a_.opened), b_.opened),
            [](const Decision& a, const Decision& b) { return a.reach_closed && !b.reach_closed; });
        // Every profile must permit a connection: one fewer is wider.
        for (const auto& [name, when] : a_.profiles) {
            const auto it = b_.profiles.find(name);
            const Term in_b = it == b_.profiles.end() ? none_ : it->second;
            const std::string profile = name;
            add(ChangeKind::Egress, name, t_.all({a_.opened, b_.opened, when, t_.no(in_b)}),
                [profile](const Decision& a, const Decision& b) {
                    return a.reach.contains(profile) && !b.reach.contains(profile);
                });
        }
    }
    void retention() {
        add(ChangeKind::Retention, "at least", t_.less(b_.retention.at_least, a_.retention.at_least),
            [](const Decision& a, const Decision& b) { return a.retain_at_least_ns != b.retain_at_least_ns; });
        add(ChangeKind::Retention, "at most", t_.less(a_.retention.at_most, b_.retention.at_most),
            [](const Decision& a, const Decision& b) { return a.retain_at_most_ns != b.retain_at_most_ns; });
    }
    template <class Get>
    void words(ChangeKind kind, const std::map<std::string, Term>& a, const std::map<std::string, Term>& b,
               const Get& get) {
        for (const auto& [name, when] : a) {
            const auto it = b.find(name);
            const Term in_b = it == b.end() ? none_ : it->second;
            const std::string word = name;
            add(kind, name, t_.both(when, t_.no(in_b)), [word, get](const Decision& x, const Decision& y) {
                return get(x).contains(word) && !get(y).contains(word);
            });
        }
    }
    static std::set<std::string> states(const Decision& d) {
        std::set<std::string> out = d.marks;
        for (const CountCharge& c : d.counts) out.insert(c.name);
        return out;
    }
    static std::multiset<std::pair<std::string, int64_t>> leases(const Decision& d) {
        std::multiset<std::pair<std::string, int64_t>> out;
        for (const Lease& l : d.leases) out.emplace(l.kind + l.per + std::to_string(l.over_ns), l.max);
        return out;
    }

    smt::Terms& t_;
    const Said &a_, &b_;
    const bool looser_;
    std::vector<Question>& out_;
    Term none_, open_;
};

}  // namespace

std::vector<Question> questions_of(Context& context, const Model& before, const Model& after) {
    const Said old_said = Teller(context, before).tell(), new_said = Teller(context, after).tell();
    std::vector<Question> out;
    Asker(context, old_said, new_said, true, out).all();
    Asker(context, new_said, old_said, false, out).all();
    return out;
}

}  // namespace remit::diff
