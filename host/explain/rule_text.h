// The policy's rules as they are written: for each its text, and the conditions that its guard is made of.
#pragma once

#include <string>
#include <vector>

#include "compiler/compile.h"

namespace remit::explain {

/// One part of a guard: of `when a and b except c or d` there are four.
struct Condition {
    ast::ExprId expr = ast::kNoExpr;
    bool except = false;  // the rule needs it not to hold
    std::string text;     // on one line, without comments
};
struct WrittenRule {
    const ast::File* file = nullptr;
    const ast::Rule* rule = nullptr;
    std::string at;    // as in decisions
    std::string text;  // on one line, without comments
    std::vector<Condition> conditions;
};

/// Every rule of the compilation's files, repetitions once, in their order.
std::vector<WrittenRule> written_rules(const Compilation& compilation);

}  // namespace remit::explain
