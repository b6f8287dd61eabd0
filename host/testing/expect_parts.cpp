// Expectations on what comes with a verdict.
#include "host/testing/check.h"
#include "vm/value/scalar.h"

namespace remit::expecting {

namespace {

std::vector<std::string> list(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

std::string risk_terms(const Decision& decision) {
    std::vector<std::string> terms;
    for (const SpokenRule& rule : decision.rules) {
        if (rule.kind == "risk") terms.push_back(fmt::format("{} +{}", rule.name, rule.weight));
    }
    return terms.empty() ? "" : fmt::format(" ({})", join(terms, ", "));
}

/// What a rule may be called by: its kind, name, reason, place (`file:line`) and identity.
bool answers_to(const SpokenRule& rule, const std::string& word) {
    if (word == rule.kind || word == rule.name || word == rule.because || word == rule.rule) return true;
    if (rule.rule == "builtin:" + word) return true;
    return !rule.at.empty() && (rule.at == word || rule.at.starts_with(word + ":") || rule.at.ends_with("/" + word) ||
                                rule.at.find("/" + word + ":") != std::string::npos);
}

std::string describe(const SpokenRule& rule) {
    std::string out = rule.kind;
    if (!rule.name.empty()) out += " " + rule.name;
    out += " " + (rule.at.empty() ? rule.rule : rule.at);
    return out;
}

}  // namespace

void check_risk(const Check& check) {
    const auto wanted = check.words.size() == 1 ? parse_int(check.words[0]) : std::nullopt;
    check.require(wanted == check.decision.risk, check.written(),
                  fmt::format("risk {}{}", check.decision.risk, risk_terms(check.decision)));
}

void check_lane(const Check& check) {
    check.require(check.words == std::vector{check.decision.lane}, check.written(), "lane " + check.decision.lane);
}

void check_record(const Check& check) { check.require_all(list(check.decision.record)); }

void check_mark(const Check& check) { check.require_all(list(check.decision.marks)); }

void check_evidence(const Check& check) {
    std::set<std::string> with;
    for (const Obligation& obligation : check.decision.ask) with.insert(obligation.with.begin(), obligation.with.end());
    check.require_all(list(with));
}

void check_override(const Check& check) {
    std::set<std::string> by;
    for (const Obligation& obligation : check.decision.ask)
        if (obligation.override) by.insert(obligation.by);
    check.require_all(list(by));
}

/// `rule risk large`, `watched risk large`: some rule that spoke answers to every word.
void check_rule(const Check& check) {
    std::vector<std::string> have;
    bool holds = false;
    for (const SpokenRule& rule : check.what() == "watched" ? check.decision.watched : check.decision.rules) {
        have.push_back(describe(rule));
        holds = holds ||
                (!check.words.empty() && std::all_of(check.words.begin(), check.words.end(),
                                                     [&](const std::string& word) { return answers_to(rule, word); }));
    }
    check.require(holds, check.written(), have.empty() ? "no rule spoke" : "rules " + join(have, ", "));
}

void check_reach(const Check& check) {
    const Decision& decision = check.decision;
    const std::string got = decision.reach_closed ? "closed"
                                                  : join({decision.reach.begin(), decision.reach.end()}, " ");
    const bool asks_closed = check.words.size() == 1 && (check.words[0] == "closed" || check.words[0] == "none");
    if (asks_closed) {
        check.require(decision.reach_closed || decision.reach.empty(), "reach closed", "reach " + got);
        return;
    }
    const bool all = std::all_of(check.words.begin(), check.words.end(),
                                 [&](const auto& w) { return decision.reach.count(w) != 0; });
    check.require(!decision.reach_closed && all && !check.words.empty(), "reach " + join(check.words, " "),
                  "reach " + got);
}

/// `isolate LEVEL`, `isolate by KEY ...`, `isolate LEVEL by KEY ...`: the level exactly, the keys among those there
/// are.
void check_isolate(const Check& check) {
    const Decision& decision = check.decision;
    const auto by = std::find(check.words.begin(), check.words.end(), "by");
    bool holds = !check.words.empty();
    for (auto word = check.words.begin(); word != by; ++word) holds = holds && *word == decision.isolation_level;
    if (by != check.words.end()) {
        holds = holds && std::all_of(by + 1, check.words.end(),
                                     [&](const auto& w) { return decision.isolation_by.count(w) != 0; });
    }
    const std::string keys = join({decision.isolation_by.begin(), decision.isolation_by.end()}, " ");
    check.require(holds, check.written(),
                  fmt::format("isolate {}{}{}", decision.isolation_level, keys.empty() ? "" : " by ", keys));
}

namespace {

/// `/customer` and `args.customer` name the same argument; `/result/email` is `result.email` already.
std::string json_pointer_to_path(std::string_view pointer, bool after) {
    if (!pointer.starts_with('/')) return std::string(pointer);
    std::string out = after ? "" : "args";
    for (const char c : pointer.substr(after ? 1 : 0)) out += c == '/' ? '.' : c;
    return out;
}

}  // namespace

void check_redact(const Check& check) {
    std::vector<std::string> have;
    for (const std::string& path : check.decision.redact)
        have.push_back(json_pointer_to_path(path, check.decision.after));
    check.require_all(have);
}

/// `retain at least D`, `retain at most D`, one after the other.
void check_retain(const Check& check) {
    const Decision& decision = check.decision;
    const auto text = [](const std::optional<int64_t>& ns, std::string_view word) {
        return ns ? fmt::format(" at {} {}", word, format_duration(*ns)) : std::string();
    };
    bool holds = !check.words.empty();
    for (size_t i = 0; i < check.words.size(); ++i) {
        const std::string& word = check.words[i];
        if (word == "at" || word == "least" || word == "most") continue;
        const bool most = i > 0 && check.words[i - 1] == "most";
        const auto wanted = parse_duration(word);
        holds = holds && wanted && (most ? decision.retain_at_most_ns : decision.retain_at_least_ns) == wanted;
    }
    const std::string got = text(decision.retain_at_least_ns, "least") + text(decision.retain_at_most_ns, "most");
    check.require(holds, check.written(), "retain" + (got.empty() ? " nothing" : got));
}

/// `count NAME` or `count NAME AMOUNT`.
void check_count(const Check& check) {
    std::vector<std::string> have;
    bool holds = check.says_nothing() && check.decision.counts.empty();
    for (const CountCharge& charge : check.decision.counts) {
        have.push_back(fmt::format("{} {}", charge.name, charge.amount));
        if (check.words.empty() || charge.name != check.words[0]) continue;
        std::vector<std::string> words = check.words;  // of a count that is kept by an argument, less its key
        if (charge.key && words.size() > 1 && words[1] == *charge.key) words.erase(words.begin() + 1);
        const std::string_view amount = std::string_view(charge.amount).substr(charge.amount.starts_with('+') ? 1 : 0);
        // Scales may differ between what was written and what is counted.
        const auto wanted = words.size() > 1 ? parse_decimal(words[1], 9) : std::nullopt;
        holds = words.size() == 1 || words[1] == amount || (wanted && wanted == parse_decimal(amount, 9));
    }
    check.require(holds, check.written(), "count " + (have.empty() ? "nothing" : join(have, ", ")));
}

/// `limit 4 parallel per session`: some lease has every word; numbers are its maximum, durations its window.
void check_lease(const Check& check) {
    const std::string_view kind = check.what() == "quota" ? "rate" : "parallel";
    std::vector<std::string> have;
    bool holds = false;
    for (const Lease& lease : check.decision.leases) {
        if (lease.kind != kind) continue;
        std::vector<std::string> parts = {std::to_string(lease.max), "per", lease.per};
        if (lease.kind == "rate")
            parts.insert(parts.begin() + 1, {"over", format_duration(lease.over_ns)});
        else
            parts.insert(parts.begin() + 1, "parallel");
        have.push_back(join(parts, " "));
        holds = holds || std::all_of(check.words.begin(), check.words.end(), [&](const std::string& w) {
                    const auto window = parse_duration(w);
                    return std::find(parts.begin(), parts.end(), w) != parts.end() ||
                           (window && lease.kind == "rate" && *window == lease.over_ns);
                });
    }
    check.require(holds || (check.says_nothing() && have.empty()), check.written(),
                  fmt::format("{} {}", check.what(), have.empty() ? "nothing" : join(have, ", ")));
}

void check_because(const Check& check) {
    std::vector<std::string> have;
    for (const SpokenRule& rule : check.decision.rules) {
        if (!rule.because.empty()) have.push_back(rule.because);
        if (rule.kind == "deny") have.push_back(rule.rule);
    }
    const bool all = std::all_of(check.words.begin(), check.words.end(), [&](const std::string& w) {
        return std::find(have.begin(), have.end(), w) != have.end() ||
               std::find(have.begin(), have.end(), "builtin:" + w) != have.end();
    });
    check.require(all && !check.words.empty(), fmt::format("because \"{}\"", join(check.words, "\" \"")),
                  have.empty() ? "nothing said why" : fmt::format("because \"{}\"", join(have, "\", \"")));
}

}  // namespace remit::expecting
