#include "vm/index/effect.h"

#include <unordered_map>

namespace remit::indexing {

namespace {

/// All that `vm/engine/combine` reads of a rule of a kind that joins by what it gives; empty for other kinds.
std::string effect_key(const RuleInfo& r) {
    std::string key(1, static_cast<char>(r.kind));
    const auto number = [&](auto n) { key.append(reinterpret_cast<const char*>(&n), sizeof n); };
    const auto words = [&] {
        for (const std::string& w : r.words) {
            number(w.size());
            key += w;
        }
    };
    switch (r.kind) {
        case RuleKind::Block:
            if (!r.overridable) break;
            [[fallthrough]];
        case RuleKind::Ask:
            number(r.signer), number(r.quorum), number(r.window_ns);
            words();
            return key;
        case RuleKind::Isolate:
            number(r.level);
            words();
            return key;
        case RuleKind::Reach: number(r.egress), number(r.narrows); return key;
        case RuleKind::Record: words(); return key;
        case RuleKind::Redact: return key + r.path;
        case RuleKind::Retain: number(r.at_least_ns), number(r.at_most_ns); return key;
        case RuleKind::Allow:
        case RuleKind::Risk:
        case RuleKind::Lane:
        case RuleKind::Limit:
        case RuleKind::Quota:
        case RuleKind::Mark:
        case RuleKind::Count:
        case RuleKind::Never: break;
    }
    return {};
}

}  // namespace

std::vector<uint32_t> same_effects(const Program& program) {
    std::unordered_map<std::string, uint32_t> known;
    std::vector<uint32_t> out;
    out.reserve(program.rules.size());
    for (uint32_t i = 0; i < program.rules.size(); ++i) {
        std::string key = effect_key(program.rules[i]);
        out.push_back(key.empty() ? i : known.try_emplace(std::move(key), i).first->second);
    }
    return out;
}

}  // namespace remit::indexing
