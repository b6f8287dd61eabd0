#include "tests/evidence_review/forger.h"

#include "host/evidence/log/chains.h"
#include "host/evidence/log/config.h"
#include "host/evidence/review/tree_walk.h"

namespace remit::evidence::testing {

Forger::Forger(Files files) : files_(std::move(files)) {
    MemoryDisk disk = disk_of(files_);
    const auto numbers = list_segments(disk, kSegmentsFolder);
    REQUIRE(numbers.ok());
    for (const uint64_t number : *numbers) {
        Segment segment;
        REQUIRE(open_segment(disk, kSegmentsFolder, number, OpenMode::Read, segment).ok());
        if (segment.state != SegmentState::Used) continue;
        ForgedSegment forged{segment.header, segment.path, {}};
        std::string_view rest = std::string_view(files_[segment.path]).substr(kSegmentHeaderBytes);
        uint32_t chain = first_chain(segment.header);
        for (FrameView frame = next_frame(rest, chain); frame.kind != FrameKind::End; frame = next_frame(rest, chain)) {
            forged.frames.push_back({frame.kind, frame.batch, std::string(frame.body)});
            rest.remove_prefix(frame.bytes);
        }
        segments_.push_back(std::move(forged));
    }
}

void Forger::entries(const std::function<void(size_t, size_t, ForgedFrame&)>& each) {
    for (size_t s = 0; s < segments_.size(); ++s) {
        for (size_t f = 0; f < segments_[s].frames.size(); ++f) {
            if (segments_[s].frames[f].kind == FrameKind::Entry) each(s, f, segments_[s].frames[f]);
        }
    }
}

void Forger::remove(size_t segment, size_t frame) {
    auto& frames = segments_[segment].frames;
    size_t from = frame;
    while (from > 0 && frames[from - 1].kind == FrameKind::Payload) --from;
    frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(from),
                 frames.begin() + static_cast<std::ptrdiff_t>(frame) + 1);
}

Files Forger::files(bool states) const {
    Files out = files_;
    uint64_t index = segments_.empty() ? 0 : segments_.front().header.first, end = 0;
    uint32_t chain = segments_.empty() ? 0 : segments_.front().header.chain;
    TreeWalk tree;
    Chains chains;
    for (size_t s = 0; s < segments_.size(); ++s) {
        SegmentHeader header = segments_[s].header;
        header.first = index;
        header.chain = chain;
        if (s > 0) header.previous_end = end;
        chain = first_chain(header);
        std::string bytes = header_block(header);
        uint32_t batch = 0, before = 0;  // without a hole where a record was taken out
        const auto& frames = segments_[s].frames;
        for (size_t f = 0; f < frames.size(); ++f) {
            const ForgedFrame& frame = frames[f];
            if (frame.batch != std::exchange(before, frame.batch)) ++batch;
            std::string one, state;
            if (states && frame.kind == FrameKind::Snapshot) {
                tree.save(state);
                chains.save(state);
            }
            append_frame(one, frame.kind, state.empty() ? std::string_view(frame.body) : state);
            const bool last = f + 1 == frames.size() || frames[f + 1].batch != frame.batch;
            finish_frame(one.data(), one.size(), batch, chain, last);
            bytes += one;
            if (frame.kind != FrameKind::Entry) continue;
            const Hash leaf = leaf_hash(frame.entry());
            tree.add(leaf);
            chains.apply(index++, frame.meta(), frame.entry(), leaf);
        }
        end = bytes.size();
        REQUIRE(bytes.size() <= header.bytes);
        bytes.resize(header.bytes);
        out[segments_[s].path] = std::move(bytes);
    }
    return out;
}

size_t Forger::end_of(const std::string& path) const {
    for (const ForgedSegment& segment : segments_) {
        if (segment.path != path) continue;
        size_t end = kSegmentHeaderBytes;
        for (const ForgedFrame& frame : segment.frames) {
            std::string one;
            append_frame(one, frame.kind, frame.body);
            if (frame.kind != FrameKind::Seal) end += one.size();
        }
        return end;
    }
    return 0;
}

}  // namespace remit::evidence::testing
