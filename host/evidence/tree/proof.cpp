#include "host/evidence/tree/proof.h"

#include <algorithm>
#include <bit>

namespace remit::evidence {

namespace {

/// The root of leaves [begin, end), where `begin` is a multiple of a power of two that is at least end - begin.
Result<Hash> root_of_range(HashSource& source, uint64_t begin, uint64_t end) {
    if (begin == end) return empty_root();
    std::vector<Hash> peaks;
    while (begin < end) {
        const auto level = static_cast<unsigned>(std::bit_width(end - begin) - 1);
        Result<Hash> peak = source.hash(level, begin >> level);
        if (!peak) return peak;
        peaks.push_back(*peak);
        begin += uint64_t{1} << level;
    }
    Hash hash = peaks.back();
    for (size_t i = peaks.size() - 1; i-- > 0;) hash = node_hash(peaks[i], hash);
    return hash;
}

/// The largest power of two below `count`, which is at least 2: where RFC 6962 splits a tree.
uint64_t split(uint64_t count) { return std::bit_floor(count - 1); }

/// Splits [begin, end) towards a subtree, collecting the roots of what is left aside, outermost first.
class Descent {
public:
    Descent(HashSource& source, uint64_t end) : source_(source), end_(end) {}

    uint64_t begin() const { return begin_; }
    uint64_t end() const { return end_; }
    uint64_t count() const { return end_ - begin_; }
    uint64_t middle() const { return begin_ + split(count()); }
    bool go_left() {
        const uint64_t at = middle();
        const bool taken = take(at, end_);
        end_ = at;
        return taken;
    }
    bool go_right() {
        const uint64_t at = middle();
        const bool taken = take(begin_, at);
        begin_ = at;
        return taken;
    }
    bool take(uint64_t from, uint64_t to) {
        Result<Hash> root = root_of_range(source_, from, to);
        if (!root) {
            failure_ = Failure{root.error()};
            return false;
        }
        hashes_.push_back(*root);
        return true;
    }
    /// Innermost first, as proofs are written; or why not.
    Result<std::vector<Hash>> finish() {
        if (!failure_.message.empty()) return failure_;
        std::reverse(hashes_.begin(), hashes_.end());
        return std::move(hashes_);
    }

private:
    HashSource& source_;
    uint64_t begin_ = 0, end_;
    std::vector<Hash> hashes_;
    Failure failure_;
};

/// Walks from a leaf to the root, as RFC 9162 puts it: `node` is where we are on its level, `last` where the level ends.
struct Climb {
    uint64_t node, last;

    /// Is the next hash of the proof on our left? Then several levels without a sibling may be passed at once.
    bool sibling_is_left() {
        const bool left = (node & 1) != 0 || node == last;
        while ((node & 1) == 0 && left && node != 0) up();
        return left;
    }
    void up() { node >>= 1, last >>= 1; }
};

}  // namespace

Result<std::vector<Hash>> inclusion_proof(HashSource& source, uint64_t index, uint64_t size) {
    if (index >= size) return Failure{"the tree does not have that leaf"};
    Descent descent(source, size);
    while (descent.count() > 1) {
        if (!(index < descent.middle() ? descent.go_left() : descent.go_right())) break;
    }
    return descent.finish();
}

Result<std::vector<Hash>> consistency_proof(HashSource& source, uint64_t old_size, uint64_t new_size) {
    if (old_size > new_size) return Failure{"the older tree is larger than the newer one"};
    Descent descent(source, new_size);
    if (old_size == 0) return descent.finish();
    while (descent.end() != old_size) {
        if (!(old_size <= descent.middle() ? descent.go_left() : descent.go_right())) return descent.finish();
    }
    // What is left belongs to both trees; if it is the older one as a whole, its root is known.
    if (descent.begin() != 0) descent.take(descent.begin(), descent.end());
    return descent.finish();
}

Result<Hash> root_at(HashSource& source, uint64_t size) { return root_of_range(source, 0, size); }

bool verify_inclusion(const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> proof, const Hash& root) {
    if (index >= size) return false;
    Climb climb{index, size - 1};
    Hash hash = leaf;
    for (const Hash& sibling : proof) {
        if (climb.last == 0) return false;
        hash = climb.sibling_is_left() ? node_hash(sibling, hash) : node_hash(hash, sibling);
        climb.up();
    }
    return climb.last == 0 && hash == root;
}

bool verify_consistency(uint64_t old_size, const Hash& old_root, uint64_t new_size, const Hash& new_root,
                        std::span<const Hash> proof) {
    if (old_size > new_size) return false;
    if (old_size == new_size) return proof.empty() && old_root == new_root;
    if (old_size == 0) return proof.empty() && old_root == empty_root();
    Climb climb{old_size - 1, new_size - 1};
    while ((climb.node & 1) != 0) climb.up();
    Hash before = old_root;  // a proof leaves it out where it is a subtree of the newer tree
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return false;
        before = proof.front();
        proof = proof.subspan(1);
    }
    Hash after = before;
    for (const Hash& sibling : proof) {
        if (climb.last == 0) return false;
        if (climb.sibling_is_left()) {
            before = node_hash(sibling, before);
            after = node_hash(sibling, after);
        } else {
            after = node_hash(after, sibling);
        }
        climb.up();
    }
    return climb.last == 0 && before == old_root && after == new_root;
}

}  // namespace remit::evidence
