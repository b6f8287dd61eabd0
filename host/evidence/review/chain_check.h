// ChainCheck: does each record continue its session's chain, and is every session there? Keeps the same state as the log itself (the
// journal's fold), so that the states saved in segments can be compared.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/evidence/log/chains.h"
#include "host/evidence/record/entry.h"
#include "host/evidence/review/doubts.h"
#include "host/evidence/review/problems.h"

namespace remit::evidence {

class ChainCheck {
public:
    explicit ChainCheck(Problems& problems) : problems_(problems) {}

    /// The next record; `head` is what it says of itself, `leaf` its hash.
    void record(uint64_t index, const Meta& meta, const EntryHead& head, std::string_view entry, const Hash& leaf);
    const Chains& chains() const { return chains_; }
    Result<bool> load(std::string_view saved, TreeWalk& tree) { return load_saved(saved, tree, chains_); }

private:
    void link(uint64_t index, const Meta& meta, const EntryHead& head, const ChainHead* chain);

    Problems& problems_;
    Chains chains_;
};

}  // namespace remit::evidence
