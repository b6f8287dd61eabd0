// The difference of two policies in what they decide: for each kind of change a call that shows it, decided by both through the
// interpreter before it is given. Calls of tools that both declare alike are compared; what the declarations differ in is listed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/solver/solver.h"
#include "vm/engine/policy.h"

namespace remit::diff {

enum class ChangeKind : uint8_t {
#define REMIT_CHANGE(name, ...) name,
#include "host/diff/changes.def"
};
struct ChangeRow {
    std::string_view word;
    bool counts;
    std::string_view looser, stricter;
};
const ChangeRow& row_of(ChangeKind kind);

struct Change {
    ChangeKind kind{};
    bool looser = false;  // else stricter
    std::string subject;  // a signer, a word of evidence, a profile; may be empty
    std::string tool;
    std::string request;                              // one line of JSON
    Decision before, after;                           // what each policy decides of it
    std::vector<SpokenRule> only_before, only_after;  // rules that speak in one only
};

enum class Relation : uint8_t { Equivalent, Stricter, Looser, Both, Unknown };
std::string_view relation_name(Relation relation);

struct Difference {
    std::vector<Change> changes;
    std::vector<std::string> declarations;     // what is declared differently
    std::vector<std::string> unknown;          // questions that stayed open
    size_t tools = 0, compared = 0;            // in both; those that a changed rule or declaration touches
    size_t rules_before = 0, rules_after = 0;  // that only one of the policies has
    /// Unknown only if no change was found and a question stayed open.
    Relation relation() const;
};

struct DiffOptions {
    smt::SolverOptions solver;
    std::function<void(size_t done, size_t total)> progress;  // tools
};

/// Fails if there is no solver.
Result<Difference> compare(const std::shared_ptr<const Policy>& before, const std::shared_ptr<const Policy>& after,
                           const DiffOptions& options);

}  // namespace remit::diff
