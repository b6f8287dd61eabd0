// The operations that are calls in native code as well: text, networks, membership. See ops.h for the rules they keep.
#include <charconv>

#include "vm/ops/ops.h"
#include "vm/ops/regex.h"
#include "vm/ops/window.h"

namespace remit {
namespace {

std::string_view text(V v) noexcept { return as<Str>(v).view(); }
bool either_error(V a, V b) noexcept { return (a.err | b.err) != 0; }
V guard_error() noexcept { return {kError, 0}; }

bool same(std::string_view a, std::string_view b) noexcept { return a == b; }
bool starts(std::string_view a, std::string_view b) noexcept {
    return a.size() >= b.size() && a.compare(0, b.size(), b) == 0;
}
bool ends(std::string_view a, std::string_view b) noexcept {
    return a.size() >= b.size() && a.compare(a.size() - b.size(), b.size(), b) == 0;
}

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
/// Where the code point that begins at `at` ends; `at` itself if none begins there.
size_t after_code_point(std::string_view s, size_t at) noexcept {
    if (at >= s.size() || continues(s[at])) return at;
    size_t end = at + 1;
    while (end < s.size() && end < at + 4 && continues(s[end])) ++end;
    return end;
}

/// Two-pointer glob matching: on a mismatch only the last `*` is lengthened, so at most |s| * |glob| steps.
bool like(std::string_view s, std::string_view glob) noexcept {
    size_t i = 0, g = 0, star = std::string_view::npos, star_text = 0;
    while (i < s.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            star_text = i;
            continue;
        }
        const size_t next = g < glob.size() && glob[g] == '?' ? after_code_point(s, i) : i;
        if (next != i) {
            i = next;
            ++g;
        } else if (g < glob.size() && glob[g] != '?' && glob[g] == s[i]) {
            ++i;
            ++g;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            i = ++star_text;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

bool host_like(std::string_view host, std::string_view pattern) noexcept {
    if (!starts(pattern, "*.")) return host == pattern;
    const std::string_view rest = pattern.substr(1);  // `.rest`
    return rest.size() > 1 && host.size() > rest.size() && ends(host, rest);
}

bool inside(std::string_view path, std::string_view dir) noexcept {
    if (path == dir) return true;
    if (dir == ".") return !starts(path, "/");
    if (dir == "/") return starts(path, "/");
    return path.size() > dir.size() && starts(path, dir) && path[dir.size()] == '/';
}

/// `pattern` is `host:port`, `*.rest:port`, `[v6]:port`, with `*` for every port.
bool endpoint_permits(std::string_view pattern, const Url& url) noexcept {
    const size_t colon = pattern.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view host = pattern.substr(0, colon);
    const std::string_view port = pattern.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (!host_like(url.host.view(), host)) return false;
    if (port == "*") return true;
    int64_t number = -1;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    return problem == std::errc() && end == port.data() + port.size() && number >= 0 && number == url.port;
}

bool same_prefix(const Net& a, const Net& b, unsigned bits) noexcept {
    const unsigned whole = bits / 8, rest = bits % 8;
    if (std::memcmp(a.addr, b.addr, whole) != 0) return false;
    if (rest == 0) return true;
    const unsigned mask = 0xFFu & (0xFFu << (8 - rest));
    return (a.addr[whole] & mask) == (b.addr[whole] & mask);
}

using Equal = V (*)(V, V) noexcept;

template <Equal equal>
V member(V a, const List& list) noexcept {
    int64_t found = kFalse;
    for (uint32_t i = 0; i < list.size && found != kTrue; ++i) found |= equal(a, list.items[i]).bits;
    return {found, 0};
}
template <Equal equal>
V in(V a, V b) noexcept {
    return either_error(a, b) ? guard_error() : member<equal>(a, as<List>(b));
}
template <Equal equal>
V only(V a, V b) noexcept {
    if (either_error(a, b)) return guard_error();
    const List& list = as<List>(a);
    if (list.size == 0) return {kFalse, 0};
    int64_t all = kTrue;
    for (uint32_t i = 0; i < list.size && all != kFalse; ++i) all &= member<equal>(list.items[i], as<List>(b)).bits;
    return {all, 0};
}
template <Equal equal>
V meets(V a, V b) noexcept {
    if (either_error(a, b)) return guard_error();
    const List& list = as<List>(a);
    int64_t some = kFalse;
    for (uint32_t i = 0; i < list.size && some != kTrue; ++i) some |= member<equal>(list.items[i], as<List>(b)).bits;
    return {some, 0};
}

}  // namespace
}  // namespace remit

using remit::V;

extern "C" {

V remit_op_EqS(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::same(remit::text(a), remit::text(b)));
}
V remit_op_StartsS(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::starts(remit::text(a), remit::text(b)));
}
V remit_op_EndsS(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::ends(remit::text(a), remit::text(b)));
}
V remit_op_ContainsS(V a, V b) noexcept {
    if (remit::either_error(a, b)) return remit::guard_error();
    const std::string_view text = remit::text(a), part = remit::text(b);
    // memmem is linear; string_view::find is not.
    return remit::truth_of(part.empty() || (text.size() >= part.size() &&
                                            memmem(text.data(), text.size(), part.data(), part.size()) != nullptr));
}
V remit_op_LikeS(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::like(remit::text(a), remit::text(b)));
}
V remit_op_MatchesS(V a, V b) noexcept {
    if (remit::either_error(a, b)) return remit::guard_error();
    const remit::Str& pattern = remit::as<remit::Str>(b);
    if (pattern.reserved == remit::kCompiledRegexTag) {
        return remit::truth_of(remit::regex_matches(remit::as<remit::CompiledRegex>(b), remit::text(a)));
    }
    const auto regex = remit::compile_regex(pattern.view());
    return regex == nullptr ? remit::guard_error() : remit::truth_of(remit::regex_matches(*regex, remit::text(a)));
}
V remit_op_HostLike(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::host_like(remit::text(a), remit::text(b)));
}
V remit_op_InsideS(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : remit::truth_of(remit::inside(remit::text(a), remit::text(b)));
}
V remit_op_UrlOn(V a, V b) noexcept {
    if (remit::either_error(a, b)) return remit::guard_error();
    const remit::List& patterns = remit::as<remit::List>(b);
    int64_t some = remit::kFalse;
    for (uint32_t i = 0; i < patterns.size && some != remit::kTrue; ++i) {
        const V pattern = patterns.items[i];
        if (pattern.err != 0)
            some |= remit::kError;
        else if (remit::endpoint_permits(remit::text(pattern), remit::as<remit::Url>(a)))
            some = remit::kTrue;
    }
    return {some, 0};
}
V remit_op_EqN(V a, V b) noexcept {
    if (remit::either_error(a, b)) return remit::guard_error();
    const remit::Net &x = remit::as<remit::Net>(a), &y = remit::as<remit::Net>(b);
    return remit::truth_of(x.bits == y.bits && std::memcmp(x.addr, y.addr, sizeof x.addr) == 0);
}
V remit_op_InNet(V a, V b) noexcept {
    if (remit::either_error(a, b)) return remit::guard_error();
    const remit::Net &x = remit::as<remit::Net>(a), &y = remit::as<remit::Net>(b);
    return remit::truth_of(y.bits <= 128 && x.bits >= y.bits && remit::same_prefix(x, y, y.bits));
}
V remit_op_InI(V a, V b) noexcept { return remit::in<remit::op_EqI>(a, b); }
V remit_op_InS(V a, V b) noexcept { return remit::in<remit_op_EqS>(a, b); }
V remit_op_OnlyI(V a, V b) noexcept { return remit::only<remit::op_EqI>(a, b); }
V remit_op_OnlyS(V a, V b) noexcept { return remit::only<remit_op_EqS>(a, b); }
V remit_op_MeetsI(V a, V b) noexcept { return remit::meets<remit::op_EqI>(a, b); }
V remit_op_MeetsS(V a, V b) noexcept { return remit::meets<remit_op_EqS>(a, b); }
V remit_op_During(V a, V b) noexcept {
    return remit::either_error(a, b) ? remit::guard_error()
                                     : V{remit::window::holds(remit::as<remit::List>(b), a.bits), 0};
}
}
