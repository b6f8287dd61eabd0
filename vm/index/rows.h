// One rule's row as the index sees it: for each slot that its guard tests, the values for which the test holds, and which roles it
// wants.
#pragma once

#include <deque>
#include <span>
#include <string_view>

#include "vm/index/guard.h"
#include "vm/index/index.h"

namespace remit::indexing {

/// Whether a row hits for the values of a class: for none of them, for some as far as can be told, for all.
enum class Status : uint8_t { No, Maybe, Yes };

struct Interval {
    int64_t low = INT64_MIN, high = INT64_MAX;  // both in
};
struct NamedText {
    std::string_view text;
    bool holds = false;
};

/// One slot of one row. For a number `intervals`, ascending, not touching; for a text `texts` and all others.
struct RowTest {
    uint32_t slot = 0;
    bool text = false;
    bool other_texts = false;  // holds for a text that is not among `texts`
    Status on_error = Status::No;
    std::span<const Interval> intervals;
    std::span<const NamedText> texts;
};

struct IndexedRow {
    uint32_t segment = 0, row = 0;
    uint32_t order = 0;  // position among the tool's rows
    bool never = false;  // cannot hit
    bool run = false;    // its guard must be run where the tests hold
    uint32_t tests_begin = 0, tests_end = 0;
    bool has_roles = false;                   // else it is for everyone
    uint64_t role_mask = 0;                   // programs of at most kMaxDirectRoles roles: any of these bits
    uint32_t roles_begin = 0, roles_end = 0;  // programs of more: role indices, any of them
};

/// Reads rows; keeps what they refer to. `program` and `params` must outlive it.
class RowReader {
public:
    RowReader(const Program& program, std::span<const V> params);

    /// What it reads it remembers: a row stands in the tables of several tools.
    const IndexedRow& read(uint32_t segment, uint32_t row);
    std::span<const RowTest> tests(const IndexedRow& r) const {
        return {tests_.data() + r.tests_begin, tests_.data() + r.tests_end};
    }
    std::span<const uint32_t> roles(const IndexedRow& r) const {
        return {roles_.data() + r.roles_begin, roles_.data() + r.roles_end};
    }

private:
    const Guard& guard(uint32_t shape);
    IndexedRow read_new(uint32_t segment, uint32_t row);
    void read_roles(const Guard& guard, const V* params, IndexedRow& out);
    RowTest read_test(const Guard& guard, const SlotTest& test, const V* params, bool must);
    void numbers(const Guard& guard, const SlotTest& test, const V* params, bool must, RowTest& out);
    void texts(const Guard& guard, const SlotTest& test, const V* params, bool must, RowTest& out);
    Kind kind_of(const V* param) const;
    std::span<const Interval> keep(std::span<const Interval> found);

    const Program& program_;
    std::span<const V> params_;
    std::vector<std::unique_ptr<Guard>> guards_;  // by shape
    std::vector<IndexedRow> rows_;                // by row, as far as they are read
    std::vector<bool> is_read_;
    std::vector<RowTest> tests_;
    std::vector<uint32_t> roles_;
    std::vector<std::vector<Interval>> interval_blocks_;  // blocks do not move
    std::deque<std::vector<NamedText>> texts_;
    std::vector<Interval> scratch_;
    std::vector<int64_t> starts_;
};

}  // namespace remit::indexing
