// TreeWalk: the Merkle tree over records as they pass. Unlike a Frontier it tells each subtree that becomes complete, so that the hash
// tiles can be compared without hashing anything twice.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "host/evidence/tree/merkle.h"

namespace remit::evidence {

class TreeWalk {
public:
    /// `complete( tile level, index, root )`: of 256^level leaves, level 0 being the leaves themselves.
    using Complete = std::function<void(unsigned level, uint64_t index, const Hash& root)>;
    explicit TreeWalk(Complete complete = nullptr) : complete_(std::move(complete)) {}

    /// Goes on from a saved Frontier, which it takes off the front of `bytes`.
    Result<bool> load(std::string_view& bytes);
    /// As Frontier::save.
    void save(std::string& out) const;

    void add(const Hash& leaf);
    uint64_t size() const { return folded_ + waiting_; }
    Hash root() const;

private:
    /// Leaves are folded so many at once, two hashes at a time: their latencies overlap.
    static constexpr size_t kBlock = 16;

    void fold_block();
    void fold_waiting();
    void carry(Hash root, unsigned level);

    Complete complete_;
    uint64_t folded_ = 0;  // leaves in the peaks
    unsigned count_ = 0;
    std::array<Hash, 64> peaks_{};  // the first `count_`: largest subtree first
    std::array<Hash, kBlock> block_{};
    size_t waiting_ = 0;  // leaves in `block_`
};

}  // namespace remit::evidence
