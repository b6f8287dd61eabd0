#include <fmt/format.h>

#include "host/explain/edit.h"
#include "host/explain/explain.h"

namespace remit::explain {

namespace {

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Allow: return "allow";
        case Verdict::Ask: return "ask";
        case Verdict::Deny: return "deny";
    }
    return "";
}
std::string_view word_of(Truth truth) {
    switch (truth) {
        case Truth::False: return "false";
        case Truth::True: return "true";
        case Truth::Error: return "error";
        case Truth::Unknown: return "unknown";
    }
    return "";
}

std::string joined(const std::vector<std::string>& texts, std::string_view with) {
    return fmt::format("{}", fmt::join(texts, with));
}

std::string part_text(const Part& part) {
    std::string out = fmt::format("    {:<7} {}{}", word_of(part.truth), part.except ? "except " : "", part.text);
    std::string is;
    for (const Value& value : part.values)
        is += fmt::format("{}{} is {}", is.empty() ? "" : ", ", value.name,
                          value.text.empty() ? "not given" : value.text);
    if (!part.reason.empty()) is += (is.empty() ? "" : "; ") + part.reason;
    return out + (is.empty() ? "" : "  (" + is + ")") + "\n";
}

std::string rule_text(const ExplainedRule& rule, bool parts) {
    std::string out = fmt::format("  {}{}{}\n", rule.at, rule.at.empty() ? "" : "  ", rule.text);
    for (const Part& part : rule.parts)
        if (parts) out += part_text(part);
    return out;
}

std::string section(std::string_view title, const std::vector<ExplainedRule>& rules, bool parts) {
    if (rules.empty()) return {};
    std::string out = fmt::format("{}:\n", title);
    for (const ExplainedRule& rule : rules) out += rule_text(rule, parts);
    return out;
}

std::string change_text(const Change& change) {
    std::string_view verdict = change.verdict == Verdict::Allow ? "allowed"
                               : change.verdict == Verdict::Ask ? "asked for"
                                                                : "denied";
    std::string out = fmt::format("  {} if {}", verdict, joined(change.what, ", and "));
    if (!change.approvals.empty()) out += ", then approved by " + joined(change.approvals, " and ");
    return out + "\n";
}

// ---- JSON ------------------------------------------------------------------------------------------------------------

template <class List, class Each>
std::string array(const List& list, Each each) {
    std::string out = "[";
    for (const auto& item : list) out += (out.size() > 1 ? "," : "") + each(item);
    return out + "]";
}

std::string part_json(const Part& part) {
    std::string out = fmt::format(R"({{"condition":{},"except":{},"is":"{}","values":{{)", json_string(part.text),
                                  part.except, word_of(part.truth));
    for (size_t i = 0; i < part.values.size(); ++i)
        out += fmt::format("{}{}:{}", i > 0 ? "," : "", json_string(part.values[i].name),
                           part.values[i].text.empty() ? "null" : part.values[i].text);
    out += "}";
    if (!part.reason.empty()) out += ",\"error\":" + json_string(part.reason);
    return out + "}";
}
std::string rule_json(const ExplainedRule& rule) {
    return fmt::format(R"({{"at":{},"kind":{},"text":{},"because":{},"conditions":{}}})", json_string(rule.at),
                       json_string(rule.kind), json_string(rule.text), json_string(rule.because),
                       array(rule.parts, part_json));
}
std::string change_json(const Change& change) {
    return fmt::format(R"({{"verdict":"{}","if":{},"approved_by":{},"request":{}}})", word_of(change.verdict),
                       array(change.what, json_string), array(change.approvals, json_string), change.request);
}

}  // namespace

std::string to_text(const Explanation& e) {
    std::string out = fmt::format("{}, risk {}, lane {}\n", word_of(e.decision.verdict), e.decision.risk,
                                  e.decision.lane.empty() ? "none" : e.decision.lane);
    if (!e.decision.error.empty()) out += "error: " + e.decision.error + "\n";
    out += section("because", e.reason, true);
    out += section("all rules that spoke", e.spoke, false);
    out += section("rules that nearly spoke", e.nearly, true);
    if (!e.changes.empty()) out += "what would change the verdict:\n";
    for (const Change& change : e.changes) out += change_text(change);
    return out;
}

std::string to_json(const Explanation& e) {
    return fmt::format(R"({{"verdict":"{}","reason":{},"spoke":{},"nearly":{},"changes":{},"decision":{}}})",
                       word_of(e.decision.verdict), array(e.reason, rule_json), array(e.spoke, rule_json),
                       array(e.nearly, rule_json), array(e.changes, change_json), remit::to_json(e.decision, true));
}

}  // namespace remit::explain
