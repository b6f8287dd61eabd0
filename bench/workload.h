// The benchmark's policies: N rules over max(4, N / 16) tools, from a seed, so that the policy text, its hand-written twin and the
// requests agree. A rule is one of the forms that policies are made of; one in five covers a group of tools by a glob.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

enum class Form : uint8_t { Allow, BlockData, BlockAmount, Risk, RiskProduction, AskRisk, AskAmount };

struct Rule {
    Form form = Form::Allow;
    int group = -1;  // -1: one tool
    int tool = 0;
    uint64_t roles = 0;  // Allow
    int tier = 0, data = 0, region = 0;
    int64_t amount = 0;  // hundredths
    int64_t weight = 0;
};

struct Workload {
    int tools = 0;
    std::vector<Rule> rules;
};
inline constexpr int kRoles = 32, kTiers = 4, kClasses = 4, kRegions = 8, kToolsOfGroup = 4;

Workload make_workload(int rules);
std::string tool_name(int tool);  // "g3.t12": group and number
std::string policy_text(const Workload&);
std::string hand_written(const Workload&, int n);  // a C++ file with `void bench::hand_N(const Request&, Answer&)`

struct Request {
    int32_t tool = 0;
    int32_t tier = 0, data = 0, region = 0;
    uint64_t roles = 0;
    int64_t amount = 0;
};
struct Answer {
    int64_t risk = 0;
    int64_t allowed = 0, blocked = 0;
    int64_t lane = 0;
    uint32_t count = 0;
    uint32_t* rules = nullptr;  // numbers of the rules that spoke
};

std::vector<Request> make_requests(const Workload&, size_t count);
std::string request_json(const Request&);

}  // namespace bench
