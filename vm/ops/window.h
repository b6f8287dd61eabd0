// Time windows: the hours of a week on the clocks of some place, but for closed days. A window is one list of numbers, made by the compiler:
//
//   [kStandard]   seconds east of UTC
//   [kDaylight]   seconds east of UTC in daylight time; the same where there is none
//   [kBegins ..]  when daylight time begins: month, week (5: the last), day of the week (0: Sunday), seconds after midnight
//   [kEnds ..]    when it ends; all eight are 0 where there is none
//   [kSpanCount]  how many spans follow; each is two minutes of the week, from and before; the week begins on Monday
//   and then closed days to the end, each two days since 1970-01-01, first and last
//
// The rule of the clocks is that of POSIX's TZ and is taken to hold for all years. Total for every instant and every list; a list that is
// no window is an error. Also compiled to bitcode, so it includes next to nothing.
#pragma once

#include <cstdint>

#include "vm/value/value.h"

namespace remit::window {

enum Position : uint32_t { kStandard = 0, kDaylight = 1, kBegins = 2, kEnds = 6, kSpanCount = 10, kSpans = 11 };
inline constexpr int64_t kMinutesOfWeek = 7 * 24 * 60;
inline constexpr int64_t kDay = 86'400, kMaxOffset = 26 * 3600, kMaxRuleTime = 168 * 3600;

constexpr int64_t floor_div(int64_t a, int64_t b) noexcept {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// Days since 1970-01-01 of a day of the Gregorian calendar, by counting years from March.
constexpr int64_t day_of(int64_t year, int64_t month, int64_t day) noexcept {
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = floor_div(y, 400), of_era = y - era * 400;
    const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}
constexpr int64_t year_of(int64_t day) noexcept {
    const int64_t z = day + 719'468, era = floor_div(z, 146'097), of_era = z - era * 146'097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    return era * 400 + y + (of_year >= 306 ? 1 : 0);  // January and February belong to the next
}

/// A rule's moment in `year`, in seconds since 1970 on the clocks before the change. `rule`: month, week, day of the week, seconds.
constexpr int64_t moment_of(const int64_t rule[4], int64_t year) noexcept {
    const int64_t month = rule[0], first = day_of(year, month, 1);
    const int64_t next = month == 12 ? day_of(year + 1, 1, 1) : day_of(year, month + 1, 1);
    const int64_t weekday = first + 4 - floor_div(first + 4, 7) * 7;  // 1970-01-01 was a Thursday
    int64_t day = first + (rule[2] - weekday + 7) % 7 + 7 * (rule[1] - 1);
    if (day >= next) day -= 7;
    return day * kDay + rule[3];
}

/// What clocks show at an instant, both in seconds. `head`: the first numbers of a window.
constexpr int64_t local_time(const int64_t head[kSpanCount], int64_t instant) noexcept {
    const int64_t standard = instant + head[kStandard];
    if (head[kBegins] == 0) return standard;
    const int64_t year = year_of(floor_div(standard, kDay));
    const int64_t begins = moment_of(head + kBegins, year) - head[kStandard];
    const int64_t ends = moment_of(head + kEnds, year) - head[kDaylight];
    const bool daylight = begins < ends ? begins <= instant && instant < ends : instant >= begins || instant < ends;
    return instant + (daylight ? head[kDaylight] : head[kStandard]);
}

constexpr bool is_rule(const int64_t rule[4]) noexcept {
    return rule[0] >= 1 && rule[0] <= 12 && rule[1] >= 1 && rule[1] <= 5 && rule[2] >= 0 && rule[2] <= 6 &&
           rule[3] >= -kMaxRuleTime && rule[3] <= kMaxRuleTime;
}
constexpr bool is_offset(int64_t seconds) noexcept { return seconds >= -kMaxOffset && seconds <= kMaxOffset; }

/// Reads the numbers of a list; false where one is an error.
inline bool read(const List& list, uint32_t from, uint32_t count, int64_t* to) noexcept {
    if (list.size < from + count) return false;
    for (uint32_t i = 0; i < count; ++i) {
        if (list.items[from + i].err != 0) return false;
        to[i] = list.items[from + i].bits;
    }
    return true;
}

/// `at` lies in one of the pairs of numbers from `from` on. kError if one of them is no pair.
inline int64_t in_some_pair(const List& list, uint32_t from, uint32_t end, int64_t at, bool with_last) noexcept {
    int64_t found = kFalse;
    for (; from < end; from += 2) {
        int64_t pair[2] = {};
        if (!read(list, from, 2, pair) || pair[0] > pair[1]) return kError;
        if (pair[0] <= at && (with_last ? at <= pair[1] : at < pair[1])) found = kTrue;
    }
    return found;
}

/// Whether an instant (ns since 1970) lies in a window: the bits of a guard.
inline int64_t holds(const List& list, int64_t instant_ns) noexcept {
    int64_t head[kSpans] = {};
    if (!read(list, 0, kSpans, head) || !is_offset(head[kStandard]) || !is_offset(head[kDaylight])) return kError;
    if (head[kBegins] != 0 && (!is_rule(head + kBegins) || !is_rule(head + kEnds))) return kError;
    const uint32_t pairs = (list.size - kSpans) / 2;
    if (list.size % 2 == 0 || head[kSpanCount] < 0 || head[kSpanCount] > static_cast<int64_t>(pairs)) return kError;
    const uint32_t closed = kSpans + 2 * static_cast<uint32_t>(head[kSpanCount]);
    const int64_t local = local_time(head, floor_div(instant_ns, 1'000'000'000));
    const int64_t day = floor_div(local, kDay), minute = (local - day * kDay) / 60;
    const int64_t weekday = day + 3 - floor_div(day + 3, 7) * 7;
    const int64_t open = in_some_pair(list, kSpans, closed, weekday * 24 * 60 + minute, false);
    const int64_t shut = in_some_pair(list, closed, list.size, day, true);
    if (open == kError || shut == kError) return kError;
    return open == kTrue && shut == kFalse ? kTrue : kFalse;
}

}  // namespace remit::window
