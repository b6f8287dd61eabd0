// One rule set as the policy of each side, spelt as that side's documentation advises.
#pragma once

#include <string>

#include "bench/generate/rules.h"

namespace bench {

std::string remit_policy(const RuleSet&);
std::string cedar_policy(const RuleSet&);
std::string cedar_actions(const RuleSet&);  // the action hierarchy, as JSON entities
std::string rego_policy(const RuleSet&);
std::string cel_policy(const RuleSet&);     // effect TAB tool, group or * TAB expression
std::string casbin_policy(const RuleSet&);  // the model's `p` lines
std::string sapl_policy(const RuleSet&);    // policies, each ended by a line with %%
std::string plain_rules(const RuleSet&);    // numbers, for code by hand

}  // namespace bench
