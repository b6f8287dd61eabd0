// Window: a segment's bytes, read as far as they were asked for. Views into it stay good until it goes: nothing moves.
#pragma once

#include <memory>
#include <string_view>

#include "host/evidence/journal/segment.h"

namespace remit::evidence {

class Window {
public:
    /// The first `bytes` of the file.
    Window(std::unique_ptr<File> file, uint64_t bytes);
    /// From `offset` on, at least `wanted` bytes if there are so many.
    DiskStatus view(size_t offset, size_t wanted, std::string_view& out);
    /// Forgets what was read from `offset` on: a writer may have been there since.
    void forget(size_t offset);
    size_t size() const { return size_; }

private:
    std::unique_ptr<File> file_;
    size_t size_, filled_ = 0;
    std::unique_ptr<char[]> bytes_;
};

}  // namespace remit::evidence
