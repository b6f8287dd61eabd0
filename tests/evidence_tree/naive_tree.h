// RFC 6962 section 2.1 word for word: recursive, slow, and written without a look at host/evidence/tree.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/evidence/tree/proof.h"

namespace remit::evidence {

inline Hash naive_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return sha256("");
    if (leaves.size() == 1) return leaves[0];
    size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    const Hash left = naive_root(leaves.first(k)), right = naive_root(leaves.subspan(k));
    std::string bytes = "\1";
    bytes.append(left.begin(), left.end()).append(right.begin(), right.end());
    return sha256(bytes);
}

/// All hashes of complete subtrees, from leaves in memory.
class NaiveSource : public HashSource {
public:
    explicit NaiveSource(std::vector<Hash> leaves) : levels_{std::move(leaves)} {
        while (levels_.back().size() > 1) {
            std::vector<Hash> above;
            const std::vector<Hash>& below = levels_.back();
            for (size_t i = 0; i + 1 < below.size(); i += 2)
                above.push_back(naive_root(std::span(below).subspan(i, 2)));
            levels_.push_back(std::move(above));
        }
    }
    Result<Hash> hash(unsigned level, uint64_t index) override {
        if (level >= levels_.size() || index >= levels_[level].size()) return Failure{"there is no such subtree"};
        return levels_[level][index];
    }

private:
    std::vector<std::vector<Hash>> levels_;
};

/// `count` different entries, of different lengths.
inline std::vector<std::string> some_entries(size_t count) {
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i) out.push_back("entry " + std::to_string(i) + std::string(i % 97, '.'));
    return out;
}
inline std::vector<Hash> leaves_of(std::span<const std::string> entries) {
    std::vector<Hash> out;
    for (const std::string& entry : entries) out.push_back(leaf_hash(entry));
    return out;
}

}  // namespace remit::evidence
