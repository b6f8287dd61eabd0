// The schema's kinds of values: how they lie in registers and slots, and what hosts call them.
#pragma once

#include <string_view>

#include "vm/program/program.h"

namespace remit {

Kind kind_of(ValueKind kind) noexcept;
/// `bool`, `int`, `decimal`, ...: in the descriptions of a policy.
std::string_view value_kind_name(ValueKind kind) noexcept;

}  // namespace remit
