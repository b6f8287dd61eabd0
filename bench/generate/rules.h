// The benchmark's rules and requests, from a seed: numbers that every side's policy text is made of. A rule is
//   tool == c and role in set and tier == t and score > threshold -> block | ask | allow
// The strictest effect wins; where nothing allows, the call is denied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class Form : uint8_t {
    Sparse,  // max(4, N / 16) tools: few rules for each
    Dense,   // 8 tools: many rules for each
    Adversarial,  // nine rules in ten on one tool, the rest on a group or on all tools; every role includes the one before it
};
std::optional<Form> form_of(std::string_view name);

enum class Effect : uint8_t { Block, Ask, Allow };  // the strictest first

inline constexpr int kTiers = 4, kRoles = 32, kToolsOfGroup = 4, kCallers = 256;
inline constexpr const char* kTierNames[kTiers] = {"dev", "test", "stage", "prod"};

enum class Cover : uint8_t { Tool, Group, All };
struct Rule {
    Effect effect = Effect::Allow;
    Cover cover = Cover::Tool;
    int tool = 0;
    int tier = 0, threshold = 0;
    uint32_t roles = 0;
};

struct Request {
    int tool = 0, tier = 0, score = 0;
    uint32_t own_roles = 0;  // as assigned
    uint32_t roles = 0;      // with those that they include
};

struct RuleSet {
    Form form = Form::Sparse;
    int tools = 0;
    bool chained_roles = false;
    std::vector<Rule> rules;
};

RuleSet make_rules(Form form, int count);
std::vector<Request> make_requests(const RuleSet& set, int count);

enum class Answer : uint8_t { Allow, Ask, Deny };
/// By looking at every rule: what all sides are held to.
Answer reference_answer(const RuleSet& set, const Request& request);

std::string group_name(int tool);  // "g3"
std::string tool_name(int tool);   // "g3.t13"
std::vector<int> roles_of(uint32_t mask);

}  // namespace bench
