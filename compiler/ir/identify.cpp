// Identity: which text a rule and a policy are hashed as. What belongs in it is listed in docs/language.md; the canonical
// form is made before folding, so that a better folder never changes a hash.
#include <map>
#include <set>

#include "compiler/ir/ir.h"

namespace remit::ir {

namespace {

/// The guards of a rule's variants, each once: most rules have one.
std::string guards_text(const Policy& policy, const Rule& rule) {
    if (rule.variants.size() == 1 && rule.variants[0].summand == kNoNode)
        return "\n  when " + print(policy, rule.variants[0].guard);
    std::set<std::string> texts;
    for (const Variant& v : rule.variants) {
        std::string text = print(policy, v.guard);
        if (v.summand != kNoNode) text += " value " + print(policy, v.summand);
        texts.insert(std::move(text));
    }
    std::string out;
    for (const std::string& t : texts) out += "\n  when " + t;
    return out;
}

bool defines_state(const Rule& rule) {
    return (rule.info.kind == RuleKind::Mark || rule.info.kind == RuleKind::Count) && !rule.info.watch;
}

}  // namespace

void identify(const Policy& policy, Rule& rule) {
    rule.canonical = rule.head + guards_text(policy, rule);
    rule.info.id = sha256(rule.canonical);
}

void identify_states(Program& schema, std::span<const Rule* const> rules) {
    std::map<std::string_view, std::string> definitions;
    for (const Rule* rule : rules)
        if (defines_state(*rule)) definitions[rule->info.name] += rule->canonical + "\n";
    for (StateDesc& state : schema.states) state.id = sha256(definitions[state.name]);
}

Hash version_hash(const Program& schema, const std::vector<std::string>& declarations,
                  std::span<const Rule* const> rules, std::string& text) {
    text = "remit 1\npolicy " + schema.name + "\nparent " + hex(schema.parent) + "\n";
    for (const std::string& d : declarations) {
        text += d;
        text += '\n';
    }
    constexpr size_t kAhead = 8;  // rules lie in memory in another order
    for (size_t i = 0; i < rules.size(); ++i) {
        if (i + 2 * kAhead < rules.size()) __builtin_prefetch(&rules[i + 2 * kAhead]->canonical);
        if (i + kAhead < rules.size()) __builtin_prefetch(rules[i + kAhead]->canonical.data());
        text += rules[i]->canonical;
        text += '\n';
    }
    return sha256(text);
}

}  // namespace remit::ir
