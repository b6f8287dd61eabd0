// The comparer: an oracle's decision beside an engine's.
#include <fmt/format.h>

#include <algorithm>

#include "tests/differential/oracle.h"

namespace remit::oracle {

namespace {

template <class T>
void expect(std::string& out, const char* what, const T& oracle, const T& engine) {
    if (!(oracle == engine)) out += fmt::format("{}: oracle {}, engine {}\n", what, oracle, engine);
}

std::string joined(const std::set<std::string>& words) { return fmt::format("[{}]", fmt::join(words, " ")); }

std::string shown(const Obligation& o) {
    return fmt::format("{} of {} within {} with [{}]{}", o.quorum, o.by, format_duration(o.within_ns),
                       fmt::join(o.with, " "), o.met ? " met" : "") +
           (o.override ? " override" : "");
}

std::string shown(const std::optional<int64_t>& ns) { return ns ? format_duration(*ns) : "none"; }

const char* verdict_name(Verdict v) { return v == Verdict::Allow ? "allow" : v == Verdict::Ask ? "ask" : "deny"; }

std::set<std::string> denials_of(const Decision& d) {
    std::set<std::string> out;
    for (const SpokenRule& r : d.rules)
        if (r.rule.starts_with("builtin:")) out.insert(r.rule.substr(8));
    return out;
}

bool is_same(const Spoke& a, const SpokenRule& b) {
    return a.kind == b.kind && a.name == b.name && a.because == b.because && a.weight == b.weight &&
           std::find(a.at.begin(), a.at.end(), b.at) != a.at.end();
}

void compare_rules(std::string& out, const std::vector<Spoke>& a, const std::vector<SpokenRule>& b) {
    for (const Spoke& s : a) {
        auto n = std::count_if(b.begin(), b.end(), [&](const SpokenRule& r) { return is_same(s, r); });
        if (n != 1) out += fmt::format("rule {} {} at {}: oracle once, engine {} times\n", s.kind, s.name, s.at[0], n);
    }
    for (const SpokenRule& r : b) {
        if (r.rule.starts_with("builtin:")) continue;
        if (std::none_of(a.begin(), a.end(), [&](const Spoke& s) { return is_same(s, r); }))
            out += fmt::format("rule {} {} at {} weight {}: only the engine\n", r.kind, r.name, r.at, r.weight);
    }
}

void compare_ask(std::string& out, const OracleDecision& a, const Decision& b) {
    std::string x, y;
    for (const auto& [who, o] : a.ask) x += shown(o) + "; ";
    for (const Obligation& o : b.ask) y += shown(o) + "; ";
    expect(out, "ask", x, y);
    expect(out, "digest given", a.has_digest, !b.digest.empty());
}

std::string shown(const OracleLease& l) {
    return fmt::format("{} {} per {} {} over {}", l.max, l.kind, l.per, l.key, format_duration(l.over_ns));
}

void compare_leases(std::string& out, const OracleDecision& a, const Decision& b) {
    std::vector<std::string> x, y;
    for (const OracleLease& l : a.leases) x.push_back(shown(l));
    for (const Lease& l : b.leases) y.push_back(shown(OracleLease{"", l.kind, l.per, l.key, l.max, l.over_ns}));
    std::sort(x.begin(), x.end());
    std::sort(y.begin(), y.end());
    expect(out, "leases", fmt::format("{}", fmt::join(x, "; ")), fmt::format("{}", fmt::join(y, "; ")));
}

std::string shown_amount(const Val& v) {
    if (v.is_error() || v.number >= INT64_MAX) return "max";
    Val n = v;
    while (n.scale > 0 && n.number % 10 == 0) n = number_value(n.number / 10, n.scale - 1);
    return format_decimal(static_cast<int64_t>(n.number), n.scale);
}

void compare_counts(std::string& out, const OracleDecision& a, const Decision& b) {
    std::set<std::string> x, y;
    for (const auto& [name, amount] : a.counts) x.insert(name + "+" + shown_amount(amount));
    for (const CountCharge& c : b.counts) {
        std::string amount = c.amount.starts_with('+') ? c.amount.substr(1) : c.amount;
        y.insert((c.key ? c.name + "[" + *c.key + "]" : c.name) + "+" +
                 shown_amount(exact_number(amount).value_or(error_value(Err::BadValue))));
    }
    expect(out, "counts", joined(x), joined(y));
}

}  // namespace

std::string difference(const OracleDecision& a, const Decision& b) {
    std::string out;
    expect<std::string>(out, "verdict", verdict_name(a.verdict), verdict_name(b.verdict));
    expect(out, "denials", joined(a.denials), joined(denials_of(b)));
    expect(out, "risk", a.risk, b.risk);
    expect(out, "lane", a.lane, b.lane);
    compare_rules(out, a.rules, b.rules);
    compare_rules(out, a.watched, b.watched);
    compare_ask(out, a, b);
    compare_leases(out, a, b);
    expect(out, "isolation level", a.isolation_level, b.isolation_level);
    expect(out, "isolation keys", joined(a.isolation_by), joined(b.isolation_by));
    expect(out, "reach closed", a.reach_closed, b.reach_closed);
    expect(out, "reach", joined(a.reach), joined(b.reach));
    expect(out, "marks", joined(a.marks), joined(b.marks));
    compare_counts(out, a, b);
    expect(out, "redact", joined(a.redact), joined(b.redact));
    expect(out, "record", joined(a.record), joined(b.record));
    expect(out, "retain at least", shown(a.retain_at_least_ns), shown(b.retain_at_least_ns));
    expect(out, "retain at most", shown(a.retain_at_most_ns), shown(b.retain_at_most_ns));
    return out;
}

}  // namespace remit::oracle
