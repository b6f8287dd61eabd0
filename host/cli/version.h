// The version that `remit --version` prints; the build system sets REMIT_VERSION.
#pragma once

#include <string_view>

namespace remit::cli {

inline constexpr std::string_view version_line() { return "remit " REMIT_VERSION; }

}  // namespace remit::cli
