#include "host/testing/expect.h"

#include <map>

#include "host/testing/check.h"
#include "host/testing/literal.h"
#include "vm/value/scalar.h"

namespace remit {

namespace expecting {

namespace {

std::string signer_text(std::string_view who, uint64_t quorum) {
    return quorum == 1 ? std::string(who) : fmt::format("{} of {}", quorum, who);
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

uint64_t quorum_of(const ast::Signer& signer) {
    const int64_t quorum = signer.quorum ? parse_int(signer.quorum->text).value_or(0) : 1;
    return static_cast<uint64_t>(std::max<int64_t>(quorum, 0));
}

std::string describe(const ast::ExpectedSigner& expected) {
    std::string out = signer_text(expected.signer.who.text, quorum_of(expected.signer));
    if (expected.within) out += " within " + expected.within->text;
    if (!expected.with.empty()) out += " with";
    for (const ast::Name& name : expected.with) out += " " + name.text;
    return out;
}

/// In as much detail as the expectation has.
std::string describe(const Obligation& obligation, const ast::Expectation& expectation) {
    const auto& wanted = expectation.signers;
    const bool within = std::any_of(wanted.begin(), wanted.end(), [](const auto& w) { return w.within.has_value(); });
    const bool with = std::any_of(wanted.begin(), wanted.end(), [](const auto& w) { return !w.with.empty(); });
    std::string out = signer_text(obligation.by, obligation.quorum);
    if (within) out += " within " + format_duration(obligation.within_ns);
    if (with && !obligation.with.empty()) out += " with " + join(obligation.with, " ");
    return out;
}

bool fits(const Obligation& obligation, const ast::ExpectedSigner& expected) {
    if (obligation.by != expected.signer.who.text || obligation.quorum != quorum_of(expected.signer)) return false;
    if (expected.within && parse_duration(expected.within->text) != obligation.within_ns) return false;
    return std::all_of(expected.with.begin(), expected.with.end(), [&](const ast::Name& name) {
        return std::find(obligation.with.begin(), obligation.with.end(), name.text) != obligation.with.end();
    });
}

std::vector<const Obligation*> unmet(const Decision& decision) {
    std::vector<const Obligation*> out;
    for (const Obligation& obligation : decision.ask) {
        if (!obligation.met) out.push_back(&obligation);
    }
    return out;
}

}  // namespace

/// Each signer that is named is still missing, and each that is missing is named.
void check_ask(const Check& check) {
    const auto& wanted = check.expectation.signers;
    const auto missing = unmet(check.decision);
    bool holds = check.decision.verdict == Verdict::Ask;
    for (const ast::ExpectedSigner& expected : wanted) {
        holds = holds && std::any_of(missing.begin(), missing.end(), [&](const auto* o) { return fits(*o, expected); });
    }
    for (const Obligation* obligation : missing) {
        if (wanted.empty()) break;
        holds = holds && std::any_of(wanted.begin(), wanted.end(),
                                     [&](const auto& w) { return w.signer.who.text == obligation->by; });
    }
    std::vector<std::string> expected, got;
    for (const ast::ExpectedSigner& signer : wanted) expected.push_back(describe(signer));
    for (const Obligation* obligation : missing) got.push_back(describe(*obligation, check.expectation));
    const bool asked = check.decision.verdict == Verdict::Ask;
    check.require(holds, expected.empty() ? "ask" : "ask " + join(expected, " and "),
                  asked ? "ask " + join(got, " and ") : describe_verdict(check.decision) + why(check.decision));
}

void check_allow(const Check& check) {
    check.require(check.decision.verdict == Verdict::Allow, "allow",
                  describe_verdict(check.decision) + why(check.decision));
}

void check_deny(const Check& check) {
    check.require(check.decision.verdict == Verdict::Deny, "deny", describe_verdict(check.decision));
}

}  // namespace expecting

namespace {

struct ExpectationRow {
    std::string_view word;
    void (*check)(const expecting::Check&);
};
constexpr ExpectationRow kRows[] = {
#define REMIT_EXPECTATION(word, function, says) {word, expecting::function},
#include "host/testing/expectations.def"
};

}  // namespace

std::string describe_verdict(const Decision& decision) {
    if (decision.verdict == Verdict::Allow) return "allow";
    if (decision.verdict == Verdict::Deny) return "deny";
    std::vector<std::string> parts;
    for (const Obligation* o : expecting::unmet(decision)) parts.push_back(expecting::signer_text(o->by, o->quorum));
    return "ask " + expecting::join(parts, " and ");
}

std::vector<Mismatch> check_expectations(const ast::File& file, const std::vector<ast::Expectation>& expect,
                                         const Decision& decision) {
    std::vector<Mismatch> mismatches;
    for (const ast::Expectation& expectation : expect) {
        expecting::Check check{decision, expectation, {}, mismatches};
        for (const ast::ExprId id : expectation.values) check.words.push_back(literal_text(file, id));
        const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                       [&](const ExpectationRow& r) { return r.word == expectation.what.text; });
        if (row != std::end(kRows)) {
            row->check(check);
            continue;
        }
        mismatches.push_back({expectation.what.span, "a part of a decision",
                              fmt::format("`{}`, which no decision has", expectation.what.text)});
    }
    return mismatches;
}

}  // namespace remit
