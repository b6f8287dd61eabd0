// The tiles on the tree's right edge, which are not full yet: one for each level.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/tree/merkle.h"
#include "host/evidence/tree/tiles.h"

namespace remit::evidence {

class OpenTile {
public:
    explicit OpenTile(uint64_t index = 0) : index_(index) {}

    uint64_t index() const { return index_; }
    unsigned width() const { return static_cast<unsigned>(edge_.size()); }
    std::string_view bytes() const { return bytes_; }
    bool full() const { return width() == kTileWidth; }
    void add(const Hash& hash) {
        bytes_.append(reinterpret_cast<const char*>(hash.data()), hash.size());
        edge_.add(hash);
    }
    /// The tree over its hashes; of a full tile, a hash of the level above.
    const Frontier& edge() const { return edge_; }

    /// How wide the partial tile is that was published of this index; 0: none.
    unsigned published = 0;

private:
    uint64_t index_;
    std::string bytes_;
    Frontier edge_;
};

/// The frontier of the whole tree: higher levels' subtrees stand to the left of lower ones'.
Frontier join(const std::vector<OpenTile>& levels, uint64_t size);

}  // namespace remit::evidence
