// One layer's answer before signatures and before the layers are joined. Internal to the oracle.
#pragma once

#include "tests/differential/oracle_eval.h"

namespace remit::oracle {

struct LayerSays {
    OracleDecision decision;             // its verdict and what the signatures answer are still open
    bool stopped = false;                // no rule was asked
    bool denied = false;                 // by a built-in denial, a block, or for want of an allow
    std::vector<const RuleRef*> nevers;  // whose guards may hold
};

LayerSays judge(const Model& model, const Request& request);

Spoke spoke(const RuleRef& rule);
/// `args.a.b` as `/a/b`.
std::string pointer(const ast::File& file, ast::ExprId id);
size_t isolation_rank_of(const std::string& level);

}  // namespace remit::oracle
