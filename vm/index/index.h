// The decision index: from a tool and the values in its slots straight to what its rules say, at a cost that does not depend on how
// many rules there are. Made from a verified program at load, the same for every engine, immutable, address-stable.
//
// How it works. A guard is a conjunction. A conjunct that compares one slot with literals splits the slot's values into a few
// *classes* on which it is constant; a conjunct on the session's roles is a set of roles. A *table* covers some rules of a tool that look at
// the same slots: one *cell* for each combination of classes, and in each cell the number of a *leaf*, which holds what all
// these rules together say there: for which roles a call is allowed, blocked, to be asked for; the sum of risk; the lane. Rules join
// commutatively and associatively, so any division of rules into tables gives the same answer. What a table cannot hold (text
// search, quantifiers, arithmetic, marks and counts) is a *run*: a row whose whole guard is evaluated, but only in the cells
// where the conjuncts that the table does know may hold.
//
// Every slot has one more class, the last: an error. There a permissive rule's conjunct does not hold, any other's may.
//
// Prior art: cross-producting and bit vectors of packet classifiers (Gupta & McKeown 1999; Lakshman & Stiliadis 1998), with the leaf
// as a semilattice value in place of a first match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vm/program/program.h"

namespace remit {

/// Words of roles in a leaf: for at most kMaxDirectRoles roles bit r is role r; else bit i is the table's role set i. The bit
/// kEveryone is set in every session's word, so that a rule without roles is all ones.
inline constexpr uint32_t kMaxDirectRoles = 63;
inline constexpr uint64_t kEveryone = uint64_t{1} << 63;

/// What the rules of one table say in one cell. 32 bytes.
struct alignas(32) Leaf {
    uint64_t allow = 0;  // some allow rule must hold for a session with one of these roles
    uint64_t block = 0;  // some block rule may hold
    uint64_t value = 0;  // Phase Rest: some ask rule may hold, for these roles; Risk: the sum; Lane: the highest rank
    uint32_t items =
        0;  // index into Index::item_lists: what else these rules give (obligations, leases, ...); 0: nothing
    uint32_t runs = 0;  // index into Index::run_lists: rows still to be evaluated; 0: none
};
static_assert(sizeof(Leaf) == 32);

/// A rule that speaks in a leaf, standing for all rules that give the same. Ask, limit, quota, isolate, reach, record, redact, retain.
struct Item {
    uint64_t roles = ~uint64_t{0};
    uint32_t rule = 0;
    friend bool operator==(const Item&, const Item&) = default;
};
/// A row whose guard has to be evaluated: all of it.
struct Run {
    uint32_t segment = 0, row = 0;
    friend bool operator==(const Run&, const Run&) = default;
};
struct ListRange {
    uint32_t begin = 0, end = 0;
};

/// How a slot's value becomes a class. 0 is the class of the smallest values; `top` of the largest; `top + 1` is the error.
enum class ClassKind : uint8_t {
    Direct,  // clamp(value - base, 0, span); span is top
    Few,     // how many of the 8 thresholds (int64_t, ascending, padded with INT64_MAX) are <= value, at most `top`
    Span,    // uint8_t at [clamp(value - base, 0, span)]
    Search,  // search_class of the SearchClasses that a pointer points to
    Text,    // text_class of the TextClasses that a pointer points to; class 0 is every text that no rule names
};
inline constexpr uint32_t kFewThresholds = 8;
inline constexpr uint32_t kMostSpanClasses = 255;

/// Offsets (`_at`) are in bytes from the start of the table, which lies in memory with all that it needs: few cache lines for a look.
struct TableDim {
    int64_t base = 0;      // Direct, Span: the value of offset 0, below the first threshold
    uint32_t data_at = 0;  // Few, Span: the data; Search, Text: a pointer to it
    uint32_t span = 0;     // Direct, Span: the largest offset from base that is told apart
    uint32_t top = 0;      // highest class of a value
    uint32_t stride = 0;   // cells from one class to the next
};
static_assert(sizeof(TableDim) == 24);

inline constexpr uint32_t kMaxDims = 4;

/// Programs with more roles than kMaxDirectRoles: the role sets that a table's bits stand for.
struct RoleSets;

/// Starts at a cache line. Only as many dims as its layout has are there: two of them fill one line.
struct Table {
    uint32_t cells_at = 0;   // leaf numbers of Layout::cell_bytes each
    uint32_t leaves_at = 0;  // Leaf, aligned to its size
    uint32_t roles_at = 0;   // a pointer to RoleSets; 0: the role word is the session's mask
    uint32_t id = 0;         // index into Index::tables
    TableDim dims[kMaxDims];
};
static_assert(sizeof(Table) == 16 + 24 * kMaxDims);

template <class T>
inline const T* table_data(const Table& table, uint32_t at) noexcept {
    return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(&table) + at);
}

/// Tables that are read by the same code: the same slots in the same order, classed in the same way.
struct Layout {
    enum class Phase : uint8_t { Facts, Risk, Lane, LateState, Rest };  // in the order of evaluation
    struct Dim {
        uint32_t slot = 0;
        ClassKind kind = ClassKind::Direct;
        bool session = false;  // settled when a session is bound; such dims come first
        friend bool operator==(const Dim&, const Dim&) = default;
    };
    Phase phase = Phase::Rest;
    uint8_t cell_bytes = 1;  // 1, 2 or 4
    bool role_sets = false;  // Table::roles_at is not 0
    bool runs = false;       // some leaf has runs
    bool items = false;      // some leaf has items
    std::vector<Dim> dims;   // at most kMaxDims
    friend bool operator==(const Layout&, const Layout&) = default;
};

/// A tool's tables, in the order of phases.
struct Probe {
    uint32_t layout = 0;
    const Table* table = nullptr;
};

struct IndexStats {
    size_t tables = 0, cells = 0, leaves = 0, bytes = 0;
    size_t rows = 0, rows_run = 0;  // rows in tables; of these the ones that are runs
    double build_ms = 0;
};

class Index {
public:
    /// `params` are those of the loaded program, which must outlive the index. Total: whatever a verified program holds becomes an
    /// index, at worst one of runs alone.
    static std::unique_ptr<const Index> build(const Program& program, std::span<const V> params);
    ~Index();
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    const std::vector<Layout>& layouts() const { return layouts_; }
    std::span<const Probe> probes(uint32_t tool) const {
        return {probes_.data() + tool_probes_[tool], probes_.data() + tool_probes_[tool + 1]};
    }
    size_t most_probes() const { return most_probes_; }  // of any tool
    const std::vector<const Table*>& tables() const { return tables_; }
    std::span<const Item> items(uint32_t list) const {
        return {items_.data() + item_lists_[list].begin, items_.data() + item_lists_[list].end};
    }
    std::span<const Run> runs(uint32_t list) const {
        return {runs_.data() + run_lists_[list].begin, runs_.data() + run_lists_[list].end};
    }
    size_t run_list_count() const { return run_lists_.size(); }
    const IndexStats& stats() const { return stats_; }
    /// For `build --emit program`: layouts, tables and how large they are.
    std::string text(const Program& program) const;

private:
    friend class IndexBuilder;
    Index();
    struct Memory;
    std::unique_ptr<Memory> memory_;
    std::vector<Layout> layouts_;
    std::vector<const Table*> tables_;
    std::vector<Probe> probes_;
    std::vector<uint32_t> tool_probes_;  // tools + 1
    std::vector<Item> items_;
    std::vector<Run> runs_;
    std::vector<ListRange> item_lists_, run_lists_;  // [0] is empty
    size_t most_probes_ = 0;
    IndexStats stats_;
};

}  // namespace remit
