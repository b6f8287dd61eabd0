// From a slot's value to its class: what the index's dimensions mean, once, for every engine. Native code expands Direct, Few and
// Span by itself and is held to these functions by tests; Search and Text it calls.
#pragma once

#include "vm/index/index.h"

namespace remit {

/// Ascending thresholds and, for each of 2^k equal steps of value, where to begin: one load and a short scan. `data` of ClassKind::Search.
struct SearchClasses;
/// The texts that rules name. `data` of ClassKind::Text.
struct TextClasses;

/// How many thresholds are <= value.
uint32_t search_class(const SearchClasses& classes, int64_t value) noexcept;
/// The class of a text: 0 if no rule names it. Bytes are compared, hashes only narrow.
uint32_t text_class(const TextClasses& classes, const Str& text) noexcept;

/// value - base, never negative and at most span; without overflow.
inline uint32_t clamped(int64_t value, int64_t base, uint32_t span) noexcept {
    const uint64_t offset = static_cast<uint64_t>(value) - static_cast<uint64_t>(base);
    return value < base ? 0 : offset > span ? span : static_cast<uint32_t>(offset);
}

/// The class of any value along dimension `d` of `table`: top + 1 if it is an error.
uint32_t class_of(ClassKind kind, const Table& table, size_t d, V value) noexcept;

/// The cell of `table` for `frame`: dims [first, layout.dims.size()).
inline uint32_t cell_of(const Layout& layout, const Table& table, const V* frame, size_t first = 0) noexcept {
    uint32_t cell = 0;
    for (size_t d = first; d < layout.dims.size(); ++d)
        cell += class_of(layout.dims[d].kind, table, d, frame[layout.dims[d].slot]) * table.dims[d].stride;
    return cell;
}
inline uint32_t leaf_number(const Layout& layout, const Table& table, uint32_t cell) noexcept {
    switch (layout.cell_bytes) {
        case 1: return table_data<uint8_t>(table, table.cells_at)[cell];
        case 2: return table_data<uint16_t>(table, table.cells_at)[cell];
        default: return table_data<uint32_t>(table, table.cells_at)[cell];
    }
}
inline const Leaf& leaf_at(const Layout& layout, const Table& table, uint32_t cell) noexcept {
    return table_data<Leaf>(table, table.leaves_at)[leaf_number(layout, table, cell)];
}

}  // namespace remit
