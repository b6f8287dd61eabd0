// Why a request is decided as it is: the rules that spoke, those that nearly did, a smallest set of rules that yields the verdict, and the smallest
// changes of the request that would turn it. Nothing is inferred: each condition is decided by the engine itself, as a rule of a policy made for the purpose, and
// each change is decided again before it is shown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compile.h"
#include "vm/engine/policy.h"

namespace remit::explain {

enum class Truth : uint8_t { False, True, Error, Unknown };  // Unknown: it cannot be asked by itself
struct Value {
    std::string name, text;  // `args.amount`, JSON; text is empty where it is absent
};
struct Part {
    std::string text;     // `args.amount > 250.00`; of a role: `role responder`
    bool except = false;  // the rule needs it not to hold
    Truth truth = Truth::Unknown;
    std::string reason;         // Error: why
    std::vector<Value> values;  // what it reads
    bool holds_back() const { return except ? truth == Truth::True : truth == Truth::False; }
};
struct ExplainedRule {
    std::string at, kind, text, because;
    bool spoke = false;
    std::vector<Part> parts;  // empty for built-in denials, and for policies above this one
};
struct Change {
    std::vector<std::string> what;  // `data were "confidential" (is "restricted")`; all together
    Verdict verdict = Verdict::Deny;
    std::vector<std::string> approvals;  // signatures that would still be asked for
    std::string request;                 // that was decided
};
struct Explanation {
    Decision decision;
    std::vector<ExplainedRule> reason;  // a smallest set that yields the verdict
    std::vector<ExplainedRule> spoke;   // all
    std::vector<ExplainedRule> nearly;  // nearest first
    std::vector<Change> changes;        // smallest first
};

/// Makes a policy of the same files with another text of the main file; null if it does not compile, with the lines that have errors.
using Remake =
    std::function<std::shared_ptr<const Policy>(const std::string& text, std::vector<uint32_t>& wrong_lines)>;

/// `compilation` has no errors and kept its files. Costs some thousand decisions at most.
Explanation explain(const Compilation& compilation, const std::shared_ptr<const Policy>& policy, const Remake& remake,
                    std::string_view request);

std::string to_text(const Explanation& explanation);
/// One line; keys are in docs/explain.md.
std::string to_json(const Explanation& explanation);

}  // namespace remit::explain
