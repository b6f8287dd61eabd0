#include "host/evidence/review/tree_walk.h"

#include <bit>
#include <cstring>

#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

namespace {

constexpr std::string_view kNode("\x01", 1);

std::string_view bytes_of(const Hash* hashes, size_t count) {
    return {reinterpret_cast<const char*>(hashes), count * sizeof(Hash)};
}

}  // namespace

Result<bool> TreeWalk::load(std::string_view& bytes) {
    const std::string_view before = bytes;
    auto frontier = Frontier::load(bytes);  // proves the form
    if (!frontier) return Failure{frontier.error()};
    const std::string_view taken = before.substr(sizeof(uint64_t), before.size() - bytes.size() - sizeof(uint64_t));
    folded_ = frontier->size();
    waiting_ = 0;
    count_ = static_cast<unsigned>(std::popcount(folded_));
    if (taken.size() != count_ * sizeof(Hash)) return Failure{"a saved frontier has the wrong length"};
    if (!taken.empty()) std::memcpy(peaks_.data(), taken.data(), taken.size());
    return true;
}

void TreeWalk::save(std::string& out) const {
    TreeWalk all = *this;
    all.complete_ = nullptr;
    all.fold_waiting();
    for (unsigned byte = 0; byte < 8; ++byte) out += static_cast<char>(all.folded_ >> (8 * byte));
    for (unsigned i = 0; i < all.count_; ++i) out += bytes_of(&all.peaks_[i], 1);
}

void TreeWalk::add(const Hash& leaf) {
    if (complete_) complete_(0, size(), leaf);
    block_[waiting_++] = leaf;
    // A walk that began within a block has subtrees of it among the peaks already.
    if (folded_ % kBlock != 0) return fold_waiting();
    if (waiting_ == kBlock) fold_block();
}

/// The root of a whole block, level by level.
void TreeWalk::fold_block() {
    unsigned level = 0;
    for (size_t width = kBlock; width > 1; width /= 2, ++level) {
        if (width == 2) {
            block_[0] = node_hash(block_[0], block_[1]);
            continue;
        }
        for (size_t i = 0; i < width; i += 4) {
            Hash left, right;
            sha256_prefixed_pair(kNode, bytes_of(&block_[i], 2), bytes_of(&block_[i + 2], 2), left, right);
            block_[i / 2] = left;
            block_[i / 2 + 1] = right;
        }
    }
    waiting_ = 0;
    carry(block_[0], level);
}

void TreeWalk::fold_waiting() {
    for (size_t i = 0; i < waiting_; ++i) carry(block_[i], 0);
    waiting_ = 0;
}

/// Takes the root of the next 2^level leaves among the peaks.
void TreeWalk::carry(Hash root, unsigned level) {
    const uint64_t begin = folded_;
    folded_ += uint64_t{1} << level;
    for (uint64_t rest = begin >> level; (rest & 1) != 0; rest >>= 1) {
        root = node_hash(peaks_[--count_], root);
        ++level;
        if (complete_ && level % kTileHeight == 0) complete_(level / kTileHeight, begin >> level, root);
    }
    peaks_[count_++] = root;
}

Hash TreeWalk::root() const {
    TreeWalk all = *this;
    all.complete_ = nullptr;
    all.fold_waiting();
    if (all.count_ == 0) return empty_root();
    Hash root = all.peaks_[all.count_ - 1];
    for (unsigned i = all.count_ - 1; i-- > 0;) root = node_hash(all.peaks_[i], root);
    return root;
}

}  // namespace remit::evidence
