// Bounds: how much of what others named goes into one record. A record that is too large with the first bounds is written again with
// tighter ones; what was cut is said, and stands whole in the sealed request.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/record/canonical.h"

namespace remit::evidence {

struct Bounds {
    size_t items;     // of a list
    size_t bytes;     // of a text
    size_t decision;  // bytes of a decision within its record
};
inline constexpr Bounds kBounds[] = {{256, 512, 24'576}, {32, 128, 12'288}, {4, 72, 0}};

/// `text`, or its beginning and the hash of the whole.
std::string clip(std::string_view text, size_t bytes);

/// Writes texts and lists within bounds, and keeps note of the members that did not fit.
class BoundedWriter : public CanonicalWriter {
public:
    BoundedWriter(std::string& out, const Bounds& bounds) : CanonicalWriter(out), bounds_(bounds) {}
    void bounded(std::string_view value) {
        if (value.size() <= bounds_.bytes) return CanonicalWriter::text(value);
        CanonicalWriter::text(clip(value, bounds_.bytes));
    }
    void bounded(std::string_view name, std::string_view value) { key(name), bounded(value); }
    void bounded_if(std::string_view name, std::string_view value) {
        if (!value.empty()) bounded(name, value);
    }
    /// A list under `name`; `each` writes an item. Nothing if it is empty.
    template <class Items, class Each>
    void list(std::string_view name, const Items& items, Each each) {
        if (items.empty()) return;
        key(name);
        open_array();
        size_t left = bounds_.items;
        for (const auto& item : items) {
            if (left-- == 0) {
                cut(name);
                break;
            }
            each(item);
        }
        close_array();
    }
    template <class Texts>
    void texts(std::string_view name, const Texts& values) {
        list(name, values, [&](const auto& v) { bounded(v); });
    }
    void cut(std::string_view name) {
        if (std::find(cut_.begin(), cut_.end(), name) == cut_.end()) cut_.push_back(name);
    }
    /// The lists that were cut, under `truncated`.
    void write_truncated() {
        std::sort(cut_.begin(), cut_.end());
        if (cut_.empty()) return;
        key("truncated");
        open_array();
        for (const std::string_view name : cut_) CanonicalWriter::text(name);
        close_array();
    }

private:
    const Bounds& bounds_;
    std::vector<std::string_view> cut_;
};

}  // namespace remit::evidence
