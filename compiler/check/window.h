// `window NAME in ZONE { times of the week } except { days }` -> the one list of numbers that `during` reads (vm/ops/window.h). Spans are
// joined and sorted and so are closed days, so that windows with one meaning are one constant.
#pragma once

#include <optional>
#include <vector>

#include "compiler/check/world.h"

namespace remit {

/// Two minutes of the week, from and before; or two days, first and last.
struct TimeSpan {
    int64_t from = 0, to = 0;
};

/// `mon-fri 09:00-17:30`, `sat,sun 10:00-12:00`, `daily 22:00-06:00`: in minutes of the week. Nothing if it is none.
std::optional<std::vector<TimeSpan>> read_moment(std::string_view text);
/// `2026-12-24` or `2026-12-24..2026-12-26`: in days since 1970. Nothing if it is none.
std::optional<TimeSpan> read_closed_days(std::string_view text);

/// Reports what is wrong; then the window is never open.
WindowConstant compile_window(World& world, const ast::WindowDecl& decl);

}  // namespace remit
