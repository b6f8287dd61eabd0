// Lint by proof: rules that can never speak, rules that change nothing where they speak, tools that nobody may call, and obligations that
// nobody can meet. Only what is proved is said; where the solver finds no answer, nothing is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/prove/prove.h"

namespace remit::prove {

enum class RemarkKind : uint8_t { Silent, Shadowed, Closed, Unsignable };
/// `silent`, `shadowed`, `closed`, `unsignable`.
std::string_view remark_word(RemarkKind kind);

struct Remark {
    RemarkKind kind{};
    std::string at;    // the rule's place; empty for a tool
    std::string text;  // lower case, no full stop
};

/// By kind, and then in the order of the programs. Fails if there is no solver.
Result<std::vector<Remark>> lint(const std::shared_ptr<const Policy>& policy, const ProveOptions& options);

}  // namespace remit::prove
