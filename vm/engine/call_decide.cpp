// From frames to a Ruling: the kernel, and what its leaves and runs say, joined over layers as vm/engine/join.cpp and
// vm/engine/decider.cpp join decisions, without writing them down.
#include <algorithm>
#include <cstring>

#include "vm/engine/call_impl.h"
#include "vm/engine/property.h"
#include "vm/engine/spoken_rules.h"

namespace remit {

namespace {

/// What the effects of all layers come to.
struct Sum {
    uint32_t isolation = 0, asks = 0, effects = 0;
    int64_t at_least = -1, at_most = INT64_MAX;
    bool asked = false;
};
/// What those of one layer decide there.
struct OfLayer {
    bool asked = false, claims = false;  // claims: some never or always may speak
};

void add(const RuleInfo& rule, Sum& sum, OfLayer& layer) noexcept {
    switch (rule.kind) {
        case RuleKind::Allow:
        case RuleKind::Risk:
        case RuleKind::Lane: return;
        case RuleKind::Never: layer.claims = true; return;
        case RuleKind::Block:
            if (!rule.overridable) return;
            [[fallthrough]];
        case RuleKind::Ask:
            layer.asked = true;
            ++sum.asks;
            break;
        case RuleKind::Isolate: sum.isolation = std::max(sum.isolation, rule.level); break;
        case RuleKind::Retain:
            if (rule.at_least_ns >= 0) sum.at_least = std::max(sum.at_least, rule.at_least_ns);
            if (rule.at_most_ns >= 0) sum.at_most = std::min(sum.at_most, rule.at_most_ns);
            break;
        case RuleKind::Limit:
        case RuleKind::Quota:
        case RuleKind::Reach:
        case RuleKind::Record:
        case RuleKind::Redact:
        case RuleKind::Mark:
        case RuleKind::Count: break;
    }
    ++sum.effects;
}

template <class Visit>
void for_each_spoken(const CallLayer& layer, const Visit& visit) noexcept {
    for_each_spoken(*layer.plan->program, *layer.index, layer.outcome, visit);
}

void add_effects(const CallLayer& layer, Sum& sum, OfLayer& own) noexcept {
    for_each_spoken(layer, [&](const RuleInfo& rule) { add(rule, sum, own); });
}

/// Whether this claim, which may speak, denies a call that the layer allows.
bool is_broken(const CallLayer& layer, const RuleInfo& claim) noexcept {
    PropertyCheck check(claim, *layer.plan->program);
    for_each_spoken(layer, [&](const RuleInfo& rule) { check.see(rule); });
    const V* frame = layer.frame.data();
    return check.broken(frame[kSlotRisk].bits, frame[kSlotLane].bits);
}

uint32_t count_broken(const CallLayer& layer) noexcept {
    uint32_t broken = 0;
    for_each_spoken(layer, [&](const RuleInfo& rule) {
        if (rule.kind == RuleKind::Never && !rule.watch && is_broken(layer, rule)) ++broken;
    });
    return broken;
}

}  // namespace

/// The kernel, on a frame that is as it was before it last ran.
void Call::Impl::judge(CallLayer& layer) noexcept {
    V* frame = layer.frame.data();
    frame[kSlotRisk] = frame[kSlotLane] = V{0, 0};
    for (const WrittenState& w : layer.plan->written_by(*layer.tool_plan)) {
        frame[w.slot] = layer.state[w.state];
        if (w.is_count) frame[w.slot + 1] = V{0, 0};
    }
    Outcome& out = layer.outcome;
    out.allowed = out.blocked = out.asked = 0;
    out.matched_count = out.spoken_count = 0;
    if (session != nullptr)
        layer.kernel->judge_bound(layer.tool, layer.bound, frame, out);
    else
        layer.kernel->judge(layer.tool, frame, out);
}

void Call::Impl::decide() noexcept {
    if (stale) prepare();
    const bool simple = alone && time < expires;
    if (simple && rule_simply()) return;
    join(simple);
}

/// One layer that denies nothing by itself: unless some rule gives something, that is already all. The usual case.
bool Call::Impl::rule_simply() noexcept {
    CallLayer& layer = layers[0];
    judge(layer);
    const Outcome& out = layer.outcome;
    if ((out.spoken_count | out.matched_count) != 0) return false;
    const V* frame = layer.frame.data();
    const bool allowed = out.allowed != 0;
    const auto lane = std::min(static_cast<size_t>(frame[kSlotLane].bits), layer.plan->lane_to.size() - 1);
    Ruling& r = ruling;
    r.verdict = !allowed || out.blocked != 0 ? Verdict::Deny : out.asked != 0 ? Verdict::Ask : Verdict::Allow;
    r.evaluated = true;
    r.denials = allowed ? 0 : bit(Denial::NoAllow);
    r.lane = layer.plan->lane_to[lane];
    r.isolation = r.asks = r.effects = 0;
    r.risk = frame[kSlotRisk].bits;
    std::memcpy(r.policy, out.policy, sizeof r.policy);
    return true;
}

/// `judged`: the rules of the only layer have just run.
void Call::Impl::join(bool judged) noexcept {
    uint32_t found = denials;
    if (complete && has_time && expires <= time) found |= bit(Denial::SessionExpired);
    Sum sum;
    Ruling& r = ruling;
    r.risk = 0;
    r.lane = 0;
    bool denied = (found & (kStopping | bit(Denial::SessionExpired))) != 0, never = false;
    for (CallLayer& layer : layers) {
        layer.nevers_deny = false;
        if (!judged) layer.outcome.matched_count = layer.outcome.spoken_count = 0;
        if ((layer.denials & kStopping) != 0) continue;
        if (!judged) judge(layer);
        const Outcome& out = layer.outcome;
        const V* frame = layer.frame.data();
        r.risk = std::max(r.risk, frame[kSlotRisk].bits);
        const auto lane = std::min(static_cast<size_t>(frame[kSlotLane].bits), layer.plan->lane_to.size() - 1);
        r.lane = std::max(r.lane, layer.plan->lane_to[lane]);
        OfLayer own;
        own.asked = out.asked != 0;
        if ((out.spoken_count | out.matched_count) != 0) add_effects(layer, sum, own);
        sum.asked |= own.asked;
        if (out.allowed == 0) found |= bit(Denial::NoAllow);
        const bool refused = out.allowed == 0 || out.blocked != 0 ||
                             (layer.denials | (found & bit(Denial::SessionExpired))) != 0;
        denied |= refused;
        if (refused) continue;
        if (own.asked || !own.claims) continue;
        const uint32_t broken = count_broken(layer);
        layer.nevers_deny = broken != 0;
        never = never || layer.nevers_deny;
        sum.effects += broken;
    }
    if (sum.at_least > sum.at_most) found |= bit(Denial::RetentionConflict);
    if (has_isolation && sum.isolation > isolation) found |= bit(Denial::IsolationUnavailable);
    denied |= never || (found & (bit(Denial::RetentionConflict) | bit(Denial::IsolationUnavailable))) != 0;
    r.verdict = denied ? Verdict::Deny : sum.asked ? Verdict::Ask : Verdict::Allow;
    r.evaluated = evaluated;
    r.denials = found;
    r.isolation = sum.isolation;
    r.asks = sum.asks;
    r.effects = sum.effects;
    const CallLayer& first = layers[0];
    std::memcpy(r.policy, first.outcome.policy, sizeof r.policy);
}

bool Call::next_effect(EffectCursor& cursor, Effect& effect) const noexcept {
    const Impl& c = *impl_;
    for (; cursor.layer < c.layers.size(); cursor = {cursor.layer + 1, 0, 0, 0}) {
        const CallLayer& layer = c.layers[cursor.layer];
        const auto& rules = layer.plan->program->rules;
        const auto give = [&](uint32_t index) {
            const RuleInfo& rule = rules[index];
            switch (rule.kind) {
                case RuleKind::Allow:
                case RuleKind::Risk:
                case RuleKind::Lane: return false;
                case RuleKind::Block:
                    if (!rule.overridable) return false;
                    break;
                case RuleKind::Never:
                    if (!layer.nevers_deny || rule.watch || !is_broken(layer, rule)) return false;
                    break;
                case RuleKind::Ask:
                case RuleKind::Limit:
                case RuleKind::Quota:
                case RuleKind::Isolate:
                case RuleKind::Reach:
                case RuleKind::Record:
                case RuleKind::Redact:
                case RuleKind::Retain:
                case RuleKind::Mark:
                case RuleKind::Count: break;
            }
            effect = {cursor.layer, &rule, 0};
            if (rule.kind == RuleKind::Count) effect.charge = c.charge_of(layer, rule);
            return true;
        };
        while (cursor.spoken < layer.outcome.spoken_count) {
            const Spoken& s = layer.spoken[cursor.spoken];
            const auto items = layer.index->items(s.leaf->items);
            while (cursor.item < items.size()) {
                const Item& item = items[cursor.item++];
                if ((item.roles & s.roles) != 0 && give(item.rule)) return true;
            }
            ++cursor.spoken;
            cursor.item = 0;
        }
        while (cursor.matched < layer.outcome.matched_count)
            if (give(layer.matched[cursor.matched++])) return true;
    }
    return false;
}

int64_t Call::Impl::charge_of(const CallLayer& layer, const RuleInfo& rule) const noexcept {
    const auto named = [&](const StateDesc& s) { return s.is_count && s.name == rule.name; };
    const auto& all = layer.plan->program->states;
    const auto state = std::find_if(all.begin(), all.end(), named);
    return state == all.end() ? 0 : layer.frame[state->slot + 1].bits;
}

}  // namespace remit
