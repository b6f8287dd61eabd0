// bench_generate FORM N REQUESTS DIR: writes the policy of each side, the requests and the answers to DIR.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "bench/generate/policies.h"

namespace {

using namespace bench;

std::string request_json(const Request& q) {
    std::string roles, own;
    for (int r : roles_of(q.roles)) roles += fmt::format("{}\"r{}\"", roles.empty() ? "" : ",", r);
    for (int r : roles_of(q.own_roles)) own += fmt::format("{}\"r{}\"", own.empty() ? "" : ",", r);
    return fmt::format(
        R"({{"tool":"{}","group":"{}","tier":"{}","score":{},"roles":[{}],"own_roles":[{}],"role_mask":{},"own_mask":{}}})",
        tool_name(q.tool), group_name(q.tool), kTierNames[q.tier], q.score, roles, own, q.roles, q.own_roles);
}

void write(const std::string& folder, const char* name, const std::string& text) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out << text;
    if (!out) {
        fmt::print(stderr, "bench_generate: cannot write {}/{}\n", folder, name);
        std::exit(3);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::optional<Form> form = argc == 5 ? form_of(argv[1]) : std::nullopt;
    if (!form) {
        fmt::print(stderr, "usage: bench_generate sparse|dense|adversarial N REQUESTS DIR\n");
        return 2;
    }
    const RuleSet set = make_rules(*form, std::atoi(argv[2]));
    const std::vector<Request> requests = make_requests(set, std::atoi(argv[3]));
    const std::string folder = argv[4];
    write(folder, "policy.remit", remit_policy(set));
    write(folder, "policy.cedar", cedar_policy(set));
    write(folder, "cedar_entities.json", cedar_actions(set));
    write(folder, "policy.rego", rego_policy(set));
    write(folder, "policy.cel", cel_policy(set));
    write(folder, "policy.casbin.csv", casbin_policy(set));
    write(folder, "policy.sapl", sapl_policy(set));
    write(folder, "rules.txt", plain_rules(set));
    std::string json, plain, answers;
    for (const Request& q : requests) {
        json += request_json(q) + "\n";
        plain += fmt::format("{} {} {} {} {}\n", q.tool, q.tier, q.score, q.own_roles, q.roles);
        answers += "aqd"[static_cast<int>(reference_answer(set, q))];
    }
    write(folder, "requests.jsonl", json);
    write(folder, "requests.txt", plain);
    write(folder, "answers.txt", answers);
    return 0;
}
