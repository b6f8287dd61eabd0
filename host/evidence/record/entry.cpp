#include "host/evidence/record/entry.h"

#include <charconv>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/record/canonical.h"
#include "host/evidence/record/ensure.h"

namespace remit::evidence {

namespace {

constexpr size_t kHashText = 43;  // base64url of 32 bytes
constexpr int64_t kSecond = 1'000'000'000, kDaySeconds = 86'400;

struct Date {
    int64_t year;
    unsigned month, day;
};
/// The Gregorian date of a number of days since 1970-01-01: counted in eras of 400 years that begin on 1 March.
Date date_of(int64_t days) {
    days += 719'468;
    const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const auto of_era = static_cast<unsigned>(days - era * 146'097);
    const unsigned year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    const unsigned month = (5 * of_year + 2) / 153;  // from March
    return {static_cast<int64_t>(year) + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
            of_year - (153 * month + 2) / 5 + 1};
}
int64_t days_of(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto of_era = static_cast<unsigned>(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146'097 + static_cast<int64_t>(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719'468;
}

void put_digits(char* at, uint64_t value, int digits) {
    for (int i = digits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

void append_hex(std::string& out, uint64_t value) {
    static constexpr char kHex[] = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[value >> shift & 15];
}
void append_hex(std::string& out, const ChainId& chain) {
    static constexpr char kHex[] = "0123456789abcdef";
    for (const uint8_t b : chain.bytes) out += kHex[b >> 4], out += kHex[b & 15];
}

void append_number(std::string& out, uint64_t value) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/// Takes the head apart from the left.
class HeadReader {
public:
    explicit HeadReader(std::string_view text) : rest_(text) {}
    bool literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    bool hex(std::span<uint8_t> out) {
        if (rest_.size() < out.size() * 2 || !from_hex(rest_.substr(0, out.size() * 2), out)) return false;
        rest_.remove_prefix(out.size() * 2);
        return true;
    }
    bool hex(uint64_t& out) {
        if (rest_.size() < 16) return false;
        out = 0;
        for (size_t i = 0; i < 16; ++i) {
            const int d = digit(rest_[i]);
            if (d < 0) return false;
            out = out << 4 | static_cast<uint64_t>(d);
        }
        rest_.remove_prefix(16);
        return true;
    }
    bool number(uint64_t& out) {
        const char* end = rest_.data() + rest_.size();
        const auto [stop, fault] = std::from_chars(rest_.data(), end, out);
        const auto size = static_cast<size_t>(stop - rest_.data());
        if (fault != std::errc() || (size > 1 && rest_[0] == '0') || out > uint64_t{kMaxJsonInteger}) return false;
        rest_.remove_prefix(size);
        return true;
    }
    bool word(std::string_view& out) {
        const size_t quote = rest_.find('"');
        if (quote == rest_.npos) return false;
        out = rest_.substr(0, quote);
        rest_.remove_prefix(quote);
        return true;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

bool read_prev(std::string_view text, EntryHead& head) {
    if (text.empty()) return true;
    head.prev = parse_hash64(text);
    return head.prev.has_value();
}

}  // namespace

void append_time(std::string& out, int64_t ns) {
    int64_t seconds = ns / kSecond, fraction = ns % kSecond;
    if (fraction < 0) fraction += kSecond, --seconds;
    int64_t day = seconds / kDaySeconds, second = seconds % kDaySeconds;
    if (second < 0) second += kDaySeconds, --day;
    const Date date = date_of(day);
    char text[30] = {'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0',
                     '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0', '0', '0', '0', 'Z'};
    put_digits(text, static_cast<uint64_t>(date.year), 4);
    put_digits(text + 5, date.month, 2);
    put_digits(text + 8, date.day, 2);
    put_digits(text + 11, static_cast<uint64_t>(second / 3600), 2);
    put_digits(text + 14, static_cast<uint64_t>(second / 60 % 60), 2);
    put_digits(text + 17, static_cast<uint64_t>(second % 60), 2);
    put_digits(text + 20, static_cast<uint64_t>(fraction), 9);
    out.append(text, sizeof text);
}

std::optional<int64_t> parse_time(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddddddddZ";
    if (text.size() != kForm.size()) return std::nullopt;
    for (size_t i = 0; i < kForm.size(); ++i)
        if (kForm[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) return std::nullopt;
    const auto field = [&](size_t at, size_t size) {
        int64_t value = 0;
        for (size_t i = at; i < at + size; ++i) value = value * 10 + (text[i] - '0');
        return value;
    };
    const int64_t year = field(0, 4), month = field(5, 2), day = field(8, 2);
    if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1)
        return std::nullopt;  // what 64 bits of ns hold
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > kDays[month - 1] + (leap && month == 2 ? 1 : 0)) return std::nullopt;
    const int64_t hour = field(11, 2), minute = field(14, 2), second = field(17, 2);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const int64_t days = days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return (days * kDaySeconds + hour * 3600 + minute * 60 + second) * kSecond + field(20, 9);
}

std::string hash64(const Hash& hash) { return base64url({reinterpret_cast<const char*>(hash.data()), hash.size()}); }

void append_hash64(std::string& out, const Hash& hash) {
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char text[kHashText + 1];
    size_t at = 0;
    for (size_t i = 0; i < hash.size(); i += 3) {  // the last group has two bytes: its fourth digit is cut off
        const uint32_t group = uint32_t{hash[i]} << 16 | uint32_t{hash[i + 1]} << 8 |
                               (i + 2 < hash.size() ? hash[i + 2] : 0);
        for (int shift = 18; shift >= 0; shift -= 6) text[at++] = kDigits[group >> shift & 63];
    }
    out.append(text, kHashText);
}

std::optional<Hash> parse_hash64(std::string_view text) {
    Hash hash;
    if (text.size() != kHashText || !from_base64url(text, hash)) return std::nullopt;
    return hash;
}

void append_entry(std::string& out, const EntryHead& head, std::string_view record) {
    ensure(head.mono_us >= 0 && head.mono_us <= kMaxJsonInteger && head.number <= uint64_t{kMaxJsonInteger},
           "a head's number");
    out.reserve(out.size() + record.size() + 320);
    out += "{\"head\":{\"boot\":\"";
    append_hex(out, head.boot);
    out += "\",\"chain\":\"";
    append_hex(out, head.chain);
    out += "\",\"kind\":\"";
    out += text_of(head.kind);
    out += "\",\"mono\":";
    append_number(out, static_cast<uint64_t>(head.mono_us));
    out += ",\"n\":";
    append_number(out, head.number);
    out += ",\"prev\":\"";
    if (head.prev) append_hash64(out, *head.prev);
    out += "\",\"time\":\"";
    append_time(out, head.wall_ns);
    out += "\",\"v\":1},\"record\":";
    out += record;
    out += '}';
}

std::string make_entry(const EntryHead& head, std::string_view record) {
    std::string out;
    append_entry(out, head, record);
    return out;
}

Result<EntryView> read_entry(std::string_view entry) {
    EntryView view;
    HeadReader in(entry);
    std::string_view kind, prev, time;
    uint64_t mono = 0;
    const bool good = in.literal("{\"head\":{\"boot\":\"") && in.hex(view.head.boot) && in.literal("\",\"chain\":\"") &&
                      in.hex(view.head.chain.bytes) && in.literal("\",\"kind\":\"") && in.word(kind) &&
                      in.literal("\",\"mono\":") && in.number(mono) && in.literal(",\"n\":") &&
                      in.number(view.head.number) && in.literal(",\"prev\":\"") && in.word(prev) &&
                      in.literal("\",\"time\":\"") && in.word(time) && in.literal("\",\"v\":1},\"record\":{");
    if (!good) return Failure{"an entry without the head that all have"};
    const auto known = kind_named(kind);
    if (!known) return Failure{"an entry of a kind that this version does not know"};
    const auto when = parse_time(time);
    if (!when || !read_prev(prev, view.head)) return Failure{"an entry with a time or hash that is none"};
    if (in.rest().size() < 2 || !in.rest().ends_with("}}")) return Failure{"an entry that is cut off"};
    view.head.kind = *known;
    view.head.mono_us = static_cast<int64_t>(mono);
    view.head.wall_ns = *when;
    view.record = {in.rest().data() - 1, in.rest().size()};
    return view;
}

std::string to_text(const ChainId& chain) { return to_hex(chain.bytes); }

std::optional<ChainId> parse_chain(std::string_view text) {
    ChainId chain;
    if (!from_hex(text, chain.bytes)) return std::nullopt;
    return chain;
}

std::string action_text(const ChainId& chain, uint64_t number) {
    std::string out = to_text(chain);
    out += '.';
    append_number(out, number);
    return out;
}

std::optional<ActionId> parse_action(std::string_view text) {
    const size_t dot = text.find('.');
    if (dot == text.npos) return std::nullopt;
    const auto chain = parse_chain(text.substr(0, dot));
    ActionId action;
    HeadReader in(text.substr(dot + 1));
    if (!chain || !in.number(action.number) || !in.rest().empty()) return std::nullopt;
    action.chain = *chain;
    return action;
}

std::string_view text_of(PayloadRole role) {
    switch (role) {
        case PayloadRole::Request: return "request";
        case PayloadRole::Decision: return "decision";
        case PayloadRole::Prompt: return "prompt";
        case PayloadRole::Output: return "output";
        case PayloadRole::Evidence: return "evidence";
    }
    return "";
}

}  // namespace remit::evidence
