// Parameters: what a policy declares, and the values that it or a policy under it gives them.
#pragma once

#include <vector>

#include "compiler/check/world.h"

namespace remit {

struct FoundParam {
    const ast::File* file;
    const ast::ParamDecl* decl;
    enum class From : uint8_t {
        Own,
        Above,
        Below
    } from;  // below: of a policy under this one; only values are given there
};

/// Fills world.params and adds the canonical texts of the policy's own declarations and values.
void declare_params(World& world, const std::vector<FoundParam>& found);

}  // namespace remit
