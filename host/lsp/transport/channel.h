// Channel: two file descriptors that carry messages. One thread.
#pragma once

#include <optional>
#include <string_view>

#include "host/lsp/transport/frames.h"

namespace remit::lsp {

class Channel {
public:
    Channel(int in, int out) : in_(in), out_(out) {}

    /// A message that is there already; with `wait`, the next one. Nothing at the end of input (see `ended`) or if none is there.
    std::optional<Frame> read(bool wait);
    bool ended() const { return ended_; }
    /// False once the other side does not listen any more.
    bool write(std::string_view message);

private:
    bool fill(bool wait);

    int in_, out_;
    FrameReader frames_;
    bool ended_ = false;
};

}  // namespace remit::lsp
