// Text to scalars and back: the one place that knows what a decimal, a timestamp or a url looks like. Used for literals by the
// compiler and for arguments by the engine, so that both mean the same. All functions are total; nullopt means "not one".
// Forms are in docs/semantics.md section 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/value/value.h"

namespace remit {

std::optional<int64_t> parse_int(
    std::string_view text);  // -?digits, no leading '+', fits 64 bits; `1e3` and `1.0` are refused
/// `text` times 10^scale, exactly: excess digits that are not zero and overflow are refused. Accepts JSON numbers, exponents too.
std::optional<int64_t> parse_decimal(std::string_view text, int scale);
std::optional<int64_t> parse_duration(std::string_view text);  // ns; `15m`, `1h30m`
std::optional<int64_t> parse_timestamp(
    std::string_view text);  // RFC 3339 with Z or offset -> ns since 1970; leap seconds refused
std::string format_decimal(int64_t value, int scale);  // `300.00`
std::string format_duration(int64_t ns);               // shortest: `1h30m`, `400d`; units d h m s ms us ns
std::string format_timestamp(int64_t ns);              // `2026-11-20T09:00:00Z`, fraction only if needed

struct UrlParts {
    std::string text, scheme, host, path;  // normal forms
    int64_t port = -1;
};
struct EmailParts {
    std::string text, local, domain;
};
std::optional<UrlParts> parse_url(std::string_view text);
std::optional<EmailParts> parse_email(std::string_view text);
std::optional<std::string> parse_path(std::string_view text);  // normal form
std::optional<std::string> parse_host(std::string_view text);  // normal form
std::optional<Net> parse_ip(std::string_view text);
std::optional<Net> parse_cidr(std::string_view text);
std::string format_net(const Net&);  // `10.0.0.0/8`, `::1`
bool is_utf8(std::string_view text);
/// `*` crosses dots; no other special characters. For tool names: selectors and scopes.
bool glob_matches(std::string_view glob, std::string_view name) noexcept;

}  // namespace remit
