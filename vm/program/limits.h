// Every size that input can have. A program or request beyond one of these is refused with a message that names it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace remit::limits {

// policies
inline constexpr size_t kMaxSourceBytes = 64u << 20;  // one file
inline constexpr size_t kMaxFiles = 256;              // of one policy, `use` followed
inline constexpr size_t kMaxDeclBytes = 1u << 20;     // one declaration
inline constexpr size_t kMaxDecls = 200'000;          // in one file
inline constexpr size_t kMaxKeptDecls = 400'000;      // that a compiler remembers from one version to the next
inline constexpr size_t kMaxNesting = 64;             // brackets, and depth of expressions and types
inline constexpr size_t kMaxDiagnostics = 200;        // reported; the rest is counted
inline constexpr size_t kMaxLayers = 8;               // policy under policy under ...
inline constexpr size_t kMaxTableCells = 4096;        // combinations of a table's keys; and its rows
inline constexpr size_t kMaxWindowTexts = 512;        // times of the week, and closed days, of a window

// programs
inline constexpr size_t kMaxImageBytes = 256u << 20;
inline constexpr size_t kMaxRegisters = 256;  // of one shape
inline constexpr size_t kMaxShapeInstrs = 4096;
inline constexpr size_t kMaxSlots = 65'535;
inline constexpr size_t kMaxRoles = 4096;
inline constexpr size_t kMaxSymbols = 65'535;    // of one vocabulary
inline constexpr size_t kMaxClaimWords = 64;     // that one `always` names: its isolation keys or evidence
inline constexpr size_t kMaxListItems = 65'536;  // the highest `max` a list may declare

// requests
inline constexpr size_t kMaxRequestBytes = 4u << 20;  // one line
inline constexpr size_t kMaxJsonDepth = 64;
inline constexpr size_t kMaxJsonNodes = 262'144;
inline constexpr size_t kMaxStringBytes = 1u << 20;  // one string argument, unless its type says less
inline constexpr size_t kMaxCommandBytes = 65'536;   // one command
inline constexpr size_t kMaxCommandWords = 1024;
inline constexpr size_t kMaxScopeGlobs = 1024;
inline constexpr size_t kMaxSignatures = 256;

}  // namespace remit::limits
