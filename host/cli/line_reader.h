// LineReader: lines of a file descriptor, with a limit on each and memory that does not grow with the input. What
// exceeds the limit is read past, not kept; a line of more than 1 GiB fails with EFBIG. Owns nothing but its buffer;
// the descriptor stays the caller's.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace remit::cli {

class LineReader {
public:
    enum class Line { Ok, TooLong, End, Failed };

    /// `before_read` runs before each read that may wait: the place to flush answers to what was read so far.
    LineReader(int fd, size_t max_bytes, std::function<void()> before_read = {});
    /// The next line without its end (LF or CR LF). `line` is valid until the next call; on TooLong it is the
    /// beginning.
    Line next(std::string_view& line);
    /// errno after Failed.
    int error() const { return error_; }

private:
    bool fill();

    int fd_;
    size_t max_bytes_;
    std::function<void()> before_read_;
    std::vector<char> chunk_;
    size_t begin_ = 0, end_ = 0;  // what is left of the chunk
    std::string partial_;         // of a line that began in an earlier chunk
    bool at_end_ = false;
    int error_ = 0;
};

}  // namespace remit::cli
