#include "host/lsp/text/uri.h"

#include <fmt/format.h>

namespace remit::lsp {

namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~").find(c) != std::string_view::npos;
}

bool has_scheme(std::string_view text) {
    const size_t colon = text.find(':');
    return colon != std::string_view::npos && text.substr(0, colon).find('/') == std::string_view::npos;
}

}  // namespace

std::string path_of(std::string_view uri) {
    constexpr std::string_view kFile = "file://";
    if (!uri.starts_with(kFile)) return std::string(uri);
    const size_t slash = uri.find('/', kFile.size());  // a host's name, if there is one, is ours
    std::string out;
    for (size_t i = slash == std::string_view::npos ? uri.size() : slash; i < uri.size(); ++i) {
        const bool escaped = uri[i] == '%' && i + 2 < uri.size() && hex(uri[i + 1]) >= 0 && hex(uri[i + 2]) >= 0;
        out += escaped ? static_cast<char>(hex(uri[i + 1]) * 16 + hex(uri[i + 2])) : uri[i];
        if (escaped) i += 2;
    }
    return out;
}

std::string uri_of(std::string_view path) {
    if (path.starts_with("std.")) return std::string(kModuleScheme) + std::string(path);
    if (!path.starts_with('/') && has_scheme(path)) return std::string(path);
    std::string out = "file://";
    for (const char c : path) out += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<uint8_t>(c));
    return out;
}

}  // namespace remit::lsp
