// The schema's kinds of values: how they lie in registers and slots, and what hosts call them.
#pragma once

#include <string_view>

#include "vm/program/program.h"

namespace remit {

Kind kind_of(ValueKind kind) noexcept;
/// `bool`, `int`, `decimal`, ...: in the descriptions of a policy.
std::string_view value_kind_name(ValueKind kind) noexcept;

/// What a command is made of. All but the text are errors in a command that was not understood.
enum CommandField : uint32_t {
    kCommandText,        // as it was given: in the digest, and read by no rule
    kCommandProgram,     // the last path component of the first word
    kCommandExecutable,  // the first word
    kCommandArgv,        // all words
    kCommandArgs,        // all but the first
};
inline constexpr uint32_t kCommandFieldCount = 5;
/// These fields with their types; the layout of the lists is that of `texts`.
std::vector<FieldDesc> command_fields(TypeRef texts);
/// `text`, `program`, ...
std::string_view command_field_name(uint32_t field) noexcept;

}  // namespace remit
