#include "bench/generate/policies.h"

#include <fmt/format.h>

#include <iterator>

namespace bench {
namespace {

using Text = std::string;

template <class Each>
Text joined(const std::vector<int>& items, const char* separator, Each each) {
    Text out;
    for (int i : items) {
        if (!out.empty()) out += separator;
        out += each(i);
    }
    return out;
}

Text role(int r) { return fmt::format("r{}", r); }
Text quoted_role(int r) { return fmt::format("\"r{}\"", r); }
Text quoted_roles(const Rule& r) { return joined(roles_of(r.roles), ", ", quoted_role); }
const char* tier(const Rule& r) { return kTierNames[r.tier]; }

/// The tool, the group or `all`.
Text covered(const Rule& r, const char* all) {
    switch (r.cover) {
        case Cover::Tool: return tool_name(r.tool);
        case Cover::Group: return group_name(r.tool);
        case Cover::All: return all;
    }
    return "";
}

Text remit_rule(const Rule& r) {
    const Text what = r.cover == Cover::Group ? group_name(r.tool) + ".*" : covered(r, "*");
    const Text when = fmt::format("session.tier == {} and args.score > {}", tier(r), r.threshold);
    const Text some = joined(roles_of(r.roles), " or ", [](int i) { return fmt::format("r{} in session.roles", i); });
    switch (r.effect) {
        case Effect::Block: return fmt::format("block {} when {} and ({})\n", what, when, some);
        case Effect::Ask: return fmt::format("ask owner for {} when {} and ({}) within 1h\n", what, when, some);
        case Effect::Allow:
            return fmt::format("allow {} to {} including write when {}\n", joined(roles_of(r.roles), ", ", role), what,
                               when);
    }
    return "";
}

const char* word(Effect e) {
    switch (e) {
        case Effect::Block: return "block";
        case Effect::Ask: return "ask";
        case Effect::Allow: return "allow";
    }
    return "";
}

template <class Each>
Text each_rule(const RuleSet& set, Each each) {
    Text out;
    for (size_t i = 0; i < set.rules.size(); ++i) out += each(set.rules[i], i);
    return out;
}

}  // namespace

Text remit_policy(const RuleSet& set) {
    Text out = "policy bench.rules\n\ntiers dev < test < stage < prod\n";
    for (int r = 0; r < kRoles; ++r)
        out += set.chained_roles && r > 0 ? fmt::format("role r{} includes r{}\n", r, r - 1)
                                          : fmt::format("role r{}\n", r);
    for (int t = 0; t < set.tools; ++t) out += fmt::format("tool {}(score: int min 0 max 100) write\n", tool_name(t));
    return out + each_rule(set, [](const Rule& r, size_t) { return remit_rule(r); });
}

Text cedar_policy(const RuleSet& set) {
    return each_rule(set, [](const Rule& r, size_t i) {
        const Text action = r.cover == Cover::All     ? "action"
                            : r.cover == Cover::Group ? fmt::format("action in Action::\"{}\"", group_name(r.tool))
                                                      : fmt::format("action == Action::\"{}\"", tool_name(r.tool));
        const Text roles = joined(roles_of(r.roles), ", ", [](int k) { return fmt::format("Role::\"r{}\"", k); });
        return fmt::format(
            "@id(\"{}{}\") {}(principal, {}, resource) when {{ context.tier == \"{}\" && context.score > {} && "
            "principal in [{}] }};\n",
            word(r.effect), i, r.effect == Effect::Allow ? "permit" : "forbid", action, tier(r), r.threshold, roles);
    });
}

Text cedar_actions(const RuleSet& set) {
    Text out = "[";
    for (int t = 0; t < set.tools; ++t)
        out += fmt::format(
            R"({}{{"uid":{{"type":"Action","id":"{}"}},"attrs":{{}},"parents":[{{"type":"Action","id":"{}"}}]}})",
            t == 0 ? "" : ",\n", tool_name(t), group_name(t));
    for (int r = 0; r < kRoles; ++r)
        out += fmt::format(R"(,{}{{"uid":{{"type":"Role","id":"r{}"}},"attrs":{{}},"parents":[{}]}})", "\n", r,
                           set.chained_roles && r > 0 ? fmt::format(R"({{"type":"Role","id":"r{}"}})", r - 1) : "");
    return out + "]\n";
}

Text rego_policy(const RuleSet& set) {
    const Text head = R"(package bench

decision := "deny" if { block } else := "ask" if { ask; allow } else := "allow" if { allow } else := "deny"

)";
    return head + each_rule(set, [](const Rule& r, size_t) {
               const Text what = r.cover == Cover::All     ? ""
                                 : r.cover == Cover::Group ? fmt::format("input.group == \"{}\"; ", group_name(r.tool))
                                                           : fmt::format("input.tool == \"{}\"; ", tool_name(r.tool));
               return fmt::format("{} if {{ {}input.tier == \"{}\"; input.score > {}; input.roles[_] in {{{}}} }}\n",
                                  word(r.effect), what, tier(r), r.threshold, quoted_roles(r));
           });
}

Text cel_policy(const RuleSet& set) {
    return each_rule(set, [](const Rule& r, size_t) {
        return fmt::format("{}\t{}\ttier == \"{}\" && score > {} && roles.exists(r, r in [{}])\n", word(r.effect),
                           covered(r, "*"), tier(r), r.threshold, quoted_roles(r));
    });
}

Text casbin_policy(const RuleSet& set) {
    return each_rule(set, [](const Rule& r, size_t) {
        return fmt::format("p, {}, {}, {}, {}, {}\n", covered(r, "*"), tier(r), r.threshold, r.roles,
                           r.effect == Effect::Allow ? "allow" : "deny");
    });
}

Text sapl_policy(const RuleSet& set) {
    return each_rule(set, [](const Rule& r, size_t i) {
        const Text what = r.cover == Cover::All     ? ""
                          : r.cover == Cover::Group ? fmt::format("resource.group == \"{}\" & ", group_name(r.tool))
                                                    : fmt::format("action == \"{}\" & ", tool_name(r.tool));
        const Text roles = joined(roles_of(r.roles), " || ",
                                  [](int k) { return fmt::format("\"r{}\" in subject.roles", k); });
        return fmt::format(
            "policy \"{}{}\"\n{}\n  {}subject.tier == \"{}\"\nwhere\n  resource.score > {};\n  {};\n%%\n",
            word(r.effect), i, r.effect == Effect::Allow ? "permit" : "deny", what, tier(r), r.threshold, roles);
    });
}

Text plain_rules(const RuleSet& set) {
    return each_rule(set, [](const Rule& r, size_t) {
        return fmt::format("{} {} {} {} {} {}\n", static_cast<int>(r.effect), static_cast<int>(r.cover), r.tool, r.tier,
                           r.threshold, r.roles);
    });
}

}  // namespace bench
