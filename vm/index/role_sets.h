// The role word of a table in a program with more than kMaxDirectRoles roles: bit i says that the session has some role of the table's
// set i. A bound session computes each table's word once.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/index/index.h"
#include "vm/ops/row.h"

namespace remit {

struct RoleSets {
    struct Word {
        uint32_t word = 0;  // of the session's role mask
        uint32_t set = 0;   // bit of the role word
        uint64_t mask = 0;
    };
    std::vector<Word> words;
};

/// `masks`: the session's role mask, as V in the frame from kSlotRoles on.
uint64_t role_word(const RoleSets& sets, const V* masks) noexcept;

/// Of a table that has some.
inline const RoleSets& role_sets_of(const Table& table) noexcept {
    return **table_data<const RoleSets*>(table, table.roles_at);
}

/// The role word of `table` for `frame`.
inline uint64_t role_word_of(const Table& table, const V* frame) noexcept {
    return table.roles_at != 0 ? role_word(role_sets_of(table), frame + kSlotRoles)
                               : static_cast<uint64_t>(frame[kSlotRoles].bits) | kEveryone;
}

}  // namespace remit
