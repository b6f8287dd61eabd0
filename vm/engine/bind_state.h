// The state's part of the frame: marks, counts, and what the session has read (docs/semantics.md section 7).
#pragma once

#include <optional>
#include <span>

#include "vm/engine/arena.h"
#include "vm/engine/bind.h"
#include "vm/engine/carry.h"
#include "vm/engine/denials.h"
#include "vm/engine/request.h"
#include "vm/program/program.h"

namespace remit {

/// Fills the slots of every declared mark and count; what is missing becomes Err::MissingState and one denial each.
/// Counts that are kept for each value of an argument: that of this call's.
void bind_state(const Request& request, const Program& program, const Carry* carry, Arena& arena, Bound& bound);

/// What the host gives as a number's or a sum's amount; nullopt: it is none.
std::optional<int64_t> read_amount(const StateDesc& desc, const Json& json);

/// The values of a distinct count, as a sorted list in `arena`; false if one has another type, or there are too many.
bool read_distinct(const Program& program, const StateDesc& desc, std::span<const Json> values, Arena& arena, V& list);

/// The rank of the high-water class (`high`) or the low-water trust: the given symbol, joined with what is carried; where neither
/// says, the end of the vocabulary that is the stricter. nullopt: the given symbol is unknown.
std::optional<int64_t> carried_water(std::optional<std::string_view> given, const Carry* carry,
                                     const Vocabulary& vocabulary, bool high);

}  // namespace remit
