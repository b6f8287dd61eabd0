#include "host/evidence/journal/opening.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/wipe.h"

namespace remit::evidence {

namespace {

Failure failure(const DiskStatus& status) { return {status.message}; }

DiskStatus read_all(const Segment& segment, std::string& out) {
    out.resize(std::min(segment.file->size(), kMaxSegmentBytes));
    size_t got = 0;
    const DiskStatus status = segment.file->read(0, out, got);
    out.resize(status.ok() ? got : 0);
    return status;
}

/// What the first frame says it is; the scan proves it.
bool begins_with_edge(std::string_view bytes) {
    constexpr size_t kKindAt = kSegmentHeaderBytes + 8;
    return bytes.size() > kKindAt && bytes[kKindAt] == static_cast<char>(FrameKind::Edge);
}

}  // namespace

Result<bool> Journal::Opening::run() {
    // Names that a crash left in doubt are made durable before anything is written under them.
    const DiskStatus synced = j.disk->sync_folder(j.folder);
    if (!synced.ok()) return failure(synced);
    auto listed = list_segments(*j.disk, j.folder);
    if (!listed) return Failure{listed.error()};
    numbers = std::move(*listed);
    auto segment = newest();
    if (!segment) return Failure{segment.error()};
    auto done = repair(*segment);
    if (!done) return done;
    j.current = {segment->number, segment->header.bytes,    end.end,   end.chain,
                 end.batch,       std::move(segment->file), end.sealed};
    done = take_ready();
    if (!done) return done;
    const auto first = oldest_record();
    if (!first) return Failure{first.error()};
    recovery.first = *first;
    recovery.size = j.frontier.size();
    return true;
}

Result<Segment> Journal::Opening::newest() {
    for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
        Segment segment;
        DiskStatus status = open_segment(*j.disk, j.folder, *n, OpenMode::Write, segment);
        if (!status.ok()) return failure(status);
        if (segment.state == SegmentState::Wrong)
            return Failure{fmt::format("{} has the header of another segment, or not its length", segment.path)};
        if (segment.state != SegmentState::Prepared) {
            status = read_all(segment, bytes);
            if (!status.ok()) return failure(status);
        }
        Result<bool> refused = true;
        if (segment.state == SegmentState::Used && segment.number > lost.previous && lost.number != 0) {
            // Came to nothing before the lost one was begun.
        } else if (segment.state == SegmentState::Used) {
            recovery.scanned_bytes += bytes.size();
            running = false;
            refused = prove_state(segment);
            if (!refused) return Failure{refused.error()};
            // What a lost segment's header says of the one before it still holds.
            const size_t limit = segment.number == lost.previous ? lost.previous_end : bytes.size();
            const auto scanned = apply(segment, std::string_view(bytes).substr(0, limit));
            if (!scanned) return Failure{scanned.error()};
            end = *scanned;
            if (end.end != 0) return segment;
            refused = damaged(segment, kSegmentHeaderBytes, "the snapshot is damaged");
            lost = segment.header;
        } else if (segment.state == SegmentState::Torn && later_batches_behind(bytes, 0, 0)) {
            refused = damaged(segment, 0, "the header is damaged");
        }
        if (!refused) return Failure{refused.error()};
        unused.push_back(std::move(segment));
    }
    return Failure{fmt::format("there is no journal in {}", j.folder)};
}

Result<ScanEnd> Journal::Opening::apply(const Segment& segment, std::string_view all) {
    ScanVisitor visitor;
    visitor.snapshot = [&](FrameKind kind, std::string_view body) { return enter(segment, kind, body); };
    const auto take = [&](const Meta& meta, std::string_view entry, const Hash& leaf) {
        j.fold->apply(j.frontier.size(), meta, entry, leaf);
        j.frontier.add(leaf);
    };
    // Two leaves are hashed in little more time than one.
    std::optional<std::pair<Meta, std::string_view>> waiting;
    visitor.record = [&](const Meta& meta, std::string_view entry) {
        if (!waiting) {
            waiting.emplace(meta, entry);
            return;
        }
        Hash first, second;
        leaf_hash_pair(waiting->second, entry, first, second);
        take(waiting->first, waiting->second, first);
        take(meta, entry, second);
        waiting.reset();
    };
    auto scanned = scan_segment(all, segment.header, visitor);
    if (waiting) take(waiting->first, waiting->second, leaf_hash(waiting->second));
    if (!scanned) return Failure{fmt::format("{} at {}: {}", segment.path, kSegmentHeaderBytes, scanned.error())};
    return scanned;
}

Result<bool> Journal::Opening::enter(const Segment& segment, FrameKind kind, std::string_view snapshot) {
    j.snapshot_bytes = snapshot.size() + kFrameHeaderBytes;
    auto frontier = Frontier::load(snapshot);
    if (!frontier) return Failure{frontier.error()};
    if (frontier->size() != segment.header.first || (running && *frontier != j.frontier))
        return Failure{"the snapshot does not fit the records before it"};
    if (running) {
        std::string state;
        if (kind == FrameKind::Snapshot) j.fold->save(state);
        if (state != snapshot) return Failure{"the snapshot's state is not what the records before it give"};
    } else {
        if (kind != FrameKind::Snapshot) return Failure{"the snapshot has no state"};
        if (snapshot.empty() && frontier->size() != 0) return Failure{"the snapshot's state is missing"};
        const auto loaded = j.fold->load(snapshot);
        if (!loaded) return loaded;
        j.frontier = std::move(*frontier);
        running = true;
    }
    if (kind == FrameKind::Snapshot) j.base = segment.number;
    return true;
}

Result<Segment> Journal::Opening::before(const SegmentHeader& header) {
    Segment segment;
    const DiskStatus status = open_segment(*j.disk, j.folder, header.previous, OpenMode::Read, segment);
    if (!status.ok()) return failure(status);
    if (segment.state != SegmentState::Used || segment.header.bytes < header.previous_end)
        return Failure{fmt::format("{} has a wrong header", segment.path)};
    return segment;
}

/// Fewer than a quarter of the segment: then it and the one before cost little more than one.
bool Journal::Opening::holds_few(const Segment& newest) const {
    const ScanVisitor nothing{[](FrameKind, std::string_view) -> Result<bool> { return true; },
                              [](const Meta&, std::string_view) {}};
    const auto scanned = scan_segment(bytes, newest.header, nothing);
    if (!scanned || scanned->end == 0) return false;
    const auto snapshot = raw_frame(std::string_view(bytes).substr(kSegmentHeaderBytes));
    return scanned->end - kSegmentHeaderBytes - snapshot->bytes < newest.header.bytes / 4;
}

// A segment with few records is easily made up, and put behind the newest one with a state of one's choice.
Result<bool> Journal::Opening::prove_state(const Segment& newest) {
    if (begins_with_edge(bytes)) {
        const auto replayed = replay_up_to(newest);
        return replayed.ok() && !*replayed ? Failure{"the state before " + newest.path + " is gone"} : replayed;
    }
    if (newest.header.first == 0) {
        j.frontier = {};
        running = true;
        return j.fold->load({});
    }
    if (j.settings.accept_damage || !holds_few(newest)) return true;
    return replay_up_to(newest);
}

Result<bool> Journal::Opening::replay_up_to(const Segment& newest) {
    // Only headers and bytes of the segment at hand are kept: there may be many.
    std::vector<SegmentHeader> row{newest.header};
    std::string all;
    do {
        if (row.back().previous < numbers.front()) return false;
        const auto segment = before(row.back());
        if (!segment) return Failure{segment.error()};
        all.resize(kSegmentHeaderBytes + kFrameHeaderBytes);
        size_t got = 0;
        const DiskStatus status = segment->file->read(0, all, got);
        if (!status.ok()) return failure(status);
        row.push_back(segment->header);
    } while (begins_with_edge(all));
    for (size_t i = row.size() - 1; i > 0; --i) {
        const SegmentHeader& next = row[i - 1];
        const auto segment = before(next);
        if (!segment) return Failure{segment.error()};
        const DiskStatus status = read_all(*segment, all);
        if (!status.ok()) return failure(status);
        recovery.scanned_bytes += all.size();
        const auto scanned = apply(*segment, std::string_view(all).substr(0, next.previous_end));
        if (!scanned) return Failure{scanned.error()};
        if (scanned->end != next.previous_end || scanned->chain != next.chain || j.frontier.size() != next.first)
            return Failure{fmt::format("{} at {}: the segment ends before {} begins", segment->path, scanned->end,
                                       segment_path(j.folder, next.number))};
    }
    return true;
}

/// What was durable is damaged: refused, unless the host accepts the loss; then the bytes are kept.
Result<bool> Journal::Opening::damaged(const Segment& segment, size_t at, std::string_view what) {
    if (!j.settings.accept_damage) return Failure{fmt::format("{} at {}: {}", segment.path, at, what)};
    const DiskStatus kept = replace_file(*j.disk, fmt::format("{}/{:08}.damaged", j.folder, segment.number), bytes);
    if (!kept.ok()) return failure(kept);
    return true;
}

/// Zeroes the torn end. What is believed is written once more: a process before us may have failed to sync it and died, and then only
/// the page cache has it, as clean pages that no later sync writes.
Result<bool> Journal::Opening::repair(const Segment& segment) {
    const std::string_view all = bytes, tail = all.substr(end.end);
    recovery.clean = end.sealed && all_zero(tail);
    if (!all_zero(tail) && later_batches_behind(all, end.end, batch_behind(end.batch, end.last))) {
        const auto refused = damaged(segment, end.end, "a frame is damaged, and durable ones follow");
        if (!refused) return refused;
    }
    DiskStatus status = wipe_bytes(*segment.file, end.end, tail, recovery.truncated_bytes);
    end_torn_batch();
    const std::string_view believed = std::string_view(bytes).substr(0, end.end);
    if (status.ok()) status = segment.file->write(end.batch_begin, believed.substr(end.batch_begin));
    if (status.ok()) status = segment.file->sync();
    if (!status.ok()) return failure(status);
    return true;
}

/// Where a batch was cut off, a seal in its place says that what follows is of another one.
void Journal::Opening::end_torn_batch() {
    if (end.last || end.batch == 0) return;
    std::string seal;
    append_frame(seal, FrameKind::Seal, {});
    if (end.end + seal.size() > bytes.size()) return;
    finish_frame(seal.data(), seal.size(), end.batch, end.chain);
    bytes.replace(end.end, seal.size(), seal);
    end.end += seal.size();
    end.last = true;
}

/// Segments that were made ahead go on being that. Beginning one may have failed half way, with its snapshot written; and whatever else
/// stands in one would be taken for damage one day.
Result<bool> Journal::Opening::take_ready() {
    bool in_row = true;  // one of another length is made again, and those behind it
    for (auto segment = unused.rbegin(); segment != unused.rend(); ++segment) {
        in_row = in_row && segment->file->size() == j.settings.segment_bytes;
        if (!in_row && segment->state == SegmentState::Prepared) continue;
        const DiskStatus status = wipe_range(*segment->file, 0, std::min(segment->file->size(), kMaxSegmentBytes));
        if (!status.ok()) return failure(status);
        if (in_row) j.ready.push_back({segment->number, j.settings.segment_bytes, std::move(segment->file)});
    }
    return true;
}

/// From the oldest segment that is in use and did not come to nothing.
Result<uint64_t> Journal::Opening::oldest_record() {
    for (const uint64_t number : numbers) {
        Segment segment;
        const DiskStatus status = open_segment(*j.disk, j.folder, number, OpenMode::Read, segment);
        if (!status.ok()) return failure(status);
        if (segment.state == SegmentState::Used) return segment.header.first;
        if (number == j.current.number) break;
    }
    return j.frontier.size();
}

}  // namespace remit::evidence
