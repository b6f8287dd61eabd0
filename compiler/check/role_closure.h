// Which roles a role has: itself and all that it includes, directly or through others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace remit {

struct RoleClosure {
    std::vector<std::vector<uint64_t>> masks;  // for each role, in words of 64
    std::vector<bool> cyclic;                  // reaches itself through others
};

/// `includes[r]`: the roles that r names. Each inclusion is followed once, whatever the order of declarations.
RoleClosure close(const std::vector<std::vector<uint32_t>>& includes, size_t words);

}  // namespace remit
