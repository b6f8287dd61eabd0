#include "workload.h"

#include <fmt/format.h>

#include <random>
#include <set>

namespace bench {

namespace {

int below(std::mt19937_64& random, int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); }

Rule random_rule(std::mt19937_64& random, int tools) {
    Rule r;
    r.form = static_cast<Form>(below(random, 7));
    r.tool = below(random, tools);
    r.group = below(random, 5) == 0 ? r.tool / kToolsOfGroup : -1;
    for (int i = 2 + below(random, 7); i > 0; --i) r.roles |= uint64_t{1} << below(random, kRoles);
    r.tier = below(random, kTiers);
    r.data = 1 + below(random, kClasses - 1);
    r.region = below(random, kRegions);
    r.amount = 100 * (1 + below(random, 1000)) + below(random, 100);
    r.weight = 5 + below(random, 40);
    return r;
}

const char* kTier[] = {"dev", "test", "stage", "prod"};
const char* kClass[] = {"public", "internal", "confidential", "restricted"};

std::string decimal(int64_t hundredths) { return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100); }

std::string selector(const Rule& r) { return r.group < 0 ? tool_name(r.tool) : fmt::format("g{}.*", r.group); }

std::string rule_text(const Rule& r, size_t number) {
    const std::string sel = selector(r);
    switch (r.form) {
        case Form::Allow: {
            std::string roles;
            for (int i = 0; i < kRoles; ++i)
                if (r.roles >> i & 1) roles += fmt::format("{}r{}", roles.empty() ? "" : ", ", i);
            return fmt::format("allow {} to {} including write when session.tier <= {}\n", roles, sel, kTier[r.tier]);
        }
        case Form::BlockData:
            return fmt::format("block {} when data >= {} and args.region == x{}\n", sel, kClass[r.data], r.region);
        case Form::BlockAmount:
            return fmt::format("block {} when args.amount > {} and session.tier == {}\n", sel, decimal(r.amount),
                               kTier[r.tier]);
        case Form::Risk:
            return fmt::format("risk n{} +{} for {} when args.amount > {}\n", number, r.weight, sel, decimal(r.amount));
        case Form::RiskProduction:
            return fmt::format("risk n{} +{} for {} when session.tier >= {} and data >= {}\n", number, r.weight, sel,
                               kTier[r.tier], kClass[r.data]);
        case Form::AskRisk:
            return fmt::format("ask r{} for {} when risk >= {} within 1h\n", number % kRoles, sel, r.weight + 20);
        case Form::AskAmount:
            return fmt::format("ask r{} for {} when args.amount >= {} and args.region != x{} within {}m\n",
                               number % kRoles, sel, decimal(r.amount), r.region, 1 + r.weight);
    }
    return "";
}

/// The condition as a programmer would write it; thresholds as literals.
std::string condition(const Rule& r) {
    switch (r.form) {
        case Form::Allow: return fmt::format("(q.roles & {}u) != 0 && q.tier <= {}", r.roles, r.tier);
        case Form::BlockData: return fmt::format("q.data >= {} && q.region == {}", r.data, r.region);
        case Form::BlockAmount: return fmt::format("q.amount > {} && q.tier == {}", r.amount, r.tier);
        case Form::Risk: return fmt::format("q.amount > {}", r.amount);
        case Form::RiskProduction: return fmt::format("q.tier >= {} && q.data >= {}", r.tier, r.data);
        case Form::AskRisk: return fmt::format("a.risk >= {}", r.weight + 20);
        case Form::AskAmount: return fmt::format("q.amount >= {} && q.region != {}", r.amount, r.region);
    }
    return "";
}

std::string effect(const Rule& r, size_t number) {
    const std::string note = fmt::format("a.rules[a.count++] = {};", number);
    switch (r.form) {
        case Form::Allow: return "a.allowed = 1; " + note;
        case Form::BlockData:
        case Form::BlockAmount: return "a.blocked = 1; " + note;
        case Form::Risk:
        case Form::RiskProduction: return fmt::format("a.risk += {}; ", r.weight) + note;
        case Form::AskRisk:
        case Form::AskAmount: return note;
    }
    return note;
}

int stratum(Form f) { return f == Form::Risk || f == Form::RiskProduction ? 0 : f == Form::AskRisk ? 2 : 1; }

}  // namespace

std::string tool_name(int tool) { return fmt::format("g{}.t{}", tool / kToolsOfGroup, tool); }

Workload make_workload(int rules) {
    std::mt19937_64 random(static_cast<uint64_t>(rules));
    Workload w;
    w.tools = std::max(4, rules / 16);
    std::set<std::string> seen;  // a policy is a set: repetitions would be one rule there and two by hand
    while (w.rules.size() < static_cast<size_t>(rules)) {
        const Rule r = random_rule(random, w.tools);
        if (seen.insert(rule_text(r, w.rules.size())).second) w.rules.push_back(r);
    }
    return w;
}

std::string policy_text(const Workload& w) {
    std::string out =
        "policy bench.rules\n\ntiers dev < test < stage < prod\nenum region { x0, x1, x2, x3, x4, x5, x6, x7 }\n";
    for (int r = 0; r < kRoles; ++r) out += fmt::format("role r{}\n", r);
    for (int t = 0; t < w.tools; ++t)
        out += fmt::format("tool {}(amount: decimal(2) min 0.00, region: region) write, trust vetted\n", tool_name(t));
    out += "lane medium when risk >= 40\nlane high when risk >= 80\n";
    for (size_t i = 0; i < w.rules.size(); ++i) out += rule_text(w.rules[i], i);
    return out;
}

std::string hand_written(const Workload& w, int n) {
    std::string out = "#include \"workload.h\"\n\nnamespace bench {\n\n";
    out += fmt::format("void hand_{}(const Request& q, Answer& a) {{\n    switch (q.tool) {{\n", n);
    for (int t = 0; t < w.tools; ++t) {
        out += fmt::format("        case {}:\n", t);
        for (int s = 0; s < 3; ++s) {
            if (s == 2)  // the lanes, from the risk
                out += fmt::format(
                    "            a.lane = a.risk >= 80 ? 2 : a.risk >= 40 ? 1 : 0;\n"
                    "            if (a.risk >= 40) a.rules[a.count++] = {0};\n            if (a.risk >= 80) "
                    "a.rules[a.count++] = {1};\n",
                    w.rules.size(), w.rules.size() + 1);
            for (size_t i = 0; i < w.rules.size(); ++i) {
                const Rule& r = w.rules[i];
                const bool covers = r.group < 0 ? r.tool == t : r.group == t / kToolsOfGroup;
                if (!covers || stratum(r.form) != s) continue;
                out += fmt::format("            if ({}) {{ {} }}\n", condition(r), effect(r, i));
            }
        }
        out += "            break;\n";
    }
    return out + "        default: break;\n    }\n}\n\n}  // namespace bench\n";
}

std::vector<Request> make_requests(const Workload& w, size_t count) {
    std::mt19937_64 random(7);
    std::vector<Request> out(count);
    for (Request& q : out) {
        q.tool = below(random, w.tools);
        q.tier = below(random, kTiers);
        q.data = below(random, kClasses);
        q.region = below(random, kRegions);
        for (int i = 1 + below(random, 3); i > 0; --i) q.roles |= uint64_t{1} << below(random, kRoles);
        q.amount = below(random, 120'000);
    }
    return out;
}

std::string request_json(const Request& q) {
    std::string roles;
    for (int i = 0; i < kRoles; ++i)
        if (q.roles >> i & 1) roles += fmt::format("{}\"r{}\"", roles.empty() ? "" : ",", i);
    return fmt::format(
        R"({{"id":"q","session":{{"id":"s","roles":[{}],"tier":"{}","tenant":"acme","owner":"ops@acme.example","scope":["*"],)"
        R"("retention":"standard","expires":"2100-01-01T00:00:00Z","revoked":false}},"call":{{"id":"c","tool":"{}","args":)"
        R"({{"amount":"{}","region":"x{}"}},"data":"{}"}},"state":{{"high_water":"public"}},"context":{{"time":"2026-01-01T00:00:00Z"}}}})",
        roles, kTier[q.tier], tool_name(q.tool), decimal(q.amount), q.region, kClass[q.data]);
}

}  // namespace bench
