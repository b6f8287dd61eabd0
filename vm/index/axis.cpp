#include "vm/index/axis.h"

#include <algorithm>

namespace remit::indexing {

namespace {

constexpr uint32_t kMostDirect = 64;

void append(std::vector<ClassRange>& out, ClassRange range) {
    if (!out.empty() && out.back().last + 1 == range.first && out.back().status == range.status)
        out.back().last = range.last;
    else
        out.push_back(range);
}

}  // namespace

void Axis::need(const RowTest& test) {
    text_ = test.text;  // one slot is of one type
    for (const Interval& i : test.intervals) {
        if (i.low != INT64_MIN) thresholds_.push_back(i.low);
        if (i.high != INT64_MAX) thresholds_.push_back(i.high + 1);
    }
    for (const NamedText& t : test.texts) texts_.push_back(t.text);
}

void Axis::settle() {
    std::sort(thresholds_.begin(), thresholds_.end());
    thresholds_.erase(std::unique(thresholds_.begin(), thresholds_.end()), thresholds_.end());
    std::sort(texts_.begin(), texts_.end());
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
}

bool Axis::coarsen() {
    if (top() == 0) return false;
    if (text_) {
        texts_.clear();
        return true;
    }
    size_t kept = 0;
    for (size_t i = 1; i < thresholds_.size(); i += 2) thresholds_[kept++] = thresholds_[i];
    thresholds_.resize(kept);
    return true;
}

uint32_t Axis::direct_classes() const {
    if (text_) return 0;
    if (thresholds_.empty()) return 1;
    const uint64_t span = static_cast<uint64_t>(thresholds_.back()) - static_cast<uint64_t>(thresholds_.front());
    return span + 2 > kMostDirect ? 0 : static_cast<uint32_t>(span + 2);
}

void Axis::make_direct() {
    if (thresholds_.empty()) return;
    const int64_t first = thresholds_.front(), last = thresholds_.back();
    thresholds_.clear();
    for (int64_t t = first;; ++t) {
        thresholds_.push_back(t);
        if (t == last) return;
    }
}

void Axis::cover(const RowTest& test, std::vector<ClassRange>& out) const {
    out.clear();
    if (text_)
        cover_texts(test, out);
    else
        cover_numbers(test, out);
    if (test.on_error != Status::No) append(out, {error_class(), error_class(), test.on_error});
}

void Axis::cover_numbers(const RowTest& test, std::vector<ClassRange>& out) const {
    const auto class_of = [&](int64_t value) {
        return static_cast<uint32_t>(std::upper_bound(thresholds_.begin(), thresholds_.end(), value) -
                                     thresholds_.begin());
    };
    for (const Interval& i : test.intervals) {
        const uint32_t first = class_of(i.low), last = class_of(i.high);
        const bool whole_first = i.low == (first == 0 ? INT64_MIN : thresholds_[first - 1]);
        const bool whole_last = last == top() ? i.high == INT64_MAX : i.high == thresholds_[last] - 1;
        if (first == last) {
            const bool whole = whole_first && whole_last;
            // Two tests may both hold for a part of one coarse class.
            if (!whole && !out.empty() && out.back().last == first) continue;
            append(out, {first, first, whole ? Status::Yes : Status::Maybe});
            continue;
        }
        uint32_t from = first;
        if (!whole_first) {
            if (out.empty() || out.back().last != first) append(out, {first, first, Status::Maybe});
            ++from;
        }
        const uint32_t until = whole_last ? last : last - 1;  // last > first >= 0
        if (from <= until) append(out, {from, until, Status::Yes});
        if (!whole_last) append(out, {last, last, Status::Maybe});
    }
}

void Axis::cover_texts(const RowTest& test, std::vector<ClassRange>& out) const {
    if (texts_.empty()) {  // coarse: nothing is told apart
        const auto holds = [](const NamedText& t) { return t.holds; };
        const bool some = test.other_texts || std::any_of(test.texts.begin(), test.texts.end(), holds);
        const bool all = test.other_texts && std::all_of(test.texts.begin(), test.texts.end(), holds);
        if (some) append(out, {0, 0, all ? Status::Yes : Status::Maybe});
        return;
    }
    if (test.other_texts) append(out, {0, 0, Status::Yes});
    size_t next = 0;  // both are sorted
    for (uint32_t c = 1; c <= top(); ++c) {
        const std::string_view text = texts_[c - 1];
        while (next < test.texts.size() && test.texts[next].text < text) ++next;
        const bool named = next < test.texts.size() && test.texts[next].text == text;
        if (named ? test.texts[next].holds : test.other_texts) append(out, {c, c, Status::Yes});
    }
}

}  // namespace remit::indexing
