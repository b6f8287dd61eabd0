// Small texts of decisions that several files write: hashes.
#pragma once

#include <string>

#include "vm/ops/outcome.h"
#include "vm/value/sha256.h"

namespace remit {

/// The version hash as the kernel returned it.
inline std::string policy_text(const Outcome& outcome) {
    Hash hash{};
    for (size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<uint8_t>(outcome.policy[i / 8] >> (8 * (i % 8)));
    return to_text(hash);
}

}  // namespace remit
