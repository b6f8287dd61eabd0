// From a table's rows to its cells and leaves.
#pragma once

#include <memory>

#include "vm/index/axis.h"

namespace remit::indexing {

/// A table that is being made: which rows, along which axes.
struct TablePlan {
    Layout::Phase phase = Layout::Phase::Rest;
    bool run = false;                 // of rows that must all be run
    std::vector<uint32_t> rows;       // indices into the builder's rows
    std::vector<Axis> axes;           // at most kMaxDims; those of the session first
    std::vector<uint32_t> role_sets;  // role of each bit; empty: bit r is role r
    uint32_t layout = 0;              // index into the builder's layouts
    ListRange cells, leaves;          // made by `Filler`: its leaf numbers and leaves
    uint64_t cell_count() const {
        uint64_t n = 1;
        for (const Axis& a : axes) n *= a.classes();
        return n;
    }
};

/// Lists of items or runs, each different one once. [0] is the empty list.
template <class T>
class ListPool {
public:
    ListPool() : ranges(1), known_(16) {}
    uint32_t intern(const std::vector<T>& list);
    std::vector<T> all;
    std::vector<ListRange> ranges;

private:
    void grow();
    struct Known {
        uint64_t hash = 0;
        uint32_t list = 0;  // 0: free
    };
    std::vector<Known> known_;  // open addressing, at most half full
};

/// What `fill` needs to know of rules: representatives of those that give the same.
struct FillContext {
    const Program& program;
    const RowReader& reader;
    const std::vector<IndexedRow>& rows;
    const std::vector<uint32_t>& same_effect;  // rule -> the first rule that gives the same
    ListPool<Item>& items;
    ListPool<Run>& runs;
};

/// How many (row, class...) pairs `plan` has: the work and the memory of filling it.
uint64_t volume(const RowReader& reader, const std::vector<IndexedRow>& rows, const TablePlan& plan);

/// Fills one table after another; keeps its memory.
class Filler {
public:
    explicit Filler(const FillContext& context);
    ~Filler();
    void fill(TablePlan& plan);
    std::span<const uint32_t> cells(const TablePlan& plan) const;
    std::span<const Leaf> leaves(const TablePlan& plan) const;

private:
    struct Work;
    std::unique_ptr<Work> work_;
};

}  // namespace remit::indexing
