#include "compiler/check/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/zone.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int64_t kDayMinutes = 24 * 60;

std::optional<int64_t> number(std::string_view text, size_t digits, int64_t low, int64_t high) {
    if (text.size() != digits) return std::nullopt;
    int64_t n = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        n = 10 * n + (c - '0');
    }
    return n >= low && n <= high ? std::optional(n) : std::nullopt;
}

std::optional<int64_t> weekday(std::string_view text) {
    const auto it = std::find(std::begin(kDays), std::end(kDays), text);
    return it == std::end(kDays) ? std::nullopt : std::optional<int64_t>(it - std::begin(kDays));
}

/// `mon`, `fri-mon`: which days of the week, added to `days`.
bool add_days(std::string_view text, bool days[7]) {
    const size_t dash = text.find('-');
    const auto first = weekday(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : weekday(text.substr(dash + 1));
    if (!first || !last) return false;
    for (int64_t d = *first;; d = (d + 1) % 7) {
        days[d] = true;
        if (d == *last) return true;
    }
}

bool read_days(std::string_view text, bool days[7]) {
    if (text == "daily") return add_days("mon-sun", days);
    for (;;) {
        const size_t comma = text.find(',');
        if (!add_days(text.substr(0, comma), days)) return false;
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
}

/// `09:30`, up to `24:00`.
std::optional<int64_t> minute(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = number(text.substr(0, 2), 2, 0, 24), minutes = number(text.substr(3), 2, 0, 59);
    if (!hours || !minutes || *hours * 60 + *minutes > kDayMinutes) return std::nullopt;
    return *hours * 60 + *minutes;
}

std::optional<int64_t> date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4), 4, 1, 9999), month = number(text.substr(5, 2), 2, 1, 12),
               day = number(text.substr(8), 2, 1, 31);
    if (!year || !month || !day) return std::nullopt;
    const int64_t next = *month == 12 ? window::day_of(*year + 1, 1, 1) : window::day_of(*year, *month + 1, 1);
    const int64_t at = window::day_of(*year, *month, *day);
    return at < next ? std::optional(at) : std::nullopt;
}

/// Sorted, with none that touch. `touching`: how far apart two still are one.
std::vector<TimeSpan> joined(std::vector<TimeSpan> spans, int64_t touching) {
    std::sort(spans.begin(), spans.end(), [](const TimeSpan& a, const TimeSpan& b) { return a.from < b.from; });
    std::vector<TimeSpan> out;
    for (const TimeSpan& s : spans) {
        if (!out.empty() && s.from <= out.back().to + touching)
            out.back().to = std::max(out.back().to, s.to);
        else
            out.push_back(s);
    }
    return out;
}

/// Each text read as spans; what cannot be read is reported.
template <DiagId kBad, class Read>
std::vector<TimeSpan> read_all(World& world, const std::vector<ast::Name>& texts, const Read& read) {
    std::vector<TimeSpan> out;
    for (const ast::Name& text : texts) {
        if (!read(text.text, out)) world.diagnostics.report<kBad>(text.span, text.text);
    }
    if (texts.size() > limits::kMaxWindowTexts)
        world.diagnostics.report<DiagId::TooMany>(texts[limits::kMaxWindowTexts].span, limits::kMaxWindowTexts,
                                                  "times or days in a window");
    return out;
}

bool add_moment(std::string_view text, std::vector<TimeSpan>& out) {
    const auto spans = read_moment(text);
    if (spans) out.insert(out.end(), spans->begin(), spans->end());
    return spans.has_value();
}

bool add_closed(std::string_view text, std::vector<TimeSpan>& out) {
    const auto days = read_closed_days(text);
    if (days) out.push_back(*days);
    return days.has_value();
}

}  // namespace

std::optional<std::vector<TimeSpan>> read_moment(std::string_view text) {
    const size_t space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    bool days[7] = {};
    const std::string_view times = text.substr(space + 1);
    const size_t dash = times.find('-');
    if (dash == std::string_view::npos || !read_days(text.substr(0, space), days)) return std::nullopt;
    const auto from = minute(times.substr(0, dash)), to = minute(times.substr(dash + 1));
    if (!from || !to || *from == *to || *from == kDayMinutes) return std::nullopt;
    const int64_t length = *to > *from ? *to - *from : *to + kDayMinutes - *from;  // else it ends on the day after
    std::vector<TimeSpan> out;
    for (int64_t d = 0; d < 7; ++d) {
        if (!days[d]) continue;
        const int64_t begin = d * kDayMinutes + *from, end = begin + length;
        out.push_back({begin, std::min(end, window::kMinutesOfWeek)});
        if (end > window::kMinutesOfWeek) out.push_back({0, end - window::kMinutesOfWeek});
    }
    return out;
}

std::optional<TimeSpan> read_closed_days(std::string_view text) {
    const size_t dots = text.find("..");
    const auto first = date(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : date(text.substr(dots + 2));
    if (!first || !last || *last < *first) return std::nullopt;
    return TimeSpan{*first, *last};
}

WindowConstant compile_window(World& world, const ast::WindowDecl& decl) {
    const std::optional<ZoneRule> zone = find_zone(decl.zone.text);
    if (!zone) {
        Diagnostic& d = world.diagnostics.report<DiagId::UnknownZone>(decl.zone.span, decl.zone.text);
        if (std::string hint = suggest(decl.zone.text, zone_names()); !hint.empty()) d.help = hint;
    }
    const auto open = joined(read_all<DiagId::BadMoment>(world, decl.moments, add_moment), 0);
    const auto closed = joined(read_all<DiagId::BadClosedDay>(world, decl.except, add_closed), 1);
    const ZoneRule head = zone.value_or(ZoneRule{});
    std::vector<int64_t> numbers(head.begin(), head.end());
    numbers.push_back(static_cast<int64_t>(open.size()));
    for (const auto* spans : {&open, &closed})
        for (const TimeSpan& s : *spans) numbers.insert(numbers.end(), {s.from, s.to});

    WindowConstant out;
    out.list.type = static_cast<TypeRef>(Kind::List);
    for (const int64_t n : numbers) {
        Constant item;
        item.type = static_cast<TypeRef>(Kind::Int);
        item.number = n;
        out.list.items.push_back(std::move(item));
    }
    out.text = fmt::format("{{{}}}", fmt::join(numbers, " "));
    return out;
}

}  // namespace remit
