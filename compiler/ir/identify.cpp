// Identity: which text a rule and a policy are hashed as. What belongs in it is listed in docs/language.md; the canonical
// form is made before folding, so that a better folder never changes a hash.
#include <algorithm>
#include <set>

#include "compiler/ir/ir.h"

namespace remit::ir {

namespace {

/// The guards of a rule's variants, each once: most rules have one.
std::string guards_text(const Policy& policy, const Rule& rule) {
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

void sort_and_deduplicate(std::vector<Rule>& rules) {
    std::stable_sort(rules.begin(), rules.end(),
                     [](const Rule& a, const Rule& b) { return a.canonical < b.canonical; });
    rules.erase(std::unique(rules.begin(), rules.end(),
                            [](const Rule& a, const Rule& b) { return a.canonical == b.canonical; }),
                rules.end());
}

}  // namespace

void identify(Policy& policy, std::string* canonical_text) {
    for (Rule& rule : policy.rules) {
        rule.canonical = rule.head + guards_text(policy, rule);
        rule.info.id = sha256(rule.canonical);
    }
    sort_and_deduplicate(policy.rules);

    std::sort(policy.declarations.begin(), policy.declarations.end());
    std::string text = "remit 1\npolicy " + policy.schema.name + "\n";
    text += "parent " + hex(policy.schema.parent) + "\n";
    for (const std::string& d : policy.declarations) text += d + "\n";
    for (const Rule& rule : policy.rules) text += rule.canonical + "\n";
    policy.schema.hash = sha256(text);

    for (StateDesc& state : policy.schema.states) {
        std::string definition;
        for (const Rule& rule : policy.rules)
            if ((rule.info.kind == RuleKind::Mark || rule.info.kind == RuleKind::Count) && rule.info.name == state.name)
                definition += rule.canonical + "\n";
        state.id = sha256(definition);
    }
    if (canonical_text) *canonical_text = std::move(text);
}

}  // namespace remit::ir
