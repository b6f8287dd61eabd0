#include "bench/generate/rules.h"

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

namespace bench {
namespace {

/// The same numbers on every machine; the distributions of the standard library promise no such thing.
class Random {
public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
    uint32_t roles(int count) {
        uint32_t mask = 0;
        for (int i = 0; i < count; ++i) mask |= uint32_t{1} << below(kRoles);
        return mask;
    }

private:
    std::mt19937_64 engine_;
};

Rule random_rule(Random& random, const RuleSet& set) {
    Rule r;
    const int effect = random.below(10);
    r.effect = effect < 3 ? Effect::Block : effect < 5 ? Effect::Ask : Effect::Allow;
    r.tool = random.below(set.tools);
    if (set.form == Form::Adversarial) {
        const int cover = random.below(20);
        r.tool = 0;
        r.cover = cover == 0 ? Cover::All : cover == 1 ? Cover::Group : Cover::Tool;
    }
    r.tier = random.below(kTiers);
    // Where hundreds of rules speak of one call, uniform thresholds would block nearly all of them.
    const int low = set.form == Form::Sparse ? 0 : r.effect == Effect::Block ? 60 : r.effect == Effect::Ask ? 30 : 0;
    r.threshold = low + random.below(90 - low);
    r.roles = random.roles(2 + random.below(7));
    return r;
}

bool covers(const Rule& r, int tool) {
    switch (r.cover) {
        case Cover::Tool: return r.tool == tool;
        case Cover::Group: return r.tool / kToolsOfGroup == tool / kToolsOfGroup;
        case Cover::All: return true;
    }
    return false;
}

/// Role i includes all roles before it.
uint32_t closed(uint32_t own) { return static_cast<uint32_t>((uint64_t{1} << (32 - __builtin_clz(own))) - 1); }

}  // namespace

std::optional<Form> form_of(std::string_view name) {
    if (name == "sparse") return Form::Sparse;
    if (name == "dense") return Form::Dense;
    if (name == "adversarial") return Form::Adversarial;
    return std::nullopt;
}

RuleSet make_rules(Form form, int count) {
    Random random(static_cast<uint64_t>(count) * 4 + static_cast<uint64_t>(form));
    RuleSet set;
    set.form = form;
    set.tools = form == Form::Sparse ? std::max(4, count / 16) : 8;
    set.chained_roles = form == Form::Adversarial;
    std::set<std::tuple<Effect, Cover, int, int, int, uint32_t>> seen;  // a policy is a set
    while (set.rules.size() < static_cast<size_t>(count)) {
        const Rule r = random_rule(random, set);
        if (seen.insert({r.effect, r.cover, r.tool, r.tier, r.threshold, r.roles}).second) set.rules.push_back(r);
    }
    return set;
}

std::vector<Request> make_requests(const RuleSet& set, int count) {
    Random random(7);
    std::vector<Request> out(static_cast<size_t>(count));
    struct Caller {
        int tier = 0;
        uint32_t roles = 0;
    };
    std::vector<Caller> callers(kCallers);
    for (Caller& c : callers) {
        c.tier = random.below(kTiers);
        c.roles = random.roles(1 + random.below(3));
    }
    for (Request& q : out) {
        const Caller& caller = callers[static_cast<size_t>(random.below(kCallers))];
        // Two in three adversarial requests go to the one tool that has the rules.
        const bool crowded = set.form == Form::Adversarial && random.below(3) != 0;
        q.tool = crowded ? 0 : random.below(set.tools);
        q.tier = caller.tier;
        q.score = random.below(101);
        q.own_roles = caller.roles;
        q.roles = set.chained_roles ? closed(q.own_roles) : q.own_roles;
    }
    return out;
}

Answer reference_answer(const RuleSet& set, const Request& q) {
    bool said[3] = {};
    for (const Rule& r : set.rules)
        if (r.tier == q.tier && q.score > r.threshold && (r.roles & q.roles) != 0 && covers(r, q.tool))
            said[static_cast<int>(r.effect)] = true;
    if (said[static_cast<int>(Effect::Block)] || !said[static_cast<int>(Effect::Allow)]) return Answer::Deny;
    return said[static_cast<int>(Effect::Ask)] ? Answer::Ask : Answer::Allow;
}

std::string group_name(int tool) { return "g" + std::to_string(tool / kToolsOfGroup); }
std::string tool_name(int tool) { return group_name(tool) + ".t" + std::to_string(tool); }

std::vector<int> roles_of(uint32_t mask) {
    std::vector<int> out;
    for (int r = 0; r < kRoles; ++r)
        if (mask >> r & 1) out.push_back(r);
    return out;
}

}  // namespace bench
