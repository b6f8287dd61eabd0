#include "vm/engine/combine.h"

#include <algorithm>

#include "vm/engine/property.h"
#include "vm/engine/count_key.h"
#include "vm/engine/text.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

std::string_view kind_text(RuleKind kind) {
    switch (kind) {
        case RuleKind::Allow: return "allow";
        case RuleKind::Block: return "block";
        case RuleKind::Risk: return "risk";
        case RuleKind::Lane: return "lane";
        case RuleKind::Ask: return "ask";
        case RuleKind::Limit: return "limit";
        case RuleKind::Quota: return "quota";
        case RuleKind::Isolate: return "isolate";
        case RuleKind::Reach: return "reach";
        case RuleKind::Record: return "record";
        case RuleKind::Redact: return "redact";
        case RuleKind::Retain: return "retain";
        case RuleKind::Mark: return "mark";
        case RuleKind::Count: return "count";
        case RuleKind::Never: return "never";
    }
    return "";
}

/// One layer's rules, one after another, into its Decision.
class Combiner {
public:
    Combiner(const Request& request, const Bound& bound, LayerDecision& out)
        : request_(request), bound_(bound), program_(*bound.program), out_(out), d_(out.decision) {}
    void add(const RuleInfo& rule);

private:
    void obligation(const RuleInfo& rule);
    void lease(const RuleInfo& rule);
    void retain(const RuleInfo& rule);

    const Request& request_;
    const Bound& bound_;
    const Program& program_;
    LayerDecision& out_;
    Decision& d_;
};

void Combiner::add(const RuleInfo& rule) {
    if (rule.watch) {
        d_.watched.push_back(spoken(rule));
        return;
    }
    if (rule.kind == RuleKind::Never) {  // speaks only if it denies
        out_.nevers.push_back(&rule);
        return;
    }
    d_.rules.push_back(spoken(rule));
    switch (rule.kind) {
        case RuleKind::Allow:
        case RuleKind::Risk:
        case RuleKind::Lane:
        case RuleKind::Never: break;
        case RuleKind::Block:
            if (rule.overridable) obligation(rule);
            break;
        case RuleKind::Ask: obligation(rule); break;
        case RuleKind::Limit:
        case RuleKind::Quota: lease(rule); break;
        case RuleKind::Isolate:
            out_.isolation = std::max(out_.isolation, rule.level);
            d_.isolation_by.insert(rule.words.begin(), rule.words.end());
            break;
        case RuleKind::Reach:
            if (!rule.narrows) d_.reach_closed = false;
            d_.reach.insert(program_.egress[rule.egress].name);
            break;
        case RuleKind::Record: d_.record.insert(rule.words.begin(), rule.words.end()); break;
        case RuleKind::Redact: d_.redact.insert(rule.path); break;
        case RuleKind::Retain: retain(rule); break;
        case RuleKind::Mark: d_.marks.insert(rule.name); break;
        case RuleKind::Count:
            if (auto charge = charged(rule, bound_)) d_.counts.push_back(std::move(*charge));
            break;
    }
}

void Combiner::obligation(const RuleInfo& rule) {
    Obligation o;
    o.by = rule.signer == kSignerOwner ? "owner" : program_.roles[rule.signer];
    o.quorum = std::max<uint32_t>(1, rule.quorum);
    o.within_ns = rule.window_ns;
    o.with = rule.words;
    o.override = rule.kind == RuleKind::Block;
    join_obligation(d_.ask, o);
}

void Combiner::lease(const RuleInfo& rule) {
    Lease lease;
    lease.rule = to_text(rule.id);
    lease.kind = rule.kind == RuleKind::Limit ? "parallel" : "rate";
    lease.per = rule.per == Window::Session ? "session" : "tenant";
    lease.key = rule.per == Window::Session ? request_.session.id : request_.session.tenant;
    lease.max = rule.number;
    lease.over_ns = rule.kind == RuleKind::Quota ? rule.window_ns : 0;
    d_.leases.push_back(std::move(lease));
}

void Combiner::retain(const RuleInfo& rule) {
    if (rule.at_least_ns >= 0) d_.retain_at_least_ns = std::max(d_.retain_at_least_ns.value_or(0), rule.at_least_ns);
    if (rule.at_most_ns >= 0)
        d_.retain_at_most_ns = std::min(d_.retain_at_most_ns.value_or(INT64_MAX), rule.at_most_ns);
}

}  // namespace

std::optional<CountCharge> charged(const RuleInfo& rule, const Bound& bound) {
    const auto& states = bound.program->states;
    const auto named = [&](const StateDesc& s) { return s.is_count && s.name == rule.name; };
    const auto state = std::find_if(states.begin(), states.end(), named);
    if (state == states.end()) return std::nullopt;
    CountCharge c;
    c.name = rule.name;
    if (!state->key.empty())
        c.key = count_key(*bound.program, bound.program->tools[bound.tool], bound.arguments, *state).value_or("");
    c.raw = bound.frame[state->slot + 1].bits;
    if (c.raw == 0) return std::nullopt;  // a value that was seen before
    c.amount = c.raw == INT64_MAX ? "+max" : "+" + format_decimal(c.raw, state->scale);
    return c;
}

SpokenRule spoken(Denial denial, const std::string& detail) {
    SpokenRule r;
    r.rule = "builtin:" + std::string(info(denial).id);
    r.kind = "deny";
    r.because = std::string(info(denial).text);
    if (!detail.empty()) r.because += ": " + detail;
    return r;
}

SpokenRule spoken(const RuleInfo& rule) {
    SpokenRule r;
    r.rule = to_text(rule.id);
    r.at = rule.at;
    r.kind = rule.always ? "always" : kind_text(rule.kind);
    r.name = rule.name;
    r.because = rule.because;
    if (rule.kind == RuleKind::Risk) r.weight = rule.number;
    return r;
}

void join_obligation(std::vector<Obligation>& all, const Obligation& in) {
    const auto before = [](const Obligation& o, const std::string& by) { return o.by < by; };
    auto it = std::lower_bound(all.begin(), all.end(), in.by, before);
    if (it == all.end() || it->by != in.by) {
        it = all.insert(it, in);
    } else {
        it->quorum = std::max(it->quorum, in.quorum);
        it->within_ns = std::min(it->within_ns, in.within_ns);
        it->override = it->override || in.override;
        it->with.insert(it->with.end(), in.with.begin(), in.with.end());
    }
    std::sort(it->with.begin(), it->with.end());
    it->with.erase(std::unique(it->with.begin(), it->with.end()), it->with.end());
}

LayerDecision combine(const Request& request, const Bound& bound, const Outcome* outcome, const char* engine) {
    const Program& program = *bound.program;
    LayerDecision out;
    Decision& d = out.decision;
    d.id = request.id;
    d.engine = engine;
    d.after = bound.after;
    d.state_version = request.state.version;
    const Vocabulary& lanes = program.vocabularies[kVocLanes];
    d.lane = lanes.symbols.front();
    d.policy = to_text(program.hash);
    for (const Denied& denied : bound.denials) d.rules.push_back(spoken(denied.denial, denied.detail));
    out.denied = !bound.denials.empty();
    if (outcome == nullptr) {
        out.denied = true;
        return out;
    }
    const bool allowed = bound.after ||
                         outcome->allowed != 0;  // the call was allowed: its result is handed over unless blocked
    if (bound.ruled) d.policy = policy_text(*outcome);
    d.risk = bound.frame[kSlotRisk].bits;
    const auto lane = static_cast<size_t>(bound.frame[kSlotLane].bits);
    d.lane = lanes.symbols[std::min(lane, lanes.symbols.size() - 1)];
    if (!allowed) d.rules.push_back(spoken(Denial::NoAllow, ""));
    out.denied = out.denied || outcome->blocked != 0 || !allowed;
    Combiner combiner(request, bound, out);
    for (uint32_t i = 0; i < outcome->matched_count; ++i) combiner.add(program.rules[outcome->matched[i]]);
    const auto is_kept = [&](const RuleInfo* claim) {
        PropertyCheck check(*claim, program);
        for (uint32_t i = 0; i < outcome->matched_count; ++i) check.see(program.rules[outcome->matched[i]]);
        return !check.broken(bound.frame[kSlotRisk].bits, bound.frame[kSlotLane].bits);
    };
    std::erase_if(out.nevers, is_kept);
    const auto by_rule = [](const Lease& a, const Lease& b) { return a.rule < b.rule; };
    std::sort(d.leases.begin(), d.leases.end(), by_rule);
    const auto by_name = [](const CountCharge& a, const CountCharge& b) { return a.name < b.name; };
    std::sort(d.counts.begin(), d.counts.end(), by_name);
    d.isolation_level = isolation_name(out.isolation);
    return out;
}

}  // namespace remit
