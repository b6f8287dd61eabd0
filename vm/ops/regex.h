// Regular expressions made ready to match: linear time, whole string, no memory beyond a bound. The only room that includes
// RE2. A compiled expression is immutable and may be used from several threads at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vm/value/value.h"

namespace remit {

struct RegexMachine;
struct RegexMachineDelete {
    void operator()(RegexMachine*) const noexcept;
};

/// Value of Str::reserved that says: this Str is the first member of a CompiledRegex.
inline constexpr uint32_t kCompiledRegexTag = 1;

struct CompiledRegex {
    Str text;  // the pattern, tagged; refers to memory of the machine
    std::unique_ptr<RegexMachine, RegexMachineDelete> machine;
};

/// Null if `pattern` is not an expression that can be compiled within the memory bound.
std::unique_ptr<CompiledRegex> compile_regex(std::string_view pattern);
/// Why `pattern` cannot be compiled, or nothing.
std::optional<std::string> regex_error(std::string_view pattern);
bool regex_matches(const CompiledRegex& regex, std::string_view text) noexcept;

}  // namespace remit
