#include "host/cli/show_decision.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/cli/console.h"
#include "vm/value/scalar.h"

namespace remit::cli {

namespace {

template <class Names>
std::string list(const Names& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string verdict(const Decision& decision, bool color) {
    switch (decision.verdict) {
        case Verdict::Allow: return paint(color, Paint::Green, "allow");
        case Verdict::Ask: return paint(color, Paint::Yellow, "ask");
        case Verdict::Deny: return paint(color, Paint::Red, "deny");
    }
    return "";
}

std::string row(std::string_view what, std::string_view text) {
    return fmt::format("  {:<8} {}\n", what, printable(text));
}

std::string obligation_text(const Obligation& obligation) {
    std::string out = obligation.quorum == 1 ? obligation.by
                                             : fmt::format("{} of {}", obligation.quorum, obligation.by);
    out += " within " + format_duration(obligation.within_ns);
    if (!obligation.with.empty()) out += " with " + list(obligation.with);
    if (obligation.override) out += " to override a block";
    return out + (obligation.met ? " (signed)" : "");
}

std::string lease_text(const Lease& lease) {
    if (lease.kind == "rate")
        return fmt::format("{} over {} per {}", lease.max, format_duration(lease.over_ns), lease.per);
    return fmt::format("{} parallel per {}", lease.max, lease.per);
}

/// Rules that made the verdict what it is: all denials and blocks.
std::string reasons(const Decision& decision) {
    std::string out;
    for (const SpokenRule& rule : decision.rules) {
        if (rule.kind != "deny" && rule.kind != "block" && rule.kind != "never") continue;
        const std::string place = rule.at.empty() ? rule.rule : rule.at;
        out += row(rule.kind, rule.because.empty() ? place : fmt::format("{} because \"{}\"", place, rule.because));
    }
    if (!decision.error.empty()) out += row("error", decision.error);
    return out;
}

std::string conditions(const Decision& decision) {
    std::string out;
    if (decision.verdict == Verdict::Deny) return out;
    for (const Lease& lease : decision.leases) out += row(lease.kind == "rate" ? "quota" : "limit", lease_text(lease));
    out += row("reach", decision.reach_closed ? "closed" : list(decision.reach));
    if (decision.isolation_level != "none" || !decision.isolation_by.empty()) {
        out += row("isolate", decision.isolation_level +
                                  (decision.isolation_by.empty() ? "" : " by " + list(decision.isolation_by)));
    }
    if (!decision.record.empty()) out += row("record", list(decision.record));
    if (!decision.redact.empty()) out += row("redact", list(decision.redact));
    if (decision.retain_at_least_ns) out += row("retain", "at least " + format_duration(*decision.retain_at_least_ns));
    if (decision.retain_at_most_ns) out += row("retain", "at most " + format_duration(*decision.retain_at_most_ns));
    if (!decision.marks.empty()) out += row("mark", list(decision.marks));
    for (const CountCharge& charge : decision.counts)
        out += row("count", fmt::format("{}{} {}", charge.name, charge.key ? " " + *charge.key : "", charge.amount));
    return out;
}

}  // namespace

std::string show_decision(const Decision& decision, bool color) {
    std::string out = fmt::format("{}  risk {}", verdict(decision, color), decision.risk);
    if (!decision.lane.empty()) out += fmt::format(", lane {}", decision.lane);
    out += "\n" + reasons(decision);
    for (const Obligation& obligation : decision.ask) out += row("ask", obligation_text(obligation));
    return out + conditions(decision);
}

std::string show_details(const Decision& decision, bool color) {
    std::string out = fmt::format("{}  risk {}, lane {}, {} rules spoke\n", verdict(decision, color), decision.risk,
                                  decision.lane, decision.rules.size());
    for (const SpokenRule& rule : decision.rules) {
        std::string what = rule.kind;
        if (!rule.name.empty()) what += " " + rule.name;
        if (rule.kind == "risk") what += fmt::format(" +{}", rule.weight);
        out += fmt::format("  {:<24} {}", printable(what),
                           paint(color, Paint::Dim, rule.at.empty() ? rule.rule : rule.at));
        out += rule.because.empty() ? "\n" : fmt::format("  because \"{}\"\n", printable(rule.because));
    }
    if (decision.rules.empty()) out += "  no rule matched: what nothing allows is denied\n";
    for (const Obligation& obligation : decision.ask) out += row("ask", obligation_text(obligation));
    out += conditions(decision);
    out += row("policy", decision.policy);
    return out + row("engine", decision.engine);
}

}  // namespace remit::cli
