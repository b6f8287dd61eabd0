// Messages of the base protocol: `Content-Length: N`, a blank line, N bytes. Takes bytes as they come and gives whole messages. What is too
// large is skipped without being kept; a header that cannot be read is skipped to its blank line. Memory is bounded by the limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace remit::lsp {

inline constexpr size_t kMaxHeaderBytes = 4096;
inline constexpr size_t kMaxMessageBytes = 128u << 20;

struct Frame {
    enum class Kind { Message, TooLarge, BadHeader } kind = Kind::Message;
    std::string text;
};

class FrameReader {
public:
    void feed(std::string_view bytes) { buffer_.append(bytes); }
    /// The next whole message, or what was wrong with it; nothing until more bytes come.
    std::optional<Frame> next();
    /// The header has no end: nothing after it can be read.
    bool lost() const { return lost_; }

private:
    std::optional<Frame> header();
    std::optional<Frame> body();
    void drop(size_t bytes);

    std::string buffer_;
    size_t at_ = 0;       // what has been taken of buffer_
    size_t awaited_ = 0;  // bytes of the body
    bool in_body_ = false, skipping_ = false, lost_ = false;
};

/// The message with its header.
std::string framed(std::string_view message);

}  // namespace remit::lsp
