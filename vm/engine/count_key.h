// Counts that are kept for each value of an argument: the text of that value is the key under which state and charges name it.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "vm/engine/bind.h"
#include "vm/program/program.h"

namespace remit {

/// A value as a key: its canonical text. nullopt: an error, or of a type that has none (lists, records, opaque values).
std::optional<std::string> count_key(const Program& program, const ValueType& type, V value);

/// The key of a call of `tool` with these arguments. nullopt: the tool does not declare the argument, or it has no text.
std::optional<std::string> count_key(const Program& program, const ToolDesc& tool, std::span<const Argument> arguments,
                                     const StateDesc& state);

}  // namespace remit
