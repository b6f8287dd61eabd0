#include "host/testing/expect.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/testing/literal.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string signer_text(std::string_view who, uint64_t quorum) {
    return quorum == 1 ? std::string(who) : fmt::format("{} of {}", quorum, who);
}

/// One expectation at work: its words, and the decision that it is held against.
struct Check {
    const Decision& decision;
    Span span;
    std::vector<std::string> words;
    bool negated = false;
    std::vector<Mismatch>& mismatches;

    void require(bool holds, std::string expected, std::string got) const {
        if (holds != negated) return;
        mismatches.push_back({span, (negated ? "not " : "") + std::move(expected), std::move(got)});
    }
    /// Words after `skip` of them are all in `have`.
    template <class Names>
    void require_all(std::string_view what, const Names& have) const {
        const std::vector<std::string> got(have.begin(), have.end());
        const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& w) {
            return std::find(got.begin(), got.end(), w) != got.end();
        });
        require(all && !words.empty(), fmt::format("{} {}", what, join(words, " ")),
                fmt::format("{} {}", what, got.empty() ? "nothing" : join(got, " ")));
    }
};

std::map<std::string, uint64_t> obligations_of(const Decision& decision) {
    std::map<std::string, uint64_t> out;
    for (const Obligation& obligation : decision.ask) {
        if (!obligation.met) out[obligation.by] = obligation.quorum;
    }
    return out;
}

std::string why(const Decision& decision) {
    std::vector<std::string> parts;
    for (const SpokenRule& rule : decision.rules) {
        if (rule.kind == "deny") parts.push_back(rule.rule);
        if (rule.kind == "block" || rule.kind == "never") parts.push_back(fmt::format("{} {}", rule.kind, rule.at));
    }
    if (decision.verdict == Verdict::Deny && parts.empty()) parts.emplace_back("no allow rule matched");
    if (!decision.error.empty()) parts.push_back(decision.error);
    return parts.empty() ? "" : fmt::format(" ({})", join(parts, "; "));
}

void check_ask(const Check& check, const std::vector<ast::Signer>& signers) {
    std::map<std::string, uint64_t> wanted;
    std::vector<std::string> texts;
    for (const ast::Signer& signer : signers) {
        const auto quorum = signer.quorum ? parse_int(signer.quorum->text).value_or(-1) : 1;
        uint64_t& most = wanted[signer.who.text];
        most = std::max(most, static_cast<uint64_t>(std::max<int64_t>(quorum, 0)));
        texts.push_back(signer_text(signer.who.text, static_cast<uint64_t>(quorum)));
    }
    const bool verdict = check.decision.verdict == Verdict::Ask;
    const bool holds = verdict && (wanted.empty() || wanted == obligations_of(check.decision));
    check.require(holds, texts.empty() ? "ask" : "ask " + join(texts, " and "),
                  describe_verdict(check.decision) + why(check.decision));
}

std::string risk_terms(const Decision& decision) {
    std::vector<std::string> terms;
    for (const SpokenRule& rule : decision.rules) {
        if (rule.kind == "risk") terms.push_back(fmt::format("{} +{}", rule.name, rule.weight));
    }
    return terms.empty() ? "" : fmt::format(" ({})", join(terms, ", "));
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
    check.require(holds, "isolate " + join(check.words, " "),
                  fmt::format("isolate {}{}{}", decision.isolation_level, keys.empty() ? "" : " by ", keys));
}

/// `/customer` and `args.customer` name the same argument.
std::string json_pointer_to_path(std::string_view pointer) {
    if (!pointer.starts_with('/')) return std::string(pointer);
    std::string out = "args";
    for (const char c : pointer) out += c == '/' ? '.' : c;
    return out;
}

void check_redact(const Check& check) {
    std::vector<std::string> have;
    for (const std::string& path : check.decision.redact) have.push_back(json_pointer_to_path(path));
    check.require_all("redact", have);
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
    check.require(holds, "retain " + join(check.words, " "), "retain" + (got.empty() ? " nothing" : got));
}

/// `count NAME` or `count NAME AMOUNT`.
void check_count(const Check& check) {
    std::vector<std::string> have;
    bool holds = false;
    for (const CountCharge& charge : check.decision.counts) {
        have.push_back(fmt::format("{} {}", charge.name, charge.amount));
        if (check.words.empty() || charge.name != check.words[0]) continue;
        const std::string_view amount = std::string_view(charge.amount).substr(charge.amount.starts_with('+') ? 1 : 0);
        // Scales may differ between what was written and what is counted.
        const auto wanted = check.words.size() > 1 ? parse_decimal(check.words[1], 9) : std::nullopt;
        holds = check.words.size() == 1 || check.words[1] == amount || (wanted && wanted == parse_decimal(amount, 9));
    }
    check.require(holds, "count " + join(check.words, " "), "count " + (have.empty() ? "nothing" : join(have, ", ")));
}

/// `limit 4 parallel per session`: some lease has every word; numbers are its maximum, durations its window.
void check_lease(const Check& check, std::string_view what) {
    const std::string_view kind = what == "quota" ? "rate" : "parallel";
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
    check.require(holds, fmt::format("{} {}", what, join(check.words, " ")),
                  fmt::format("{} {}", what, have.empty() ? "nothing" : join(have, ", ")));
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

void check_number(const Check& check) {
    const auto wanted = check.words.size() == 1 ? parse_int(check.words[0]) : std::nullopt;
    check.require(wanted == check.decision.risk, "risk " + join(check.words, " "),
                  fmt::format("risk {}{}", check.decision.risk, risk_terms(check.decision)));
}

void check_one(const Check& check, const ast::Expectation& expectation) {
    const std::string& what = expectation.what.text;
    const Decision& decision = check.decision;
    if (what == "ask") return check_ask(check, expectation.signers);
    if (what == "allow")
        return check.require(decision.verdict == Verdict::Allow, what, describe_verdict(decision) + why(decision));
    if (what == "deny") return check.require(decision.verdict == Verdict::Deny, what, describe_verdict(decision));
    if (what == "risk") return check_number(check);
    if (what == "lane")
        return check.require(check.words == std::vector{decision.lane}, "lane " + join(check.words, " "),
                             "lane " + decision.lane);
    if (what == "reach") return check_reach(check);
    if (what == "isolate") return check_isolate(check);
    if (what == "record") return check.require_all(what, decision.record);
    if (what == "redact") return check_redact(check);
    if (what == "retain") return check_retain(check);
    if (what == "mark") return check.require_all(what, decision.marks);
    if (what == "count") return check_count(check);
    if (what == "limit" || what == "quota") return check_lease(check, what);
    if (what == "because") return check_because(check);
    if (what == "evidence") {
        std::set<std::string> with;
        for (const Obligation& obligation : decision.ask) with.insert(obligation.with.begin(), obligation.with.end());
        return check.require_all(what, with);
    }
    check.mismatches.push_back({check.span, "a part of a decision", fmt::format("`{}`, which no decision has", what)});
}

}  // namespace

std::string describe_verdict(const Decision& decision) {
    if (decision.verdict == Verdict::Allow) return "allow";
    if (decision.verdict == Verdict::Deny) return "deny";
    std::vector<std::string> parts;
    for (const auto& [by, quorum] : obligations_of(decision)) parts.push_back(signer_text(by, quorum));
    return "ask " + join(parts, " and ");
}

std::vector<Mismatch> check_expectations(const ast::File& file, const std::vector<ast::Expectation>& expect,
                                         const Decision& decision) {
    std::vector<Mismatch> mismatches;
    for (const ast::Expectation& expectation : expect) {
        Check check{decision, expectation.what.span, {}, expectation.negated, mismatches};
        for (const ast::ExprId id : expectation.values) check.words.push_back(literal_text(file, id));
        check_one(check, expectation);
    }
    return mismatches;
}

}  // namespace remit
