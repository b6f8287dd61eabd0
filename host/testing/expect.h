// Expectations of a test against a decision. Pure.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "vm/engine/decision.h"

namespace remit {

struct Mismatch {
    Span span;             // of the expectation
    std::string expected;  // as it might be written
    std::string got;
};

/// What does not hold of `decision`; empty if all does.
std::vector<Mismatch> check_expectations(const ast::File& file, const std::vector<ast::Expectation>& expect,
                                         const Decision& decision);

/// `ask owner and 2 of release_manager`, `allow`, `deny`.
std::string describe_verdict(const Decision& decision);

}  // namespace remit
