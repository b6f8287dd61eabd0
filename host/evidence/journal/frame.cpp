#include "host/evidence/journal/frame.h"

#include <algorithm>
#include <cstring>

#include "host/evidence/journal/crc32c.h"
#include "host/evidence/journal/little.h"
#include "host/evidence/journal/raw_frame.h"

namespace remit::evidence {

namespace {

// Where fields stand: in a frame's header, in the body of an entry, in that of a payload.
constexpr size_t kLengthAt = 4, kKindAt = 8, kLastAt = 9, kBatchAt = 12;
constexpr size_t kChainAt = 8, kNumberAt = 24, kAnswersAt = 32;
constexpr size_t kNonceAt = 8, kCounterAt = 24, kRoleAt = 32;

constexpr size_t padded(size_t bytes) { return (bytes + kFrameAlignment - 1) & ~(kFrameAlignment - 1); }

bool zero(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

/// Grows `out` by a frame whose body has `length` bytes, all zero but the header; returns where the body begins.
char* grow(std::string& out, FrameKind kind, size_t length) {
    const size_t at = out.size();
    out.resize(at + padded(kFrameHeaderBytes + length));
    put_number(&out[at + kLengthAt], static_cast<uint32_t>(length));
    out[at + kKindAt] = static_cast<char>(kind);
    return &out[at + kFrameHeaderBytes];
}

void put_bytes(char* at, std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
}

/// Of the frame whose header is `h`: is its length one that its kind can have?
bool length_fits(FrameKind kind, size_t length) {
    switch (kind) {
        case FrameKind::End: return false;
        case FrameKind::Entry: return length >= kEntryMetaBytes && length <= kEntryMetaBytes + kMaxEntryBytes;
        case FrameKind::Payload: return length >= kPayloadMetaBytes && length <= kPayloadMetaBytes + kMaxPayloadBytes;
        case FrameKind::Snapshot:
        case FrameKind::Edge: return true;
        case FrameKind::Seal: return length == 0;
    }
    return false;
}

/// Bytes that carry nothing must be zero, so that there is one way to write a frame.
bool body_fits(FrameKind kind, std::string_view body) {
    if (kind == FrameKind::Entry) return static_cast<uint8_t>(body[0]) < kKinds && zero(body.substr(1, kChainAt - 1));
    if (kind == FrameKind::Payload) return zero(body.substr(kRoleAt + 1, kPayloadMetaBytes - kRoleAt - 1));
    return true;
}

}  // namespace

size_t frame_bytes(std::string_view bytes) {
    if (bytes.size() < kFrameHeaderBytes) return 0;
    const auto kind = static_cast<uint8_t>(bytes[kKindAt]);
    if (kind == 0 || kind > static_cast<uint8_t>(FrameKind::Edge)) return 0;
    const auto length = get_number<uint32_t>(&bytes[kLengthAt]);
    if (!length_fits(static_cast<FrameKind>(kind), length)) return 0;
    if (static_cast<uint8_t>(bytes[kLastAt]) > 1 || !zero(bytes.substr(kLastAt + 1, kBatchAt - kLastAt - 1))) return 0;
    return padded(kFrameHeaderBytes + length);
}

std::optional<RawFrame> raw_frame(std::string_view bytes) {
    RawFrame raw;
    raw.bytes = frame_bytes(bytes);
    if (raw.bytes == 0 || raw.bytes > bytes.size()) return std::nullopt;
    raw.kind = static_cast<FrameKind>(bytes[kKindAt]);
    raw.length = get_number<uint32_t>(&bytes[kLengthAt]);
    raw.checksum = get_number<uint32_t>(&bytes[0]);
    raw.batch = get_number<uint32_t>(&bytes[kBatchAt]);
    raw.last = bytes[kLastAt] != 0;
    return raw;
}

bool follows(std::string_view bytes, const RawFrame& raw, uint32_t chain) {
    return crc32c(chain, bytes.substr(kLengthAt, raw.bytes - kLengthAt)) == raw.checksum;
}

void finish_frame(char* frame, size_t bytes, uint32_t batch, uint32_t& chain, bool last) {
    frame[kLastAt] = last ? 1 : 0;
    put_number(frame + kBatchAt, batch);
    chain = crc32c(chain, {frame + kLengthAt, bytes - kLengthAt});
    put_number(frame, chain);
}

void append_frame(std::string& out, FrameKind kind, std::string_view body) {
    put_bytes(grow(out, kind, body.size()), body);
}

size_t append_record(std::string& out, const Meta& meta, std::string_view entry,
                     std::span<const SealedPayload> payloads) {
    const size_t before = out.size();
    for (const SealedPayload& p : payloads) {
        char* body = grow(out, FrameKind::Payload, kPayloadMetaBytes + p.ciphertext.size());
        put_number(body, p.key_id);
        std::memcpy(body + kNonceAt, p.nonce_prefix.data(), p.nonce_prefix.size());
        put_number(body + kCounterAt, p.nonce_counter);
        body[kRoleAt] = static_cast<char>(p.role);
        put_bytes(body + kPayloadMetaBytes, p.ciphertext);
    }
    char* body = grow(out, FrameKind::Entry, kEntryMetaBytes + entry.size());
    body[0] = static_cast<char>(meta.kind);
    std::memcpy(body + kChainAt, meta.chain.bytes.data(), meta.chain.bytes.size());
    put_number(body + kNumberAt, meta.number);
    put_number(body + kAnswersAt, meta.answers);
    put_bytes(body + kEntryMetaBytes, entry);
    return out.size() - before;
}

FrameView next_frame(std::string_view bytes, uint32_t& chain) {
    const auto raw = raw_frame(bytes);
    if (!raw || !follows(bytes, *raw, chain)) return {};
    const size_t end = kFrameHeaderBytes + raw->length;
    const std::string_view body = bytes.substr(kFrameHeaderBytes, raw->length);
    if (!body_fits(raw->kind, body) || !zero(bytes.substr(end, raw->bytes - end))) return {};
    chain = raw->checksum;
    return {raw->kind, body, raw->batch, raw->bytes, raw->last};
}

Meta entry_meta(std::string_view body) {
    Meta meta;
    meta.kind = static_cast<Kind>(body[0]);
    std::memcpy(meta.chain.bytes.data(), &body[kChainAt], meta.chain.bytes.size());
    meta.number = get_number<uint64_t>(&body[kNumberAt]);
    meta.answers = get_number<uint64_t>(&body[kAnswersAt]);
    return meta;
}

std::string_view entry_bytes(std::string_view body) { return body.substr(kEntryMetaBytes); }

SealedPayload payload_view(std::string_view body) {
    SealedPayload p;
    p.key_id = get_number<uint64_t>(&body[0]);
    std::memcpy(p.nonce_prefix.data(), &body[kNonceAt], p.nonce_prefix.size());
    p.nonce_counter = get_number<uint64_t>(&body[kCounterAt]);
    p.role = static_cast<uint8_t>(body[kRoleAt]);
    p.ciphertext = body.substr(kPayloadMetaBytes);
    return p;
}

}  // namespace remit::evidence
