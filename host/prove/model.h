// Model: what a policy decides of one tool, as terms: for every rule when it speaks, and the joins of docs/semantics.md sections 6 and 10
// over them. Rows run in the order and with the effects of vm/interpreter's `decide` and vm/ops/actions.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/prove/inputs.h"

namespace remit::prove {

struct Spoken {
    const RuleInfo* rule = nullptr;
    Term when;
};

/// An obligation's parts, of one signer. Where no rule asks, quorum is 0.
struct AskModel {
    Term quorum;
    Term within;                           // INT64_MAX where nothing is asked
    std::map<std::string, Term> evidence;  // when it is wanted
};
struct Retention {
    Term at_least, at_most;  // -1 and INT64_MAX: no bound
};

struct LayerModel {
    const Program* program = nullptr;
    bool declared = false;  // the layer knows the tool; else it denies
    std::vector<Spoken> spoken;
    Term allowed, blocked, denied;  // denied: by this layer's rules, `never` and the joined denials left out
    Term risk, lane;
    std::map<std::string, AskModel> asks;  // by signer's name
    Term asked;
};

struct Model {
    std::vector<LayerModel> layers;
    Term denied;  // some layer denies, or retention has no room; `never` left out
    Term asked;
    Term risk;
    Retention retention;
};

/// Adds facts to `context` as it goes. `views`: the layers of the policy.
Model model_of(Context& context, Inputs& inputs, const std::vector<View>& views, const std::string& tool);

/// Signatures that meet all obligations of `layer` are enough for the rule's `unless signed by`.
Term implied_by_obligations(Context& context, const LayerModel& layer, const RuleInfo& never);
/// Obligations that nobody can meet: a session has one owner, and two are asked for.
Term unsignable(Context& context, const LayerModel& layer);
std::string signer_name(const Program& program, uint32_t signer);
/// It asks: an `ask`, or a block that may be overridden.
bool asks(const RuleInfo& rule);

}  // namespace remit::prove
