// Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2; verification after RFC 9162 section 2.1.3 and 2.1.4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/evidence/tree/merkle.h"

namespace remit::evidence {

/// Where hashes of complete subtrees come from: tiles, or memory.
class HashSource {
public:
    virtual ~HashSource() = default;
    /// The root of the subtree of 2^level leaves that begins at leaf index * 2^level. All its leaves exist.
    virtual Result<Hash> hash(unsigned level, uint64_t index) = 0;
};

Result<std::vector<Hash>> inclusion_proof(HashSource& source, uint64_t index, uint64_t size);
Result<std::vector<Hash>> consistency_proof(HashSource& source, uint64_t old_size, uint64_t new_size);
/// The root of the first `size` leaves.
Result<Hash> root_at(HashSource& source, uint64_t size);

bool verify_inclusion(const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> proof, const Hash& root);
bool verify_consistency(uint64_t old_size, const Hash& old_root, uint64_t new_size, const Hash& new_root,
                        std::span<const Hash> proof);

}  // namespace remit::evidence
