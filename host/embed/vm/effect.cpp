// Effects: what a rule gives, as the ABI's struct.
#include <algorithm>
#include <limits>

#include "host/embed/vm/call.h"

namespace remit::embed {

namespace {

remit_str text(const std::string& from) noexcept { return {from.data(), from.size()}; }
remit_str text(const char* from) noexcept { return {from, std::char_traits<char>::length(from)}; }

remit_str signer(const Program& program, const RuleInfo& rule) noexcept {
    return rule.signer == kSignerOwner ? text("owner") : text(program.roles[rule.signer]);
}
remit_str window(Window per) noexcept {
    switch (per) {
        case Window::Session: return text("session");
        case Window::Tenant: return text("tenant");
    }
    return text("");
}

void describe(const Program& program, const Effect& effect, remit_effect& out) {
    const RuleInfo& rule = *effect.rule;
    out.number = rule.number;
    switch (rule.kind) {
        case RuleKind::Block:
            if (!rule.overridable) break;
            [[fallthrough]];
        case RuleKind::Ask:
        case RuleKind::Never:
            out.kind = rule.kind == RuleKind::Never ? REMIT_EFFECT_NEVER : REMIT_EFFECT_ASK;
            out.number = rule.quorum;
            out.span = rule.window_ns;
            if (rule.quorum != 0) out.name = signer(program, rule);
            break;
        case RuleKind::Limit:
        case RuleKind::Quota:
            out.kind = rule.kind == RuleKind::Limit ? REMIT_EFFECT_LIMIT : REMIT_EFFECT_QUOTA;
            out.span = rule.window_ns;
            out.name = window(rule.per);
            break;
        case RuleKind::Isolate:
            out.kind = REMIT_EFFECT_ISOLATE;
            out.number = rule.level;
            break;
        case RuleKind::Reach:
            out.kind = REMIT_EFFECT_REACH;
            out.name = text(program.egress[rule.egress].name);
            break;
        case RuleKind::Record: out.kind = REMIT_EFFECT_RECORD; break;
        case RuleKind::Redact:
            out.kind = REMIT_EFFECT_REDACT;
            out.name = text(rule.path);
            break;
        case RuleKind::Retain:
            out.kind = REMIT_EFFECT_RETAIN;
            out.number = rule.at_least_ns;
            out.span = rule.at_most_ns;
            break;
        case RuleKind::Mark:
        case RuleKind::Count:
            out.kind = rule.kind == RuleKind::Mark ? REMIT_EFFECT_MARK : REMIT_EFFECT_COUNT;
            out.number = effect.charge;
            out.name = text(rule.name);
            break;
        case RuleKind::Allow:
        case RuleKind::Risk:
        case RuleKind::Lane: break;  // no effects
    }
}

}  // namespace

void HostedCall::next_effect(remit_effect& out) {
    out = remit_init<remit_effect>();
    Effect effect;
    do {
        if (!has_effects_ || !call_->next_effect(cursor_, effect)) {
            out.kind = REMIT_EFFECT_NONE;
            has_effects_ = false;
            return;
        }
        describe(edition_.policy->layers()[effect.layer].program->program(), effect, out);
    } while (out.kind == REMIT_EFFECT_NONE);
    out.layer = effect.layer;
    out.because = text(effect.rule->because);
    out.at = text(effect.rule->at);
    std::copy(effect.rule->id.begin(), effect.rule->id.end(), out.rule);
    words_.clear();
    for (const std::string& word : effect.rule->words) words_.push_back(text(word));
    out.words = words_.data();
    out.word_count = static_cast<uint32_t>(words_.size());
}

}  // namespace remit::embed
