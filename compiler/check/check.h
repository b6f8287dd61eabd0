// Ast -> Ir: names, types, strata, monotonicity, joins that fail. Every error of every file is reported; the result is meaningful
// only if none was.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/check/world.h"

namespace remit {

struct CheckInput {
    std::string policy_name;
    Hash parent{};
    std::vector<const ast::File*> own;        // the policy's files, used files and modules
    std::vector<const ast::File*> inherited;  // those of the policies it stands under
    std::vector<const ast::File*> below;      // those of the policies under it
};

/// Checks a policy, and later more rules of the same policy, one at a time: what the rules refer to is read once.
class Checker {
public:
    Checker();
    Checker(const Checker&) = delete;
    Checker& operator=(const Checker&) = delete;

    /// All of a policy; call it once. Rules come out in the order of the files, marks and counts before all others.
    void check_all(const Sources& sources, const CheckInput& input, Diagnostics& diagnostics);
    /// Of each rule of check_all: what it demanded of the World, and whether something was reported about it.
    struct Trace {
        std::vector<uint64_t> demands;
        bool reported = false;
    };
    const std::vector<Trace>& traces() const { return traces_; }

    /// After a check_all without errors: one more rule that is no mark and no count. It is the only one in policy().rules afterwards,
    /// and its nodes are the only nodes.
    Trace check_one(const Sources& sources, const ast::File& file, const ast::Rule& rule, Diagnostics& diagnostics);

    ir::Policy& policy() { return world_.policy; }

private:
    struct FoundRule {
        const ast::File* file;
        const ast::Rule* rule;
    };
    void run(const CheckInput& input);
    void gather_rules(const CheckInput& input);
    void declare_states();
    void check(const FoundRule& found);
    void place_states();
    void tests(const CheckInput& input);
    void check_test(const ast::Test& test, const std::map<std::string, size_t>& fixtures);

    Diagnostics diagnostics_;  // the caller's, for the time of a call
    World world_;
    std::vector<FoundRule> states_, rules_;
    std::vector<Trace> traces_;
};

/// Deeper expressions would need a deep stack in every later pass.
bool too_deep(const ast::File& file, Diagnostics& diagnostics);

/// What rules must not be to one another. `in_order`: as they are written.
void check_retention(std::span<const ir::Rule* const> in_order, Diagnostics& diagnostics);
/// One term, one count for each name. `each_once`: in the order of their canonical forms, repetitions left out.
void check_one_body_each(std::span<const ir::Rule* const> each_once, Diagnostics& diagnostics);

}  // namespace remit
