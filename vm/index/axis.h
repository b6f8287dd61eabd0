// One dimension of a table that is being made: the thresholds that its rows need, how they become classes, and which classes a row's
// test covers.
#pragma once

#include "vm/index/rows.h"

namespace remit::indexing {

struct ClassRange {
    uint32_t first = 0, last = 0;  // both in
    Status status = Status::Yes;   // never No
};

class Axis {
public:
    Axis() = default;
    explicit Axis(uint32_t slot) : slot_(slot) {}

    void need(const RowTest& test);
    /// After the last `need`.
    void settle();

    uint32_t slot() const { return slot_; }
    bool text() const { return text_; }
    const std::vector<int64_t>& thresholds() const { return thresholds_; }
    const std::vector<std::string_view>& texts() const { return texts_; }
    /// Classes of values, and one for errors.
    uint32_t classes() const { return top() + 2; }
    uint32_t top() const { return static_cast<uint32_t>(text_ ? texts_.size() : thresholds_.size()); }
    uint32_t error_class() const { return top() + 1; }

    /// Keeps every second threshold, so that classes hold values that rows tell apart. False: there is nothing left to drop.
    bool coarsen();
    /// Classes for consecutive values, so that the class is a subtraction. Only if `direct_span` permits.
    void make_direct();
    /// How many classes `make_direct` would give; 0: too many, or a text.
    uint32_t direct_classes() const;

    /// The classes that `test` covers, ascending, into `out` (cleared first).
    void cover(const RowTest& test, std::vector<ClassRange>& out) const;
    /// All classes: the row does not test this slot.
    void cover_all(std::vector<ClassRange>& out) const { out.assign(1, {0, error_class(), Status::Yes}); }

private:
    void cover_numbers(const RowTest& test, std::vector<ClassRange>& out) const;
    void cover_texts(const RowTest& test, std::vector<ClassRange>& out) const;

    uint32_t slot_ = 0;
    bool text_ = false;
    std::vector<int64_t> thresholds_;      // ascending: class c holds values from thresholds_[c - 1] up to the next
    std::vector<std::string_view> texts_;  // sorted: class c is texts_[c - 1]
};

}  // namespace remit::indexing
