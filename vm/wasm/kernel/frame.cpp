#include <algorithm>

#include "vm/engine/property.h"
#include "vm/engine/spoken_rules.h"
#include "vm/value/scalar.h"
#include "vm/wasm/kernel/module.h"

namespace remit::wasm {

Frame::Frame(const Layer& layer) : layer_(layer), walk_(layer.program->program(), layer.program->index()) {
    const Program& p = layer_.program->program();
    slots_.resize(std::max<size_t>(p.slots.size(), kSlotRoles + p.role_words()));
    texts_.resize(p.slots.size());
    matched_.resize(p.rules.size() + 1);
    spoken_.resize(layer_.program->index().most_probes() + 1);
    clear();
}

void Frame::clear() {
    std::fill(slots_.begin(), slots_.end(), error(Err::Absent));
    slots_[kSlotRisk] = slots_[kSlotLane] = slots_[kSlotData] = V{};
    for (uint32_t w = 0; w < layer_.program->program().role_words(); ++w) slots_[kSlotRoles + w] = V{};
}

bool Frame::text(uint32_t slot, std::string_view text) {
    const Program& p = layer_.program->program();
    if (slot >= p.slots.size()) return false;
    if (texts_[slot] == nullptr) texts_[slot] = std::make_unique<Text>();
    Text& t = *texts_[slot];
    const auto keep = [&](int part, std::string value) {
        t.parts[part] = std::move(value);
        return Str{t.parts[part].data(), static_cast<uint32_t>(t.parts[part].size()), 0};
    };
    switch (p.types[p.slots[slot].type].kind) {
        case Kind::Str:
            t.str = keep(0, std::string(text));
            slots_[slot] = ref(&t.str);
            return true;
        case Kind::Url: {
            auto parts = parse_url(text);
            if (!parts) return false;
            t.url = {keep(0, std::move(parts->text)), keep(1, std::move(parts->scheme)),
                     keep(2, std::move(parts->host)), keep(3, std::move(parts->path)), parts->port};
            slots_[slot] = ref(&t.url);
            return true;
        }
        case Kind::Email: {
            auto parts = parse_email(text);
            if (!parts) return false;
            t.email = {keep(0, std::move(parts->text)), keep(1, std::move(parts->local)),
                       keep(2, std::move(parts->domain))};
            slots_[slot] = ref(&t.email);
            return true;
        }
        case Kind::Net: {
            const auto ip = parse_ip(text);
            const auto net = ip ? ip : parse_cidr(text);
            if (!net) return false;
            t.net = *net;
            slots_[slot] = ref(&t.net);
            return true;
        }
        case Kind::Truth:
        case Kind::Int:
        case Kind::List:
        case Kind::Record:
        case Kind::Any: break;
    }
    return false;
}

/// Whether this claim, which may speak, denies a call that is allowed.
bool Frame::is_broken(const RuleInfo& claim, const Outcome& out, const V* frame) const noexcept {
    PropertyCheck check(claim, layer_.program->program());
    for_each_spoken(layer_.program->program(), layer_.program->index(), out,
                    [&](const RuleInfo& rule) { check.see(rule); });
    return check.broken(frame[kSlotRisk].bits, frame[kSlotLane].bits);
}

Verdict Frame::judge(uint32_t tool, V* frame) noexcept {
    if (walk_.serves(tool)) return walk_.judge(tool, frame);
    frame[kSlotRisk] = frame[kSlotLane] = V{};
    Outcome out;
    out.matched = matched_.data();
    out.spoken = spoken_.data();
    layer_.kernel->judge(tool, frame, out);
    if (out.blocked != 0 || out.allowed == 0) return Verdict::Deny;
    if (out.asked != 0) return Verdict::Ask;
    Verdict verdict = Verdict::Allow;
    const auto& rules = layer_.program->program().rules;
    for (uint32_t i = 0; i < out.matched_count; ++i) {
        const RuleInfo& rule = rules[out.matched[i]];
        if (rule.asks()) return Verdict::Ask;
        if (rule.kind == RuleKind::Never && is_broken(rule, out, frame)) verdict = Verdict::Deny;
    }
    return verdict;
}

}  // namespace remit::wasm
