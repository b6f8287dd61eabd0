#include "vm/program/verify.h"

#include "vm/program/limits.h"
#include "vm/program/verify_parts.h"

namespace remit {
namespace {

using verifier::Problem;

/// Indices are 32 bits, so no table may be longer.
Problem table_sizes(const Program& p) {
    constexpr size_t kMost = limits::kMaxImageBytes;
    const size_t sizes[] = {p.code.size(),  p.shapes.size(),   p.constants.size(),     p.params.size(),
                            p.rows.size(),  p.segments.size(), p.tool_segments.size(), p.rules.size(),
                            p.tools.size(), p.facts.size(),    p.fact_uses.size(),     p.states.size(),
                            p.egress.size()};
    for (const size_t size : sizes) {
        if (size > kMost) return "a table is larger than an image may be";
    }
    return {};
}

}  // namespace

std::optional<std::string> verify(const Program& program) {
    // In this order: each check may rely on what those before it have found right.
    constexpr Problem (*kChecks[])(const Program&) = {
        table_sizes,         verifier::vocabularies, verifier::types,  verifier::slots,
        verifier::constants, verifier::facts,        verifier::states, verifier::shapes,
        verifier::rules,     verifier::segments,     verifier::tools,  verifier::tool_ranges,
    };
    for (const auto check : kChecks) {
        if (auto problem = check(program)) return problem;
    }
    return std::nullopt;
}

}  // namespace remit
