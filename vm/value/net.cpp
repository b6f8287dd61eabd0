// Hosts, addresses, networks, urls, emails and paths: text to normal form.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "vm/value/scalar.h"

namespace remit {
namespace {

constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr size_t kMaxHostBytes = 253, kMaxLabelBytes = 63;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lowered(std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

/// ASCII controls and space, and in UTF-8 the C1 controls and the white space of Unicode.
bool has_space_or_control(std::string_view s) {
    const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
    for (size_t i = 0; i < s.size(); ++i) {
        const unsigned c = byte(i);
        if (c <= 0x20 || c == 0x7F) return true;
        if (c == 0xC2 && byte(i + 1) <= 0xA0) return true;                         // U+0080..U+00A0
        if (c == 0xE1 && byte(i + 1) == 0x9A && byte(i + 2) == 0x80) return true;  // U+1680
        if (c == 0xE3 && byte(i + 1) == 0x80 && byte(i + 2) == 0x80) return true;  // U+3000
        if (c == 0xE2 && byte(i + 1) == 0x81 && byte(i + 2) == 0x9F) return true;  // U+205F
        if (c == 0xE2 && byte(i + 1) == 0x80) {                                    // U+2000..U+200A, 2028, 2029, 202F
            const unsigned last = byte(i + 2);
            if (last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF) return true;
        }
    }
    return false;
}

std::optional<int> small_number(std::string_view digits, int highest) {
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    int value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc() || value > highest) return std::nullopt;
    return value;
}

bool is_v4(const Net& net) { return net.bits >= 96 && std::equal(std::begin(kMapped), std::end(kMapped), net.addr); }

std::vector<std::string_view> split(std::string_view s, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t at = s.find(separator);
        parts.push_back(s.substr(0, at));
        if (at == std::string_view::npos) return parts;
        s.remove_prefix(at + 1);
    }
}

std::optional<std::string> parse_host_name(std::string_view text) {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.empty() || text.size() > kMaxHostBytes) return std::nullopt;
    for (const std::string_view label : split(text, '.')) {
        if (label.empty() || label.size() > kMaxLabelBytes) return std::nullopt;
        for (const char c : label) {
            if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') return std::nullopt;
        }
    }
    return lowered(text);
}

/// `.` and `..` as a server reads them: `%2e` is a dot as well.
int dots(std::string_view segment) {
    int n = 0;
    while (!segment.empty()) {
        if (segment.front() == '.')
            segment.remove_prefix(1);
        else if (segment.size() >= 3 && lowered(segment.substr(0, 3)) == "%2e")
            segment.remove_prefix(3);
        else
            return 0;
        ++n;
    }
    return n;
}

/// Path of a url: dot segments resolved, never above the root; empty segments stay, they mean something to servers.
std::string url_path(std::string_view path) {
    if (path.empty()) return "/";
    path.remove_prefix(1);
    std::vector<std::string_view> kept;
    const auto segments = split(path, '/');
    for (size_t i = 0; i < segments.size(); ++i) {
        const int n = dots(segments[i]);
        const bool last = i + 1 == segments.size();
        if (n == 2 && !kept.empty()) kept.pop_back();
        if (n != 1 && n != 2)
            kept.push_back(segments[i]);
        else if (last)
            kept.push_back("");  // `/a/.` is `/a/`
    }
    std::string out;
    for (const std::string_view segment : kept) {
        out += '/';
        out += segment;
    }
    return out.empty() ? "/" : out;
}

int64_t default_port(std::string_view scheme) {
    if (scheme == "http") return 80;
    if (scheme == "https") return 443;
    return -1;
}

bool is_scheme(std::string_view s) {
    if (s.empty() || !is_letter(s.front())) return false;
    return std::all_of(s.begin(), s.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

/// `host`, `host:port`, `[v6]:port` into the url's host, port and their text.
bool take_authority(std::string_view authority, UrlParts& url, std::string& written) {
    if (authority.empty()) return url.scheme == "file";  // `file:///etc/hosts`; elsewhere a url has a host
    std::string_view port;
    bool has_port = false;
    if (authority.front() == '[') {
        const size_t close = authority.find(']');
        if (close == std::string_view::npos) return false;
        const std::string_view inner = authority.substr(1, close - 1);
        const auto net = parse_ip(inner);
        if (!net || inner.find(':') == std::string_view::npos) return false;
        url.host = format_net(*net);
        written = is_v4(*net) ? url.host : "[" + url.host + "]";
        port = authority.substr(close + 1);
        has_port = !port.empty();
        if (has_port && port.front() != ':') return false;
    } else {
        const size_t colon = authority.find(':');
        const auto host = parse_host(authority.substr(0, colon));
        if (!host) return false;
        url.host = written = *host;
        has_port = colon != std::string_view::npos;
        if (has_port) port = authority.substr(colon);
    }
    url.port = default_port(url.scheme);
    if (!has_port || port.size() == 1) return true;  // a bare `:` writes no port
    const auto number = small_number(port.substr(1), 65'535);
    if (!number) return false;
    if (*number != url.port) written += ":" + std::to_string(*number);
    url.port = *number;
    return true;
}

}  // namespace

std::optional<UrlParts> parse_url(std::string_view text) {
    if (!is_utf8(text) || has_space_or_control(text)) return std::nullopt;
    const size_t colon = text.find("://");
    if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return std::nullopt;
    UrlParts url;
    url.scheme = lowered(text.substr(0, colon));
    std::string_view rest = text.substr(colon + 3);
    const size_t tail_at = std::min(rest.find_first_of("?#"), rest.size());
    const std::string_view tail = rest.substr(tail_at);
    rest = rest.substr(0, tail_at);
    // Some clients read `\` as `/`: what two of them would read differently is not a url here.
    if (rest.find('\\') != std::string_view::npos) return std::nullopt;
    const size_t slash = std::min(rest.find('/'), rest.size());
    std::string authority;
    if (!take_authority(rest.substr(0, slash), url, authority)) return std::nullopt;
    url.path = url_path(rest.substr(slash));
    url.text = url.scheme + "://" + authority + url.path + std::string(tail);
    return url;
}

std::optional<EmailParts> parse_email(std::string_view text) {
    const size_t at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
        return std::nullopt;
    const std::string_view local = text.substr(0, at);
    if (!is_utf8(local) || has_space_or_control(local)) return std::nullopt;
    const auto domain = parse_host(text.substr(at + 1));
    if (!domain) return std::nullopt;
    return EmailParts{std::string(local) + "@" + *domain, std::string(local), *domain};
}

std::optional<std::string> parse_path(std::string_view text) {
    if (text.empty() || text.find('\0') != std::string_view::npos || !is_utf8(text)) return std::nullopt;
    const bool absolute = text.front() == '/';
    std::vector<std::string_view> kept;
    for (const std::string_view part : split(text, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            kept.push_back(part);
            continue;
        }
        if (kept.empty()) return std::nullopt;
        kept.pop_back();
    }
    std::string out;
    for (const std::string_view part : kept) {
        if (absolute || !out.empty()) out += '/';
        out += part;
    }
    if (out.empty()) return absolute ? "/" : ".";
    return out;
}

std::optional<std::string> parse_host(std::string_view text) {
    if (const auto net = parse_ip(text)) return format_net(*net);
    return parse_host_name(text);
}

std::optional<Net> parse_ip(std::string_view text) {
    char copy[INET6_ADDRSTRLEN + 1] = {};
    if (text.empty() || text.size() >= sizeof copy || text.find('\0') != std::string_view::npos) return std::nullopt;
    std::copy(text.begin(), text.end(), copy);
    Net net;
    if (inet_pton(AF_INET, copy, net.addr + 12) == 1) {
        std::copy(std::begin(kMapped), std::end(kMapped), net.addr);
        return net;
    }
    if (inet_pton(AF_INET6, copy, net.addr) == 1) return net;
    return std::nullopt;
}

std::optional<Net> parse_cidr(std::string_view text) {
    const size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto net = parse_ip(text.substr(0, slash));
    if (!net) return std::nullopt;
    const bool v4_text = text.substr(0, slash).find(':') == std::string_view::npos;
    const std::string_view digits = text.substr(slash + 1);
    const auto bits = small_number(digits, v4_text ? 32 : 128);
    if (!bits || digits.size() > 3) return std::nullopt;
    net->bits = static_cast<uint8_t>(*bits + (v4_text ? 96 : 0));
    for (unsigned i = net->bits; i < 128; ++i) net->addr[i / 8] &= static_cast<uint8_t>(~(0x80u >> (i % 8)));
    return net;
}

std::string format_net(const Net& net) {
    char text[INET6_ADDRSTRLEN] = {};
    const bool v4 = is_v4(net);
    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? net.addr + 12 : net.addr, text, sizeof text);
    std::string out = text;
    if (net.bits < 128) out += "/" + std::to_string(v4 ? net.bits - 96 : net.bits);
    return out;
}

}  // namespace remit
