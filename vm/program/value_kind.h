// How the schema's kinds of values lie in registers and slots.
#pragma once

#include "vm/program/program.h"

namespace remit {

Kind kind_of(ValueKind kind) noexcept;

}  // namespace remit
