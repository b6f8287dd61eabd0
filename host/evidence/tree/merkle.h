// The Merkle tree of RFC 6962 section 2.1 over entries, and its right edge, which is all that appending needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/value/result.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

Hash leaf_hash(std::string_view entry);               // SHA-256(0x00, entry)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01, left, right)
Hash empty_root();                                    // SHA-256 of nothing
/// leaf_hash of two entries at once: where the processor has SHA instructions, their latencies overlap.
void leaf_hash_pair(std::string_view a, std::string_view b, Hash& out_a, Hash& out_b);

/// Roots of the perfect subtrees that `size` leaves form, largest first: at most 64 hashes.
class Frontier {
public:
    void add(const Hash& leaf);
    uint64_t size() const { return size_; }
    Hash root() const;
    bool operator==(const Frontier&) const = default;

    /// Appends size (8 bytes, least significant first) and the hashes.
    void save(std::string& out) const;
    /// Takes them off the front of `bytes`.
    static Result<Frontier> load(std::string_view& bytes);

private:
    uint64_t size_ = 0;
    std::vector<Hash> peaks_;
};

}  // namespace remit::evidence
