#include "tests/differential/oracle_values.h"

#include <algorithm>

namespace remit::oracle {

Val error_value(Err e) {
    Val v;
    v.err = e;
    return v;
}

Val bool_value(bool b) {
    Val v;
    v.tag = Tag::Bool;
    v.number = b;
    return v;
}

Val number_value(Wide n, int scale) {
    Val v;
    v.tag = Tag::Number;
    v.number = n;
    v.scale = scale;
    return v;
}

Val text_value(Tag tag, std::string text) {
    Val v;
    v.tag = tag;
    v.text = std::move(text);
    return v;
}

static std::optional<Val> net_as(std::string_view text) {
    std::optional<Net> net = text.find('/') == std::string_view::npos ? parse_ip(text) : parse_cidr(text);
    if (!net) return std::nullopt;
    Val v = text_value(Tag::Net, format_net(*net));
    v.net = *net;
    return v;
}

static std::optional<Val> url_as(std::string_view text) {
    auto url = parse_url(text);
    if (!url) return std::nullopt;
    Val v = text_value(Tag::Url, url->text);
    v.url = *url;
    return v;
}

static std::optional<Val> email_as(std::string_view text) {
    auto email = parse_email(text);
    if (!email) return std::nullopt;
    Val v = text_value(Tag::Email, email->text);
    v.email = *email;
    return v;
}

std::optional<Val> text_as(Tag tag, std::string_view text) {
    if (tag == Tag::String) return text_value(tag, std::string(text));
    if (tag == Tag::Net) return net_as(text);
    if (tag == Tag::Url) return url_as(text);
    if (tag == Tag::Email) return email_as(text);
    std::optional<std::string> normal;
    if (tag == Tag::Host) normal = parse_host(text);
    if (tag == Tag::Path) normal = parse_path(text);
    if (!normal) return std::nullopt;
    return text_value(tag, *normal);
}

std::optional<Val> exact_number(std::string_view text) {
    bool minus = !text.empty() && text[0] == '-';
    if (minus) text.remove_prefix(1);
    Wide n = 0;
    int scale = -1, digits = 0;
    for (char c : text) {
        if (c == '.' && scale < 0) {
            scale = 0;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > 36) return std::nullopt;
        n = n * 10 + (c - '0');
        if (scale >= 0) ++scale;
    }
    if (digits == 0) return std::nullopt;
    return number_value(minus ? -n : n, std::max(scale, 0));
}

Wide power_of_ten(int n) {
    Wide p = 1;
    for (int i = 0; i < n; ++i) p *= 10;
    return p;
}

bool fits_64_bits(Wide n) { return n >= INT64_MIN && n <= INT64_MAX; }

int compare_numbers(const Val& a, const Val& b) {
    int scale = std::max(a.scale, b.scale);
    Wide x = a.number * power_of_ten(scale - a.scale), y = b.number * power_of_ten(scale - b.scale);
    return x < y ? -1 : x > y ? 1 : 0;
}

static Tag arithmetic_tag(Tag a, char op, Tag b) {
    if (op == '-' && a == Tag::Timestamp && b == Tag::Timestamp) return Tag::Duration;
    if (a == Tag::Timestamp || b == Tag::Timestamp) return Tag::Timestamp;
    if (a == Tag::Duration || b == Tag::Duration) return Tag::Duration;
    return Tag::Number;
}

Val arithmetic(const Val& a, char op, const Val& b) {
    Val r;
    r.tag = arithmetic_tag(a.tag, op, b.tag);
    if (op == '*') {
        r.scale = a.scale + b.scale;
        r.number = a.number * b.number;  // both fit 64 bits, so the product fits 128
    } else {
        r.scale = std::max(a.scale, b.scale);
        Wide x = a.number * power_of_ten(r.scale - a.scale), y = b.number * power_of_ten(r.scale - b.scale);
        if (!fits_64_bits(x) || !fits_64_bits(y)) return error_value(Err::Overflow);
        r.number = op == '+' ? x + y : x - y;
    }
    return fits_64_bits(r.number) ? r : error_value(Err::Overflow);
}

Val negative(const Val& a) {
    Val r = a;
    r.number = -a.number;
    return fits_64_bits(r.number) ? r : error_value(Err::Overflow);
}

static bool same_net(const Net& a, const Net& b) {
    return a.bits == b.bits && std::equal(std::begin(a.addr), std::end(a.addr), std::begin(b.addr));
}

bool same(const Val& a, const Val& b) {
    switch (a.tag) {
        case Tag::Number: return compare_numbers(a, b) == 0;
        case Tag::Bool:
        case Tag::Duration:
        case Tag::Timestamp:
        case Tag::Symbol: return a.number == b.number;
        case Tag::Net: return same_net(a.net, b.net);
        case Tag::String:
        case Tag::Host:
        case Tag::Path:
        case Tag::Url:
        case Tag::Email:
        case Tag::Role:
        case Tag::Source:
        case Tag::Any: return a.text == b.text;
        case Tag::Error:
        case Tag::List:
        case Tag::Record: return false;
    }
    return false;
}

bool contains(const Val& list, const Val& item) {
    for (const Val& v : list.items)
        if (same(v, item)) return true;
    return false;
}

static size_t code_point_bytes(std::string_view text) {
    size_t n = 1;
    while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) ++n;
    return n;
}

bool glob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
        while (pattern.size() > 1 && pattern[1] == '*') pattern.remove_prefix(1);
        for (size_t i = 0; i <= text.size(); ++i)
            if (glob(pattern.substr(1), text.substr(i))) return true;
        return false;
    }
    if (text.empty()) return false;
    if (pattern[0] == '?') return glob(pattern.substr(1), text.substr(code_point_bytes(text)));
    return pattern[0] == text[0] && glob(pattern.substr(1), text.substr(1));
}

bool tool_glob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*')
        return tool_glob(pattern.substr(1), text) || (!text.empty() && tool_glob(pattern, text.substr(1)));
    return !text.empty() && pattern[0] == text[0] && tool_glob(pattern.substr(1), text.substr(1));
}

bool host_pattern(std::string_view pattern, std::string_view host) {
    if (!pattern.starts_with("*.")) return pattern == host;
    std::string_view tail = pattern.substr(1);
    return host.size() > tail.size() && host.ends_with(tail);
}

static std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        size_t slash = path.find('/');
        std::string_view part = path.substr(0, slash);
        if (!part.empty() && part != ".") parts.push_back(part);
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return parts;
}

bool path_inside(std::string_view path, std::string_view directory) {
    if (path.starts_with('/') != directory.starts_with('/')) return false;
    auto inner = parts_of(path), outer = parts_of(directory);
    return inner.size() >= outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

bool net_inside(const Net& inner, const Net& outer) {
    if (inner.bits < outer.bits) return false;
    for (int bit = 0; bit < outer.bits; ++bit) {
        int byte = bit / 8, mask = 0x80 >> (bit % 8);
        if ((inner.addr[byte] & mask) != (outer.addr[byte] & mask)) return false;
    }
    return true;
}

bool endpoint_permits(std::string_view endpoint, const UrlParts& url) {
    size_t colon = endpoint.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view port = endpoint.substr(colon + 1);
    bool port_fits = port == "*" || (url.port >= 0 && port == std::to_string(url.port));
    return port_fits && host_pattern(endpoint.substr(0, colon), url.host);
}

}  // namespace remit::oracle
