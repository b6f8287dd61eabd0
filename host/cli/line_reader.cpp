#include "host/cli/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace remit::cli {

namespace {

constexpr size_t kChunkBytes = 256u << 10;
constexpr size_t kMaxSkipped = size_t{1} << 30;  // of one line: what never ends (/dev/zero) is not waited for

std::string_view without_return(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

LineReader::LineReader(int fd, size_t max_bytes, std::function<void()> before_read)
    : fd_(fd), max_bytes_(max_bytes), before_read_(std::move(before_read)), chunk_(kChunkBytes) {}

bool LineReader::fill() {
    if (before_read_) before_read_();
    while (true) {
        const ssize_t n = ::read(fd_, chunk_.data(), chunk_.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) error_ = errno;
        at_end_ = n <= 0;
        begin_ = 0;
        end_ = n > 0 ? static_cast<size_t>(n) : 0;
        return !at_end_;
    }
}

LineReader::Line LineReader::next(std::string_view& line) {
    partial_.clear();
    bool too_long = false, any = false;
    size_t seen = 0;
    while (true) {
        if (begin_ == end_ && (at_end_ || !fill())) {
            if (error_ != 0) return Line::Failed;
            if (!any) return Line::End;
            line = without_return(partial_);
            return too_long ? Line::TooLong : Line::Ok;
        }
        any = true;
        const char* from = chunk_.data() + begin_;
        const size_t left = end_ - begin_;
        const auto* newline = static_cast<const char*>(std::memchr(from, '\n', left));
        const size_t size = newline != nullptr ? static_cast<size_t>(newline - from) : left;
        begin_ += size + (newline != nullptr ? 1 : 0);
        seen += size;
        if (seen > kMaxSkipped) {
            error_ = EFBIG;
            return Line::Failed;
        }
        if (newline != nullptr && partial_.empty() && size <= max_bytes_) {
            line = without_return({from, size});
            return Line::Ok;
        }
        too_long = too_long || partial_.size() + size > max_bytes_;
        partial_.append(from, std::min(size, max_bytes_ - partial_.size()));
        if (newline == nullptr) continue;
        line = without_return(partial_);
        return too_long ? Line::TooLong : Line::Ok;
    }
}

}  // namespace remit::cli
