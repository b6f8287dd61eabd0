#include "host/evidence/tree/merkle.h"

#include <bit>
#include <cstring>

namespace remit::evidence {

namespace {

constexpr std::string_view kLeafPrefix("\0", 1), kNodePrefix("\1", 1);

}  // namespace

Hash leaf_hash(std::string_view entry) { return sha256_prefixed(kLeafPrefix, entry); }

Hash node_hash(const Hash& left, const Hash& right) {
    char both[sizeof(Hash) * 2];
    std::memcpy(both, left.data(), sizeof(Hash));
    std::memcpy(both + sizeof(Hash), right.data(), sizeof(Hash));
    return sha256_prefixed(kNodePrefix, {both, sizeof(both)});
}

Hash empty_root() { return sha256({}); }

void leaf_hash_pair(std::string_view a, std::string_view b, Hash& out_a, Hash& out_b) {
    sha256_prefixed_pair(kLeafPrefix, a, b, out_a, out_b);
}

// A leaf completes one perfect subtree for each one bit at the end of the size so far, smallest first.
void Frontier::add(const Hash& leaf) {
    Hash hash = leaf;
    for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    ++size_;
}

Hash Frontier::root() const {
    if (peaks_.empty()) return empty_root();
    Hash hash = peaks_.back();
    for (size_t i = peaks_.size() - 1; i-- > 0;) hash = node_hash(peaks_[i], hash);
    return hash;
}

void Frontier::save(std::string& out) const {
    for (int i = 0; i < 8; ++i) out += static_cast<char>(size_ >> (8 * i));
    for (const Hash& peak : peaks_) out.append(peak.begin(), peak.end());
}

Result<Frontier> Frontier::load(std::string_view& bytes) {
    constexpr size_t kSizeBytes = 8;
    if (bytes.size() < kSizeBytes) return Failure{"the tree's right edge is cut off"};
    Frontier out;
    for (size_t i = 0; i < kSizeBytes; ++i)
        out.size_ |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
    const auto peaks = static_cast<size_t>(std::popcount(out.size_));
    if (bytes.size() - kSizeBytes < peaks * sizeof(Hash)) return Failure{"the tree's right edge is cut off"};
    bytes.remove_prefix(kSizeBytes);
    out.peaks_.resize(peaks);
    if (peaks > 0) std::memcpy(out.peaks_.data(), bytes.data(), peaks * sizeof(Hash));
    bytes.remove_prefix(peaks * sizeof(Hash));
    return out;
}

}  // namespace remit::evidence
