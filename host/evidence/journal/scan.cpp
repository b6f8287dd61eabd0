#include "host/evidence/journal/scan.h"

#include "host/evidence/journal/raw_frame.h"

namespace remit::evidence {

Result<ScanEnd> scan_segment(std::string_view bytes, const SegmentHeader& header, const ScanVisitor& visitor) {
    ScanEnd out;
    uint32_t chain = first_chain(header);
    if (bytes.size() < kSegmentHeaderBytes) return out;
    const FrameView first = next_frame(bytes.substr(kSegmentHeaderBytes), chain);
    if ((first.kind != FrameKind::Snapshot && first.kind != FrameKind::Edge) || first.batch != 0) return out;
    const auto loaded = visitor.snapshot(first.kind, first.body);
    if (!loaded) return Failure{loaded.error()};
    out.end = kSegmentHeaderBytes + first.bytes;
    out.chain = chain;

    size_t payloads = 0;
    for (size_t at = out.end;;) {
        const FrameView frame = next_frame(bytes.substr(at), chain);
        // Within a batch, or the next one: anything else is not our writing.
        if (frame.kind == FrameKind::End || (frame.batch != out.batch && frame.batch != out.batch + 1)) return out;
        at += frame.bytes;
        switch (frame.kind) {
            case FrameKind::Payload:
                if (++payloads > kMaxPayloadsOfEntry) return out;
                continue;
            case FrameKind::Entry: visitor.record(entry_meta(frame.body), entry_bytes(frame.body)); break;
            case FrameKind::Seal:
                if (payloads != 0) return out;
                break;
            case FrameKind::End:
            case FrameKind::Snapshot:
            case FrameKind::Edge: return out;
        }
        if (frame.batch != out.batch) out.batch_begin = out.end;
        out.end = at;
        out.chain = chain;
        out.sealed = frame.kind == FrameKind::Seal && frame.batch != out.batch;
        out.batch = frame.batch;
        out.last = frame.last;
        payloads = 0;
    }
}

bool later_batches_behind(std::string_view bytes, size_t from, uint32_t torn) {
    // Hostile bytes could make each position a long frame: so much is hashed and no more.
    size_t budget = 4 * bytes.size();
    for (size_t at = from & ~(kFrameAlignment - 1); at + kFrameHeaderBytes <= bytes.size(); at += kFrameAlignment) {
        const auto frame = raw_frame(bytes.substr(at));
        if (!frame) continue;
        // Its own checksum hangs on what is damaged; that of the next one hangs on it.
        const std::string_view behind = bytes.substr(at + frame->bytes);
        const auto next = raw_frame(behind);
        if (!next || next->batch <= torn) continue;
        if (next->bytes > budget) return false;
        budget -= next->bytes;
        if (follows(behind, *next, frame->checksum)) return true;
    }
    return false;
}

}  // namespace remit::evidence
