// The first pass over the files: everything that has a name, into the World. Rules and tests are left to later passes.
#pragma once

#include "compiler/check/world.h"

namespace remit {

/// `own`: the files of this policy. `inherited`: those of the policies it stands under, whose declarations it sees but does not own
/// (they are in the version hash through the parent's hash). `below`: those of the policies under this one, which give its parameters
/// their values.
void declare(World& world, const std::vector<const ast::File*>& own, const std::vector<const ast::File*>& inherited,
             const std::vector<const ast::File*>& below);

}  // namespace remit
