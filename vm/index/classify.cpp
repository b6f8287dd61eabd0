#include "vm/index/classify.h"

#include <algorithm>
#include <bit>

#include "vm/index/classes.h"
#include "vm/index/text_hash.h"

namespace remit {

SearchClasses::SearchClasses(std::vector<int64_t> ascending) : thresholds(std::move(ascending)) {
    if (thresholds.empty()) return;
    const uint64_t span = static_cast<uint64_t>(thresholds.back()) - static_cast<uint64_t>(thresholds.front());
    // About two steps for each threshold, so that a step rarely holds more than one.
    const int bits = std::bit_width(thresholds.size() * 2);
    shift = static_cast<uint32_t>(std::max(0, static_cast<int>(std::bit_width(span)) - bits));
    const size_t count = static_cast<size_t>(span >> shift) + 2;
    steps.resize(count);
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
        // Step i begins at front + (i << shift): thresholds below it are passed.
        while (next < thresholds.size() &&
               ((static_cast<uint64_t>(thresholds[next]) - static_cast<uint64_t>(thresholds.front())) >> shift) < i)
            ++next;
        steps[i] = static_cast<uint32_t>(next);
    }
}

uint32_t search_class(const SearchClasses& classes, int64_t value) noexcept {
    const std::vector<int64_t>& t = classes.thresholds;
    if (t.empty() || value < t.front()) return 0;
    const uint64_t step = (static_cast<uint64_t>(value) - static_cast<uint64_t>(t.front())) >> classes.shift;
    if (step + 1 >= classes.steps.size()) {
        // In the last step, or beyond it.
        if (value >= t.back()) return static_cast<uint32_t>(t.size());
    }
    const uint32_t first = classes.steps[step], last = classes.steps[step + 1];
    return static_cast<uint32_t>(std::upper_bound(t.begin() + first, t.begin() + last, value) - t.begin());
}

TextClasses::TextClasses(const std::vector<std::string_view>& sorted) : texts(sorted) {
    entries.assign(std::bit_ceil(texts.size() * 2 + 1), {});
    for (uint32_t c = 1; c <= texts.size(); ++c) {
        const std::string_view text = texts[c - 1];
        const uint64_t h = text_hash(text.data(), text.size());
        size_t at = h & (entries.size() - 1);
        while (entries[at].text_class != 0) at = (at + 1) & (entries.size() - 1);
        entries[at] = {static_cast<uint32_t>(h >> 32), c};
    }
}

uint32_t text_class(const TextClasses& classes, const Str& text) noexcept {
    const uint64_t h = text_hash(text.data, text.size);
    const size_t mask = classes.entries.size() - 1;
    for (size_t at = h & mask;; at = (at + 1) & mask) {
        const TextClasses::Entry e = classes.entries[at];
        if (e.text_class == 0) return 0;
        if (e.hash == static_cast<uint32_t>(h >> 32) && classes.texts[e.text_class - 1] == text.view())
            return e.text_class;
    }
}

uint32_t class_of(ClassKind kind, const Table& table, size_t d, V value) noexcept {
    const TableDim& dim = table.dims[d];
    if (value.err != 0) return dim.top + 1;
    switch (kind) {
        case ClassKind::Direct: return clamped(value.bits, dim.base, dim.span);
        case ClassKind::Few: {
            uint32_t passed = 0;
            const auto* thresholds = table_data<int64_t>(table, dim.data_at);
            for (uint32_t i = 0; i < kFewThresholds; ++i) passed += thresholds[i] <= value.bits ? 1 : 0;
            return std::min(passed, dim.top);
        }
        case ClassKind::Span: return table_data<uint8_t>(table, dim.data_at)[clamped(value.bits, dim.base, dim.span)];
        case ClassKind::Search: return search_class(**table_data<const SearchClasses*>(table, dim.data_at), value.bits);
        case ClassKind::Text: return text_class(**table_data<const TextClasses*>(table, dim.data_at), as<Str>(value));
    }
    return dim.top + 1;
}

uint64_t role_word(const RoleSets& sets, const V* masks) noexcept {
    uint64_t word = kEveryone;
    for (const RoleSets::Word& w : sets.words) {
        const bool has = (static_cast<uint64_t>(masks[w.word].bits) & w.mask) != 0;
        word |= static_cast<uint64_t>(has) << w.set;
    }
    return word;
}

}  // namespace remit
