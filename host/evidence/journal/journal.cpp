#include "host/evidence/journal/journal.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "host/evidence/journal/journal_impl.h"
#include "host/evidence/journal/little.h"
#include "host/evidence/journal/raw_frame.h"

namespace remit::evidence {

namespace {

constexpr size_t kSealBytes = kFrameHeaderBytes;  // room for it is always left

/// Bytes of the record at the front of `frames`; 0 if it is not one.
size_t record_bytes(std::string_view frames) {
    for (size_t at = 0;;) {
        const auto frame = raw_frame(frames.substr(at));
        if (!frame) return 0;
        at += frame->bytes;
        if (frame->kind == FrameKind::Entry) return at;
        if (frame->kind != FrameKind::Payload) return 0;
    }
}

}  // namespace

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;

DiskStatus Journal::commit(Batch& batch) {
    if (!impl_->takes_records())
        return {DiskError::Io, impl_->closed ? "the journal is closed" : "the journal is broken"};
    return impl_->commit(batch);
}

DiskStatus Journal::Impl::commit(Batch& batch) {
    const std::string_view all = batch.frames;
    size_t at = 0;
    for (size_t leaf = 0; at < all.size();) {
        // As many records as the segment takes.
        const uint64_t room = room_in_current();
        size_t end = at, records = 0;
        CurrentSegment next = current;
        ++next.batch;
        size_t last = at;
        uint32_t before_last = next.chain;
        while (end < all.size()) {
            const size_t bytes = record_bytes(all.substr(end));
            if (bytes == 0 || leaf + records == batch.leaves.size())
                return {DiskError::Io, "a batch that is no row of records"};
            if (bytes > half_of_segment(current.bytes))
                return {DiskError::NoSpace, fmt::format("a record of {} bytes does not fit a segment", bytes)};
            if (end - at + bytes > room) break;
            for (const size_t stop = end + bytes; end < stop;) {
                const size_t frame = raw_frame(all.substr(end))->bytes;
                last = end;
                before_last = next.chain;
                finish_frame(&batch.frames[end], frame, next.batch, next.chain, false);
                end += frame;
            }
            ++records;
        }
        if (records == 0) {
            const DiskStatus rotated = rotate();
            if (!rotated.ok()) return rotated;
            continue;
        }
        next.chain = before_last;
        finish_frame(&batch.frames[last], end - last, next.batch, next.chain, true);
        const DiskStatus written = write_frames(all.substr(at, end - at));
        if (!written.ok()) {
            give_up_segment();
            return written;
        }
        next.end += end - at;
        next.sealed = false;
        current = std::move(next);
        // Only now do the records exist.
        for (; at < end;) {
            const auto frame = *raw_frame(all.substr(at));
            if (frame.kind == FrameKind::Entry) {
                const std::string_view body = all.substr(at + kFrameHeaderBytes, frame.length);
                const Hash& hash = batch.leaves[leaf++];
                fold->apply(frontier.size(), entry_meta(body), entry_bytes(body), hash);
                frontier.add(hash);
            }
            at += frame.bytes;
        }
    }
    return {};
}

DiskStatus Journal::Impl::write_frames(std::string_view frames) {
    const DiskStatus written = current.file->write(current.end, frames);
    return written.ok() ? current.file->sync() : written;
}

DiskStatus Journal::Impl::rotate() {
    if (ready.empty()) return {DiskError::NoSpace, "no segment is left in " + folder};
    DiskStatus status = enter_next();
    if (status.ok()) return status;
    ++failures;
    if (!ready.empty()) {
        status = enter_next();
        if (status.ok()) return status;
        ++failures;
    }
    broken = true;
    return status;
}

void Journal::Impl::give_up_segment() {
    ++failures;
    if (!ready.empty()) {
        if (enter_next().ok()) return;
        ++failures;
    }
    broken = true;
}

std::string Journal::Impl::snapshot_frame(SegmentHeader& header) const {
    std::string body;
    frontier.save(body);
    const size_t edge = body.size();
    fold->save(body);
    FrameKind kind = FrameKind::Snapshot;
    if (body.size() + kFrameHeaderBytes + kFrameAlignment > half_of_segment(header.bytes)) {
        body.resize(edge);
        kind = FrameKind::Edge;
    }
    // The salt need not be secret, only another one whenever what went before is another history.
    std::string salted(sizeof(header.number) + sizeof(header.chain), '\0');
    put_number(&salted[0], header.number);
    put_number(&salted[sizeof(header.number)], header.chain);
    const Hash salt = sha256(salted + body);
    std::copy_n(salt.begin(), header.salt.size(), header.salt.begin());

    std::string frame;
    append_frame(frame, kind, body);
    return frame;
}

// The header is what makes the segment count. It follows once the snapshot is durable, so a header without a snapshot is damage, never a
// power cut; and no record is written before the header is durable, so without one there are no records.
DiskStatus Journal::Impl::enter_next() {
    const ReadySegment next = ready.front();
    ready.pop_front();
    SegmentHeader header;
    header.number = next.number;
    header.bytes = next.bytes;
    header.first = frontier.size();
    header.previous = current.number;
    header.previous_end = current.end;
    header.chain = current.chain;
    std::string frame = snapshot_frame(header);
    uint32_t chain = first_chain(header);
    finish_frame(frame.data(), frame.size(), 0, chain);

    DiskStatus status = next.file->write(kSegmentHeaderBytes, frame);
    if (status.ok()) status = next.file->sync();
    if (status.ok()) status = next.file->write(0, header_block(header));
    if (status.ok()) status = next.file->sync();
    if (!status.ok()) return status;
    if (raw_frame(frame)->kind == FrameKind::Snapshot) base = next.number;
    snapshot_bytes = frame.size();
    current = {next.number, next.bytes, kSegmentHeaderBytes + frame.size(), chain, 0, next.file, false};
    return status;
}

uint64_t Journal::Impl::room_in_current() const {
    const uint64_t used = current.end + kSealBytes;
    return current.bytes > used ? current.bytes - used : 0;
}

uint64_t Journal::Impl::room_in_next() const {
    const uint64_t used = kSegmentHeaderBytes + std::min(snapshot_bytes, half_of_segment(settings.segment_bytes)) +
                          kSealBytes;
    return settings.segment_bytes - used;
}

uint64_t Journal::size() const { return impl_->frontier.size(); }
const Frontier& Journal::frontier() const { return impl_->frontier; }
bool Journal::in_reserve() const { return impl_->ready.empty(); }
bool Journal::broken() const { return impl_->broken; }
uint64_t Journal::failures() const { return impl_->failures; }
uint64_t Journal::most_bytes(uint64_t segment_bytes) { return half_of_segment(segment_bytes); }

uint64_t Journal::room() const {
    if (!impl_->takes_records()) return 0;
    return impl_->room_in_current() + impl_->ready.size() * impl_->room_in_next();
}

bool Journal::would_use_reserve(uint64_t bytes) const {
    const size_t ready = impl_->ready.size();
    const uint64_t before = impl_->room_in_current() + (ready > 1 ? (ready - 1) * impl_->room_in_next() : 0);
    return bytes > before;
}

DiskStatus Journal::close() {
    if (!impl_->takes_records())
        return {DiskError::Io, impl_->closed ? "the journal is closed" : "the journal is broken"};
    impl_->closed = true;
    if (impl_->current.sealed)
        return {};  // nothing was added since it was opened; there may be no room for another seal
    std::string seal;
    append_frame(seal, FrameKind::Seal, {});
    uint32_t chain = impl_->current.chain;
    finish_frame(seal.data(), seal.size(), impl_->current.batch + 1, chain);
    return impl_->write_frames(seal);
}

}  // namespace remit::evidence
