#include "bench/ours/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace bench {
namespace {

std::vector<Request> read_requests(const std::string& path) {
    std::ifstream in(path);
    std::vector<Request> out;
    for (Request q; in >> q.tool >> q.tier >> q.score >> q.own_roles >> q.roles;) out.push_back(q);
    return out;
}

uint32_t index_of(const std::vector<std::string>& names, const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) fail("the policy has no " + name);
    return static_cast<uint32_t>(at - names.begin());
}

}  // namespace

Cases::Cases(const std::string& folder, const Engines& engines)
    : requests(read_requests(folder + "/requests.txt")), answers(read_file(folder + "/answers.txt")) {
    const remit::Program& program = engines.program->program();
    if (answers.size() != requests.size()) fail("answers.txt is not of these requests");
    if ((requests.size() & (requests.size() - 1)) != 0) fail("the number of requests must be a power of two");
    slots = program.slots.size();
    tool_count = static_cast<int>(program.tools.size());
    std::map<std::string, uint32_t> by_name;
    for (uint32_t t = 0; t < program.tools.size(); ++t) {
        by_name[program.tools[t].name] = t;
        if (program.tools[t].slots[0].value != remit::kNoSlot) score_slot = program.tools[t].slots[0].value;
    }
    tool_of_program.resize(program.tools.size());
    for (int t = 0; t < tool_count; ++t) tool_of_program[by_name.at(tool_name(t))] = static_cast<uint32_t>(t);
    std::vector<uint64_t> closure;
    for (int r = 0; r < kRoles; ++r) {
        const uint32_t index = index_of(program.roles, fmt::format("r{}", r));
        role_bits.push_back(uint64_t{1} << index);
        closure.push_back(program.role_closure[index][0]);
    }
    frames.resize(slots * requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
        const Request& q = requests[i];
        remit::V* f = frames.data() + i * slots;
        uint64_t mask = 0;
        role_names.emplace_back();
        for (int r : roles_of(q.own_roles)) {
            mask |= closure[static_cast<size_t>(r)];
            role_names.back().push_back(fmt::format("r{}", r));
        }
        f[remit::kSlotTier] = {q.tier, 0};
        f[remit::kSlotRoles] = {static_cast<int64_t>(mask), 0};
        f[score_slot] = {q.score, 0};
        tool_names.push_back(tool_name(q.tool));
        tools.push_back(by_name.at(tool_names.back()));
    }
}

ColumnCase::ColumnCase(const Cases& cases, const remit::Program& program)
    : values(program.slots.size()), slots(program.slots.size()), verdicts(cases.requests.size()) {
    for (uint32_t s : {uint32_t{remit::kSlotTier}, uint32_t{remit::kSlotRoles}, cases.score_slot}) {
        for (size_t i = 0; i < cases.requests.size(); ++i) values[s].push_back(cases.frame(i)[s].bits);
        slots[s] = values[s].data();
    }
    columns.size = cases.requests.size();
    columns.tool = cases.tools.data();
    columns.slot = slots.data();
    columns.verdict = verdicts.data();
}

std::vector<std::shared_ptr<const remit::Session>> bind_sessions(const Cases& cases,
                                                                 const std::shared_ptr<const remit::Policy>& policy) {
    std::map<std::pair<int, uint32_t>, std::shared_ptr<const remit::Session>> known;
    std::vector<std::shared_ptr<const remit::Session>> out;
    for (size_t i = 0; i < cases.requests.size(); ++i) {
        const Request& q = cases.requests[i];
        std::shared_ptr<const remit::Session>& session = known[{q.tier, q.own_roles}];
        if (session == nullptr) {
            remit::SessionSpec spec;
            spec.id = "s-1";
            spec.tier = kTierNames[q.tier];
            spec.tenant = "acme";
            spec.owner = "ops@acme.example";
            spec.retention = "standard";
            spec.roles.assign(cases.role_names[i].begin(), cases.role_names[i].end());
            spec.scope = {"*"};
            spec.expires = kExpires;
            auto bound = remit::Session::bind(policy, spec);
            if (!bound) fail(bound.error());
            session = *bound;
        }
        out.push_back(session);
    }
    return out;
}

std::string request_json(const Cases& cases, size_t i) {
    const Request& q = cases.requests[i];
    std::string roles;
    for (const std::string& r : cases.role_names[i]) roles += fmt::format("{}\"{}\"", roles.empty() ? "" : ",", r);
    return fmt::format(
        R"({{"id":"q","session":{{"id":"s-1","roles":[{}],"tier":"{}","tenant":"acme","owner":"ops@acme.example","scope":["*"],)"
        R"("retention":"standard","expires":"2100-01-01T00:00:00Z","revoked":false}},"call":{{"id":"c","tool":"{}","args":)"
        R"({{"score":{}}}}},"context":{{"time":"2026-01-01T00:00:00Z"}}}})",
        roles, kTierNames[q.tier], cases.tool_names[i], q.score);
}

}  // namespace bench
