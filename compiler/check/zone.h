// Time zones by name: what the clocks of a place do, as the first numbers of a window (vm/ops/window.h). The names and rules are a table
// of the compiler's own, zones.def; no file of the machine is read.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/ops/window.h"

namespace remit {

using ZoneRule = std::array<int64_t, window::kSpanCount>;

/// `Europe/Berlin` -> its rule; nothing for a name that the table does not have.
std::optional<ZoneRule> find_zone(std::string_view name);
/// A rule as POSIX's TZ writes it, with changes given as `Mm.w.d`: `CET-1CEST,M3.5.0,M10.5.0/3`.
std::optional<ZoneRule> read_zone_rule(std::string_view text);
/// All names, sorted.
std::vector<std::string> zone_names();

}  // namespace remit
