// Ast -> Ir: names, types, strata, monotonicity, joins that fail. Every error of every file is reported; the result is meaningful
// only if none was.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/world.h"

namespace remit {

struct CheckInput {
    std::string policy_name;
    Hash parent{};
    std::vector<const ast::File*> own;        // the policy's files, used files and modules
    std::vector<const ast::File*> inherited;  // those of the policies it stands under
};

ir::Policy check(const Sources& sources, const CheckInput& input, Diagnostics& diagnostics,
                 std::string* canonical_text = nullptr);

}  // namespace remit
