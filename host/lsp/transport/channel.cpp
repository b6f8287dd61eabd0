#include "host/lsp/transport/channel.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace remit::lsp {

std::optional<Frame> Channel::read(bool wait) {
    for (;;) {
        if (auto frame = frames_.next()) return frame;
        if (frames_.lost()) ended_ = true;
        if (ended_ || !fill(wait)) return std::nullopt;
    }
}

/// Reads some bytes. False if there are none (or, when waiting, no more).
bool Channel::fill(bool wait) {
    pollfd fd{in_, POLLIN, 0};
    int ready = 0;
    do { ready = ::poll(&fd, 1, wait ? -1 : 0); } while (ready < 0 && errno == EINTR);
    if (ready == 0) return false;
    std::array<char, 65536> bytes;
    ssize_t count = 0;
    do { count = ::read(in_, bytes.data(), bytes.size()); } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        ended_ = true;
        return false;
    }
    frames_.feed({bytes.data(), static_cast<size_t>(count)});
    return true;
}

bool Channel::write(std::string_view message) {
    const std::string text = framed(message);
    for (size_t at = 0; at < text.size();) {
        const ssize_t count = ::write(out_, text.data() + at, text.size() - at);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        at += static_cast<size_t>(count);
    }
    return true;
}

}  // namespace remit::lsp
