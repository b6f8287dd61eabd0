#include "host/evidence/journal/window.h"

#include <algorithm>

namespace remit::evidence {

namespace {
constexpr size_t kReadAtOnce = 256u << 10;
}  // namespace

Window::Window(std::unique_ptr<File> file, uint64_t bytes)
    : file_(std::move(file)), size_(bytes), bytes_(std::make_unique_for_overwrite<char[]>(bytes)) {}

DiskStatus Window::view(size_t offset, size_t wanted, std::string_view& out) {
    out = {};
    while (filled_ < size_ && filled_ < offset + wanted) {
        const size_t more = std::min(std::max(kReadAtOnce, offset + wanted - filled_), size_ - filled_);
        size_t got = 0;
        const DiskStatus status = file_->read(filled_, {bytes_.get() + filled_, more}, got);
        if (!status.ok()) return status;
        filled_ += got;
        if (got < more) break;
    }
    if (offset < filled_) out = {bytes_.get() + offset, filled_ - offset};
    return {};
}

void Window::forget(size_t offset) { filled_ = std::min(filled_, offset); }

}  // namespace remit::evidence
