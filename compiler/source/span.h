// A place in a source file: half-open byte range. 12 bytes, so that every node can afford one.
#pragma once

#include <cstdint>

namespace remit {

using FileId = uint32_t;

struct Span {
    FileId file = 0;
    uint32_t begin = 0;  // byte offset of the first byte
    uint32_t end = 0;    // one past the last byte
    friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace remit
