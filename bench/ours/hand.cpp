#include "bench/ours/hand.h"

#include <algorithm>
#include <fstream>

#include "bench/generate/rules.h"

namespace bench {
namespace {

std::vector<Rule> read_rules(const std::string& path) {
    std::ifstream in(path);
    std::vector<Rule> out;
    Rule r;
    for (int effect = 0, cover = 0; in >> effect >> cover >> r.tool >> r.tier >> r.threshold >> r.roles;) {
        r.effect = static_cast<Effect>(effect);
        r.cover = static_cast<Cover>(cover);
        out.push_back(r);
    }
    return out;
}

}  // namespace

Hand::Hand(const std::string& rules_file, int tools, const std::vector<uint64_t>& role_bits, uint32_t tier_slot,
           uint32_t roles_slot, uint32_t score_slot)
    : tier_slot_(tier_slot), roles_slot_(roles_slot), score_slot_(score_slot), tools_(static_cast<size_t>(tools)) {
    const std::vector<Rule> rules = read_rules(rules_file);
    std::vector<std::vector<const Rule*>> by_tool(tools_.size());
    for (const Rule& r : rules)
        for (int t = r.cover == Cover::Tool ? r.tool : 0; t < tools; ++t) {
            if (r.cover == Cover::Tool && t != r.tool) break;
            if (r.cover == Cover::Group && t / kToolsOfGroup != r.tool / kToolsOfGroup) continue;
            by_tool[static_cast<size_t>(t)].push_back(&r);
        }
    std::vector<size_t> begins;
    for (size_t t = 0; t < tools_.size(); ++t) {
        bool cut[kScores + 1] = {};
        for (const Rule* r : by_tool[t]) cut[r->threshold + 1] = true;
        uint8_t c = 0;
        for (int s = 0; s < kScores; ++s) tools_[t].class_of[s] = c = static_cast<uint8_t>(c + (s > 0 && cut[s]));
        tools_[t].classes = c + 1;
        begins.push_back(said_.size());
        said_.resize(said_.size() + static_cast<size_t>(kTiers * tools_[t].classes));
        for (const Rule* r : by_tool[t]) {
            uint64_t mask = 0;
            for (int role : roles_of(r->roles)) mask |= role_bits[static_cast<size_t>(role)];
            for (int64_t k = tools_[t].class_of[r->threshold + 1]; k < tools_[t].classes; ++k) {
                Said& said = said_[begins[t] + static_cast<size_t>(r->tier * tools_[t].classes + k)];
                (r->effect == Effect::Block ? said.block : r->effect == Effect::Ask ? said.ask : said.allow) |= mask;
            }
        }
    }
    for (size_t t = 0; t < tools_.size(); ++t) tools_[t].said = said_.data() + begins[t];
}

void Hand::judge(uint32_t tool, const remit::V* frame, remit::Outcome& out) const noexcept {
    const Tool& t = tools_[tool];
    const uint64_t roles = static_cast<uint64_t>(frame[roles_slot_].bits);
    const Said& said = t.said[frame[tier_slot_].bits * t.classes + t.class_of[frame[score_slot_].bits]];
    out.allowed = static_cast<int64_t>(said.allow & roles);
    out.blocked = static_cast<int64_t>(said.block & roles);
    out.asked = static_cast<int64_t>(said.ask & roles);
    for (int i = 0; i < 4; ++i) out.policy[i] = version_[i];
}

}  // namespace bench
