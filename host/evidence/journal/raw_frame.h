// A frame's header as its bytes say, before anything of it is believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/evidence/journal/frame.h"

namespace remit::evidence {

inline constexpr size_t kFrameAlignment = 8;

struct RawFrame {
    uint32_t checksum = 0, length = 0, batch = 0;
    FrameKind kind = FrameKind::End;
    size_t bytes = 0;  // with header and padding
    bool last = false;
};

/// How long the frame that begins with `bytes` would be; 0 if no frame begins so.
size_t frame_bytes(std::string_view bytes);
/// Nothing if no frame begins so, or it would not end within `bytes`.
std::optional<RawFrame> raw_frame(std::string_view bytes);
/// Does the frame at the front of `bytes`, `raw.bytes` long, follow a frame with the checksum `chain`?
bool follows(std::string_view bytes, const RawFrame& raw, uint32_t chain);
/// Writes batch and checksum into a frame whose other bytes are there. `last`: of its batch.
void finish_frame(char* frame, size_t bytes, uint32_t batch, uint32_t& chain, bool last = true);
/// Appends a frame with `body`, unfinished.
void append_frame(std::string& out, FrameKind kind, std::string_view body);

}  // namespace remit::evidence
