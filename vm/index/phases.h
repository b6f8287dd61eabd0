// The phase in which each segment of a program speaks, found from what its rows do.
#pragma once

#include "vm/index/index.h"

namespace remit::indexing {

/// Marks and counts: rows that write the frame's state.
bool is_state(Action action);

class Phases {
public:
    explicit Phases(const Program& program);
    Layout::Phase of(uint32_t segment) const { return phases_[segment]; }

    /// Whether the segments, run one after another, give what their phases give in any order within each: true for all that the
    /// compiler makes, but an image may say anything.
    bool are_kept_by(const std::vector<uint32_t>& segments) const;

private:
    bool reads_any(uint32_t shape, const std::vector<bool>& written) const;

    const Program& program_;
    std::vector<Layout::Phase> phases_;
    std::vector<bool> free_;  // reads nothing that a decision changes
};

}  // namespace remit::indexing
