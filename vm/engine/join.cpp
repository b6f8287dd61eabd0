#include "vm/engine/join.h"

#include <algorithm>
#include <tuple>

#include "vm/ops/actions.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

int64_t lane_rank(const Program& program, const std::string& lane) {
    return rank_of(program.vocabularies[kVocLanes], lane).value_or(-1);
}

/// Amounts of one name may have different decimals in two layers.
bool is_less(const CountCharge& a, const CountCharge& b) {
    if (a.raw == INT64_MAX || b.raw == INT64_MAX) return a.raw < b.raw;
    const auto digits = [](const CountCharge& c) {
        const size_t point = c.amount.find('.');
        return point == std::string::npos ? 0 : static_cast<int>(c.amount.size() - point - 1);
    };
    const int scale = std::max(digits(a), digits(b));
    __extension__ typedef __int128 Wide;
    const auto scaled = [&](const CountCharge& c) {
        Wide n = c.raw;
        for (int i = digits(c); i < scale; ++i) n *= 10;
        return n;
    };
    return scaled(a) < scaled(b);
}

void join_counts(std::vector<CountCharge>& all, const std::vector<CountCharge>& more) {
    for (const CountCharge& c : more) {
        const auto before = [](const CountCharge& a, const CountCharge& b) {
            return std::tie(a.name, a.key) < std::tie(b.name, b.key);
        };
        const auto it = std::lower_bound(all.begin(), all.end(), c, before);
        if (it == all.end() || it->name != c.name || it->key != c.key)
            all.insert(it, c);
        else if (is_less(*it, c))
            *it = c;
    }
}

/// What calls of one batch charge comes to their sum.
void add_counts(std::vector<CountCharge>& all, const std::vector<CountCharge>& more, const Program& program) {
    for (const CountCharge& c : more) {
        const auto named = [&](const CountCharge& known) { return known.name == c.name && known.key == c.key; };
        const auto it = std::find_if(all.begin(), all.end(), named);
        if (it == all.end()) {
            join_counts(all, {c});
            continue;
        }
        const auto of_name = [&](const StateDesc& s) { return s.is_count && s.name == c.name; };
        const auto state = std::find_if(program.states.begin(), program.states.end(), of_name);
        it->raw = saturating_add(it->raw, c.raw);
        it->amount = it->raw == INT64_MAX || state == program.states.end()
                         ? "+max"
                         : "+" + format_decimal(it->raw, state->scale);
    }
}

/// One rate is charged once for each call of a batch; a batch is one call at once.
void add_rates(std::vector<Lease>& all, const std::vector<Lease>& more) {
    for (const Lease& lease : more)
        for (Lease& known : all)
            if (known.rule == lease.rule && lease.kind == "rate") known.calls += lease.calls;
}

void join_leases(std::vector<Lease>& all, const std::vector<Lease>& more) {
    for (const Lease& lease : more) {
        const auto before = [](const Lease& a, const std::string& rule) { return a.rule < rule; };
        const auto it = std::lower_bound(all.begin(), all.end(), lease.rule, before);
        if (it == all.end() || it->rule != lease.rule) all.insert(it, lease);
    }
}

/// Rules of a parent whose risk terms could be taken for the policy's own carry the parent's name.
void join_rules(std::vector<SpokenRule>& all, const std::vector<SpokenRule>& more, const std::string& layer) {
    const size_t own = all.size();
    for (SpokenRule r : more) {
        const auto same = [&](const SpokenRule& o) { return o.rule == r.rule && o.because == r.because; };
        if (std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(own), same)) continue;
        if (r.kind == "risk" && !layer.empty()) r.name = layer + "/" + r.name;
        all.push_back(std::move(r));
    }
}

void join_two(Decision& d, const Decision& p) {
    d.risk = std::max(d.risk, p.risk);
    for (const Obligation& o : p.ask) join_obligation(d.ask, o);
    join_leases(d.leases, p.leases);
    join_counts(d.counts, p.counts);
    d.isolation_by.insert(p.isolation_by.begin(), p.isolation_by.end());
    d.reach_closed = d.reach_closed || p.reach_closed;
    d.reach.insert(p.reach.begin(), p.reach.end());
    d.marks.insert(p.marks.begin(), p.marks.end());
    d.redact.insert(p.redact.begin(), p.redact.end());
    d.record.insert(p.record.begin(), p.record.end());
    if (p.retain_at_least_ns) d.retain_at_least_ns = std::max(d.retain_at_least_ns.value_or(0), *p.retain_at_least_ns);
    if (p.retain_at_most_ns)
        d.retain_at_most_ns = std::min(d.retain_at_most_ns.value_or(INT64_MAX), *p.retain_at_most_ns);
}

}  // namespace

void join_element(LayerDecision& whole, LayerDecision element, const Program& program, const std::string& where) {
    Decision& d = whole.decision;
    Decision& e = element.decision;
    std::set<std::string> redact;
    for (const std::string& path : e.redact) redact.insert(where + path);
    e.redact = std::move(redact);
    add_counts(d.counts, e.counts, program);
    e.counts.clear();
    add_rates(d.leases, e.leases);
    join_rules(d.rules, e.rules, "");
    join_rules(d.watched, e.watched, "");
    join_two(d, e);
    if (lane_rank(program, e.lane) > lane_rank(program, d.lane)) d.lane = e.lane;
    if (d.error.empty()) d.error = e.error;
    whole.denied = whole.denied || element.denied;
    whole.isolation = std::max(whole.isolation, element.isolation);
    for (const RuleInfo* never : element.nevers)
        if (std::find(whole.nevers.begin(), whole.nevers.end(), never) == whole.nevers.end())
            whole.nevers.push_back(never);
}

Joined join_layers(std::span<const LayerDecision> layers, std::span<const Bound> bounds, const Request& request) {
    Joined out;
    Decision& d = out.decision;
    d = layers[0].decision;
    out.denied = layers[0].denied;
    uint32_t isolation = layers[0].isolation;
    for (size_t i = 1; i < layers.size(); ++i) {
        const Decision& p = layers[i].decision;
        join_rules(d.rules, p.rules, bounds[i].program->name);
        join_rules(d.watched, p.watched, bounds[i].program->name);
        join_two(d, p);
        if (lane_rank(*bounds[0].program, p.lane) > lane_rank(*bounds[0].program, d.lane)) d.lane = p.lane;
        isolation = std::max(isolation, layers[i].isolation);
        out.denied = out.denied || layers[i].denied;
    }
    if (d.reach_closed) d.reach.clear();
    d.isolation_level = isolation_name(isolation);
    for (const LayerDecision& layer : layers)
        for (const RuleInfo* never : layer.nevers)
            out.has_never = out.has_never || (never->property == Property::Allow && never->quorum > 0);
    const auto deny = [&](Denial denial, const std::string& detail) {
        d.rules.push_back(spoken(denial, detail));
        out.denied = true;
    };
    if (d.retain_at_least_ns && d.retain_at_most_ns && *d.retain_at_least_ns > *d.retain_at_most_ns)
        deny(Denial::RetentionConflict, "at least " + format_duration(*d.retain_at_least_ns) + ", at most " +
                                            format_duration(*d.retain_at_most_ns));
    if (request.isolation && isolation > *request.isolation)
        deny(Denial::IsolationUnavailable,
             "needs " + d.isolation_level + ", has " + std::string(isolation_name(*request.isolation)));
    return out;
}

}  // namespace remit
