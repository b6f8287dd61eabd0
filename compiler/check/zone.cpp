#include "compiler/check/zone.h"

#include <algorithm>

namespace remit {

namespace {

struct Row {
    std::string_view name, rule;
};
constexpr Row kZones[] = {
#define REMIT_ZONE(name, rule) {name, rule},
#include "compiler/check/zones.def"
};

/// Reads a rule from the left; `fine` stays false once something did not fit.
class RuleReader {
public:
    explicit RuleReader(std::string_view text) : rest_(text) {}

    std::optional<ZoneRule> read() {
        constexpr int64_t kHour = 3600;
        ZoneRule rule{};
        abbreviation();
        rule[window::kStandard] = rule[window::kDaylight] = -time();
        if (fine_ && rest_.empty()) return rule;
        abbreviation();
        rule[window::kDaylight] = next() == ',' ? rule[window::kStandard] + kHour : -time();
        change(&rule[window::kBegins]);
        change(&rule[window::kEnds]);
        if (!fine_ || !rest_.empty()) return std::nullopt;
        return rule;
    }

private:
    char next() const { return rest_.empty() ? '\0' : rest_.front(); }
    bool skip(char c) {
        if (next() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Letters, or anything in `<>`. What clocks are called is no part of what they show.
    void abbreviation() {
        const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
        const bool in_brackets = skip('<');
        const auto end = std::find_if(rest_.begin(), rest_.end(),
                                      [&](char c) { return in_brackets ? c == '>' : !is_letter(c); });
        fine_ = fine_ && end != rest_.begin();
        rest_.remove_prefix(static_cast<size_t>(end - rest_.begin()));
        if (in_brackets) fine_ = skip('>') && fine_;
    }

    int64_t number() {
        constexpr int64_t kMost = 1000;
        int64_t n = 0;
        size_t digits = 0;
        for (; next() >= '0' && next() <= '9' && n < kMost; ++digits, rest_.remove_prefix(1))
            n = 10 * n + (next() - '0');
        fine_ = fine_ && digits > 0;
        return n;
    }

    /// `[+-]h[h][:mm[:ss]]` in seconds.
    int64_t time() {
        const int64_t sign = skip('-') ? -1 : 1;
        if (sign > 0) skip('+');
        int64_t seconds = number() * 3600;
        if (skip(':')) seconds += number() * 60;
        if (skip(':')) seconds += number();
        return sign * seconds;
    }

    /// `,Mm.w.d[/time]`; without a time it is two o'clock.
    void change(int64_t* rule) {
        fine_ = skip(',') && skip('M') && fine_;
        rule[0] = number();
        fine_ = skip('.') && fine_;
        rule[1] = number();
        fine_ = skip('.') && fine_;
        rule[2] = number();
        rule[3] = skip('/') ? time() : 2 * 3600;
        fine_ = fine_ && window::is_rule(rule);
    }

    std::string_view rest_;
    bool fine_ = true;
};

}  // namespace

std::optional<ZoneRule> read_zone_rule(std::string_view text) { return RuleReader(text).read(); }

std::optional<ZoneRule> find_zone(std::string_view name) {
    const auto it = std::lower_bound(std::begin(kZones), std::end(kZones), name,
                                     [](const Row& row, std::string_view n) { return row.name < n; });
    if (it == std::end(kZones) || it->name != name) return std::nullopt;
    return read_zone_rule(it->rule);
}

std::vector<std::string> zone_names() {
    std::vector<std::string> out;
    for (const Row& row : kZones) out.emplace_back(row.name);
    return out;
}

}  // namespace remit
