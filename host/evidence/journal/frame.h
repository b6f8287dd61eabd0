// Frames: how records lie in a segment.
//
//   segment = header block of 4,096 bytes, frames, zeros to the end of the file
//   header  = "RMTSEG01", number u64, size of the file u64, first index u64, number of the segment before u64 (0: none), where that one
//             ends u64, salt 16 bytes, chain u32 (checksum of the frame before this segment), checksum u32 over all that
//   frame   = checksum u32, length u32 of the body, kind u8, last u8, 2 zero bytes, batch u32, body, zeros to a multiple of 8
//   checksum= CRC-32C of the rest, seeded with the checksum of the frame before it (of the salt, for the first one): a stale frame of an
//             earlier use of the same bytes never follows a new one
//   batch   = frames that were written and synced together have the same number, counted in each segment from 0 (its snapshot), and
//             `last` is 1 in the last one. So what stands behind any frame is known to be of its batch or of the next one, and a torn
//             end, which is of one batch, is told from damage, behind which stand frames of later batches
//   body    = Entry: meta (record kind u8, 7 zero bytes, chain 16, number u64, answers u64), then the entry's bytes
//             Payload: key id u64, nonce prefix 16, nonce counter u64, role u8, 7 zero bytes, then the ciphertext
//             Snapshot: frontier, then the fold's state; the first frame of a segment
//             Edge: frontier alone, instead of a Snapshot where the state would fill more than half the segment
//             Seal: nothing. In a batch of its own, the last frame when the journal was closed in order; more may follow once it was
//             opened again. Within a batch, its last frame where an opening cut a torn end off
//
// Numbers are least significant byte first. The payloads of an entry stand right before it, in the same segment.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/journal/meta.h"
#include "vm/value/sha256.h"

namespace remit::evidence {

inline constexpr size_t kSegmentHeaderBytes = 4096;
inline constexpr size_t kFrameHeaderBytes = 16;
inline constexpr size_t kEntryMetaBytes = 40;
inline constexpr size_t kPayloadMetaBytes = 40;
inline constexpr size_t kMaxEntryBytes = 65'535;      // C2SP entry bundles have 16-bit lengths
inline constexpr size_t kMaxPayloadBytes = 4u << 20;  // one payload
inline constexpr size_t kMaxPayloadsOfEntry = 16;

enum class FrameKind : uint8_t { End = 0, Entry = 1, Payload = 2, Snapshot = 3, Seal = 4, Edge = 5 };

/// A payload as it is stored: ciphertext and what finds its key.
struct SealedPayload {
    uint64_t key_id = 0;
    std::array<uint8_t, 16> nonce_prefix{};
    uint64_t nonce_counter = 0;
    uint8_t role = 0;  // PayloadRole of record/entry.h
    std::string_view ciphertext;
};

/// Appends the frames of one record (payloads, then entry) with their checksums left at 0: the journal fills those in when it knows
/// what stands before. Returns the bytes appended.
size_t append_record(std::string& out, const Meta& meta, std::string_view entry,
                     std::span<const SealedPayload> payloads);

/// One frame within a buffer.
struct FrameView {
    FrameKind kind = FrameKind::End;
    std::string_view body;
    uint32_t batch = 0;
    size_t bytes = 0;   // with header and padding
    bool last = false;  // of its batch
};
/// The batch of what stands behind a frame; the snapshot is a batch alone.
constexpr uint32_t batch_behind(uint32_t batch, bool last) { return last || batch == 0 ? batch + 1 : batch; }
/// The frame at the front of `bytes`, its checksum proved against `chain`, which becomes the frame's own. `End` if there is none:
/// zeros, a torn frame, a stale one.
FrameView next_frame(std::string_view bytes, uint32_t& chain);

Meta entry_meta(std::string_view body);  // body of an Entry frame, at least kEntryMetaBytes
std::string_view entry_bytes(std::string_view body);
SealedPayload payload_view(std::string_view body);  // body of a Payload frame, at least kPayloadMetaBytes

}  // namespace remit::evidence
