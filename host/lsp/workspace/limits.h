// Every size that an editor can make us take.
#pragma once

#include <cstddef>

namespace remit::lsp::limits {

inline constexpr size_t kMaxOpenDocuments = 4096;
inline constexpr size_t kMaxPolicyFiles = 2000;  // of a workspace that are looked at
inline constexpr size_t kMaxRoots = 16;          // policies that one file is checked in
inline constexpr size_t kMaxKeptPolicies = 64;   // compiled and kept
inline constexpr size_t kMaxItems = 1000;        // completions, symbols of a workspace

}  // namespace remit::lsp::limits
