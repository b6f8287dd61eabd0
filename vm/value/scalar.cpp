// Numbers, durations and timestamps: text to 64 bits and back.
#include "vm/value/scalar.h"

#include <algorithm>
#include <charconv>

namespace remit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), is_digit); }

/// Digits with a sign, counted downwards so that INT64_MIN fits.
std::optional<int64_t> signed_digits(std::string_view digits, bool negative) {
    int64_t value = 0;
    for (const char c : digits) {
        if (__builtin_mul_overflow(value, int64_t{10}, &value)) return std::nullopt;
        if (__builtin_sub_overflow(value, int64_t{c - '0'}, &value)) return std::nullopt;
    }
    if (negative) return value;
    if (value == INT64_MIN) return std::nullopt;
    return -value;
}

bool take(std::string_view& s, char c) {
    if (s.empty() || s.front() != c) return false;
    s.remove_prefix(1);
    return true;
}
std::string_view take_digits(std::string_view& s) {
    size_t n = 0;
    while (n < s.size() && is_digit(s[n])) ++n;
    const std::string_view digits = s.substr(0, n);
    s.remove_prefix(n);
    return digits;
}

/// `e+12` at the end of a number; huge exponents are clamped, which no digits make fit again.
std::optional<int64_t> take_exponent(std::string_view& s) {
    if (!take(s, 'e') && !take(s, 'E')) return 0;
    const bool negative = take(s, '-');
    if (!negative) take(s, '+');
    std::string_view digits = take_digits(s);
    if (digits.empty()) return std::nullopt;
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    int64_t value = int64_t{1} << 40;
    if (digits.size() <= 12) value = signed_digits(digits, false).value_or(value);
    return negative ? -value : value;
}

struct Unit {
    std::string_view name;
    int64_t ns;
};
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
    {"w", 604'800'000'000'000},
};
constexpr Unit kWritten[] = {kUnits[6], kUnits[5], kUnits[4], kUnits[3], kUnits[2], kUnits[1], kUnits[0]};

constexpr int64_t kSecond = 1'000'000'000;

/// Days since 1970-01-01 of a date in the Gregorian calendar, counted from 1 March so that leap days come last.
int64_t days_from_civil(int64_t y, int64_t m, int64_t d) {
    y -= m <= 2;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}
struct Date {
    int64_t y, m, d;
};
Date civil_from_days(int64_t z) {
    z += 719'468;
    const int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
    const int64_t doe = z - era * 146'097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    const int64_t m = mp < 10 ? mp + 3 : mp - 9;
    return {yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1};
}
int64_t days_in_month(int64_t y, int64_t m) {
    constexpr int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : kDays[m - 1];
}

/// Exactly `n` digits.
std::optional<int64_t> take_number(std::string_view& s, size_t n) {
    if (s.size() < n || !all_digits(s.substr(0, n))) return std::nullopt;
    const auto value = signed_digits(s.substr(0, n), false);
    s.remove_prefix(n);
    return value;
}
std::optional<int64_t> take_date(std::string_view& s) {
    const auto y = take_number(s, 4);
    if (!y || !take(s, '-')) return std::nullopt;
    const auto m = take_number(s, 2);
    if (!m || *m < 1 || *m > 12 || !take(s, '-')) return std::nullopt;
    const auto d = take_number(s, 2);
    if (!d || *d < 1 || *d > days_in_month(*y, *m)) return std::nullopt;
    return days_from_civil(*y, *m, *d);
}
std::optional<int64_t> take_clock(std::string_view& s, bool with_seconds) {
    const auto h = take_number(s, 2);
    if (!h || *h > 23 || !take(s, ':')) return std::nullopt;
    const auto m = take_number(s, 2);
    if (!m || *m > 59) return std::nullopt;
    int64_t seconds = 0;
    if (with_seconds) {
        if (!take(s, ':')) return std::nullopt;
        const auto sec = take_number(s, 2);
        if (!sec || *sec > 59) return std::nullopt;
        seconds = *sec;
    }
    return *h * 3600 + *m * 60 + seconds;
}
std::optional<int64_t> take_fraction(std::string_view& s) {
    if (!take(s, '.')) return 0;
    std::string_view digits = take_digits(s);
    if (digits.empty()) return std::nullopt;
    if (digits.size() > 9 && digits.find_first_not_of('0', 9) != std::string_view::npos) return std::nullopt;
    int64_t ns = 0;
    for (size_t i = 0; i < 9; ++i) ns = ns * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    return ns;
}
/// Seconds east of UTC.
std::optional<int64_t> take_zone(std::string_view& s) {
    if (take(s, 'Z') || take(s, 'z')) return 0;
    const bool west = take(s, '-');
    if (!west && !take(s, '+')) return std::nullopt;
    const auto offset = take_clock(s, false);
    if (!offset) return std::nullopt;
    return west ? -*offset : *offset;
}

void append_padded(std::string& out, int64_t value, size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace

std::optional<int64_t> parse_int(std::string_view text) {
    const bool negative = take(text, '-');
    if (!all_digits(text)) return std::nullopt;
    return signed_digits(text, negative);
}

std::optional<int64_t> parse_decimal(std::string_view text, int scale) {
    const bool negative = take(text, '-');
    const std::string_view whole = take_digits(text);
    if (whole.empty()) return std::nullopt;
    std::string_view fraction;
    if (take(text, '.')) {
        fraction = take_digits(text);
        if (fraction.empty()) return std::nullopt;
    }
    const auto exponent = take_exponent(text);
    if (!exponent || !text.empty()) return std::nullopt;

    std::string digits(whole);
    digits += fraction;
    int64_t shift = *exponent - static_cast<int64_t>(fraction.size()) + scale;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
        ++shift;
    }
    if (digits.empty()) return 0;
    if (shift < 0 || shift > 19) return std::nullopt;
    digits.append(static_cast<size_t>(shift), '0');
    return signed_digits(digits, negative);
}

std::string format_decimal(int64_t value, int scale) {
    std::string digits = std::to_string(value);
    const bool negative = digits.front() == '-';
    if (negative) digits.erase(0, 1);
    if (scale > 0) {
        const size_t places = static_cast<size_t>(scale);
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, 1, '.');
    }
    return negative ? "-" + digits : digits;
}

std::optional<int64_t> parse_duration(std::string_view text) {
    const bool negative = take(text, '-');
    if (text.empty()) return std::nullopt;
    int64_t total = 0;
    while (!text.empty()) {
        const std::string_view digits = take_digits(text);
        if (digits.empty()) return std::nullopt;
        size_t n = 0;
        while (n < text.size() && !is_digit(text[n])) ++n;
        const std::string_view name = text.substr(0, n);
        text.remove_prefix(n);
        const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                        [&](const Unit& u) { return u.name == name; });
        const auto amount = signed_digits(digits, true);
        int64_t part = 0;
        if (unit == std::end(kUnits) || !amount) return std::nullopt;
        if (__builtin_mul_overflow(*amount, unit->ns, &part)) return std::nullopt;
        if (__builtin_add_overflow(total, part, &total)) return std::nullopt;
    }
    if (negative) return total;
    if (total == INT64_MIN) return std::nullopt;
    return -total;
}

std::string format_duration(int64_t ns) {
    if (ns == 0) return "0s";
    std::string out = ns < 0 ? "-" : "";
    uint64_t rest = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
    for (const Unit& unit : kWritten) {
        const uint64_t size = static_cast<uint64_t>(unit.ns);
        if (rest < size) continue;
        out += std::to_string(rest / size);
        out += unit.name;
        rest %= size;
    }
    return out;
}

std::optional<int64_t> parse_timestamp(std::string_view text) {
    const auto days = take_date(text);
    if (!days || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
    const auto clock = take_clock(text, true);
    if (!clock) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return std::nullopt;
    // Multiply away from zero last, so that the earliest timestamps (negative seconds, positive fraction) fit.
    int64_t seconds = *days * 86'400 + *clock - *zone, part = *fraction, ns = 0;
    if (seconds < 0 && part > 0) {
        ++seconds;
        part -= kSecond;
    }
    if (__builtin_mul_overflow(seconds, kSecond, &ns) || __builtin_add_overflow(ns, part, &ns)) return std::nullopt;
    return ns;
}

std::string format_timestamp(int64_t ns) {
    int64_t seconds = ns / kSecond, fraction = ns % kSecond;
    if (fraction < 0) {
        fraction += kSecond;
        --seconds;
    }
    int64_t days = seconds / 86'400, clock = seconds % 86'400;
    if (clock < 0) {
        clock += 86'400;
        --days;
    }
    const Date date = civil_from_days(days);
    std::string out;
    append_padded(out, date.y, 4);
    out += '-';
    append_padded(out, date.m, 2);
    out += '-';
    append_padded(out, date.d, 2);
    out += 'T';
    append_padded(out, clock / 3600, 2);
    out += ':';
    append_padded(out, clock / 60 % 60, 2);
    out += ':';
    append_padded(out, clock % 60, 2);
    if (fraction != 0) {
        out += '.';
        append_padded(out, fraction, 9);
        out.erase(out.find_last_not_of('0') + 1);
    }
    return out + 'Z';
}

}  // namespace remit
