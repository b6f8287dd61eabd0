#include "host/lsp/text/position.h"

#include <algorithm>

namespace remit::lsp {

namespace {

/// Bytes of the code point that begins with `lead`; 1 for what begins none.
size_t bytes_of(unsigned char lead) {
    if (lead >= 0xf0 && lead < 0xf8) return 4;
    if (lead >= 0xe0) return lead < 0xf0 ? 3 : 1;
    return lead >= 0xc0 ? 2 : 1;
}

size_t units_of(size_t bytes, Encoding encoding) {
    switch (encoding) {
        case Encoding::Utf8: return bytes;
        case Encoding::Utf16: return bytes == 4 ? 2 : 1;
        case Encoding::Utf32: return 1;
    }
    return 1;
}

}  // namespace

LineMap::LineMap(std::string_view text) : text_(text), starts_{0} {
    for (size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !pair)) starts_.push_back(static_cast<uint32_t>(i + 1));
    }
}

size_t LineMap::line_of(size_t offset) const {
    return static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
}

size_t LineMap::line_end(size_t line) const {
    if (line + 1 >= starts_.size()) return text_.size();
    size_t end = starts_[line + 1] - 1;
    if (text_[end] == '\n' && end > starts_[line] && text_[end - 1] == '\r') --end;
    return end;
}

Position LineMap::position(size_t offset, Encoding encoding) const {
    offset = std::min(offset, text_.size());
    const size_t line = line_of(offset);
    size_t units = 0;
    for (size_t i = starts_[line]; i < offset;) {
        const size_t bytes = bytes_of(static_cast<unsigned char>(text_[i]));
        if (i + bytes > offset) break;  // inside a code point: its beginning
        units += units_of(bytes, encoding);
        i += bytes;
    }
    return {static_cast<uint32_t>(line), static_cast<uint32_t>(units)};
}

size_t LineMap::offset(Position position, Encoding encoding) const {
    if (position.line >= starts_.size()) return text_.size();
    const size_t end = line_end(position.line);
    size_t at = starts_[position.line], units = 0;
    while (at < end) {
        const size_t bytes = std::min(bytes_of(static_cast<unsigned char>(text_[at])), end - at);
        units += units_of(bytes, encoding);
        if (units > position.character) break;
        at += bytes;
    }
    return at;
}

}  // namespace remit::lsp
