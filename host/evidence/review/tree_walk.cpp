#include "host/evidence/review/tree_walk.h"

#include <bit>
#include <cstring>

#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

Result<bool> TreeWalk::load(std::string_view& bytes) {
    const std::string_view before = bytes;
    auto frontier = Frontier::load(bytes);  // proves the form
    if (!frontier) return Failure{frontier.error()};
    const std::string_view taken = before.substr(sizeof(uint64_t), before.size() - bytes.size() - sizeof(uint64_t));
    size_ = frontier->size();
    count_ = static_cast<unsigned>(std::popcount(size_));
    if (taken.size() != count_ * sizeof(Hash)) return Failure{"a saved frontier has the wrong length"};
    if (!taken.empty()) std::memcpy(peaks_.data(), taken.data(), taken.size());
    return true;
}

void TreeWalk::save(std::string& out) const {
    for (unsigned byte = 0; byte < 8; ++byte) out += static_cast<char>(size_ >> (8 * byte));
    for (unsigned i = 0; i < count_; ++i) out.append(reinterpret_cast<const char*>(peaks_[i].data()), peaks_[i].size());
}

void TreeWalk::add(const Hash& leaf) {
    Hash root = leaf;
    if (complete_) complete_(0, size_, root);
    unsigned level = 0;
    for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
        root = node_hash(peaks_[--count_], root);
        ++level;
        if (complete_ && level % kTileHeight == 0) complete_(level / kTileHeight, size_ >> level, root);
    }
    peaks_[count_++] = root;
    ++size_;
}

Hash TreeWalk::root() const {
    if (count_ == 0) return empty_root();
    Hash root = peaks_[count_ - 1];
    for (unsigned i = count_ - 1; i-- > 0;) root = node_hash(peaks_[i], root);
    return root;
}

}  // namespace remit::evidence
