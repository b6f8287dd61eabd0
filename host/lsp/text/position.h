// Places as an editor counts them. Remit counts bytes; the protocol counts lines from 0 and, within one, code units of an encoding that
// both sides agree on (UTF-16 unless the client takes another). Total: a place that is not in the text is moved to the nearest that is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace remit::lsp {

struct Position {
    uint32_t line = 0;       // from 0
    uint32_t character = 0;  // from 0, in units of the encoding
    friend bool operator==(const Position&, const Position&) = default;
};
/// Half open.
struct Range {
    Position start, end;
    friend bool operator==(const Range&, const Range&) = default;
};

enum class Encoding : uint8_t { Utf8, Utf16, Utf32 };

/// Where the lines of a text begin. The text is not copied and must outlive this.
class LineMap {
public:
    explicit LineMap(std::string_view text);
    Position position(size_t offset, Encoding encoding) const;
    size_t offset(Position position, Encoding encoding) const;
    Range range(size_t begin, size_t end, Encoding encoding) const {
        return {position(begin, encoding), position(end, encoding)};
    }
    size_t lines() const { return starts_.size(); }
    /// First byte of a line, and one past its last without the line's end.
    size_t line_begin(size_t line) const { return starts_[line]; }
    size_t line_end(size_t line) const;
    size_t line_of(size_t offset) const;

private:
    std::string_view text_;
    std::vector<uint32_t> starts_;
};

}  // namespace remit::lsp
