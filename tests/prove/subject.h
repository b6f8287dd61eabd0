// Policies for tests of the prover, from text.
#pragma once

#include <memory>
#include <string>

#include "tests/differential/generate.h"
#include "vm/engine/policy.h"

namespace remit::test {

/// Null if it does not compile; `trouble` says why.
std::shared_ptr<const Policy> policy_of(const oracle::Bundle& files, std::string* trouble = nullptr);
std::shared_ptr<const Policy> policy_of(const std::string& text);
/// The solver that was built with the tests.
std::string solver();

}  // namespace remit::test
