// Creating and opening a journal.
#include <algorithm>

#include <fmt/format.h>

#include "host/evidence/journal/journal_impl.h"
#include "host/evidence/journal/scan.h"
#include "host/evidence/journal/wipe_tail.h"

namespace remit::evidence {

namespace {

Failure failure(const DiskStatus& status) { return {status.message}; }

std::string folder_above(const std::string& folder) {
    const size_t slash = folder.rfind('/');
    return slash == std::string::npos ? "" : folder.substr(0, slash);
}

DiskStatus read_all(const Segment& segment, std::string& out) {
    out.resize(std::min(segment.file->size(), kMaxSegmentBytes));
    size_t got = 0;
    const DiskStatus status = segment.file->read(0, out, got);
    out.resize(status.ok() ? got : 0);
    return status;
}

}  // namespace

/// The steps of an opening.
struct Journal::Opening {
    Impl& j;
    Recovery& recovery;
    std::vector<uint64_t> numbers;
    std::vector<Segment> above;  // unused segments, highest first
    std::string bytes;           // of the newest segment in use
    ScanEnd end;

    Result<bool> run();
    Result<Segment> newest();
    Result<bool> set_aside(const Segment& segment, size_t from, std::string_view what);
    Result<bool> scan(const Segment& segment);
    Result<bool> replay_from_base(const Segment& newest);
    Result<bool> repair(const Segment& segment);
    Result<bool> take_ready();
    Result<uint64_t> oldest_record(const Segment& newest);
};

Result<bool> Journal::Opening::run() {
    // Names that a crash left in doubt are made durable before anything is written under them.
    const DiskStatus synced = j.disk->sync_folder(j.folder);
    if (!synced.ok()) return failure(synced);
    auto listed = list_segments(*j.disk, j.folder);
    if (!listed) return Failure{listed.error()};
    numbers = std::move(*listed);
    auto found = newest();
    if (!found) return Failure{found.error()};
    Segment& segment = *found;
    const auto repaired = repair(segment);
    if (!repaired) return repaired;
    j.current = {segment.number, segment.header.bytes, end.end, end.chain, end.batch, std::move(segment.file)};
    const auto ready = take_ready();
    if (!ready) return ready;
    const auto first = oldest_record(segment);
    if (!first) return Failure{first.error()};
    recovery.first = *first;
    recovery.size = j.frontier.size();
    return true;
}

/// The newest segment in use, scanned. What lies above it came to nothing.
Result<Segment> Journal::Opening::newest() {
    for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
        Segment segment;
        const DiskStatus opened = open_segment(*j.disk, j.folder, *n, OpenMode::Write, segment);
        if (!opened.ok()) return failure(opened);
        if (segment.state == SegmentState::Wrong)
            return Failure{fmt::format("{} has the header of another segment, or not its length", segment.path)};
        if (segment.state == SegmentState::Used) {
            const auto scanned = scan(segment);
            if (!scanned) return Failure{scanned.error()};
            if (end.end != 0) return segment;
            const auto aside = set_aside(segment, kSegmentHeaderBytes, "the snapshot is damaged");
            if (!aside) return Failure{aside.error()};
        } else if (segment.state == SegmentState::Torn && segment.file->size() >= kSegmentHeaderBytes) {
            const DiskStatus read = read_all(segment, bytes);
            if (!read.ok()) return failure(read);
            if (later_batches_behind(bytes, kSegmentHeaderBytes, 0)) {
                const auto aside = set_aside(segment, 0, "the header is damaged, and records follow");
                if (!aside) return Failure{aside.error()};
            }
        }
        above.push_back(std::move(segment));
    }
    return Failure{fmt::format("there is no journal in {}", j.folder)};
}

/// Damage of what was durable: refused, unless the host accepts the loss; then its bytes are kept.
Result<bool> Journal::Opening::set_aside(const Segment& segment, size_t from, std::string_view what) {
    if (!j.settings.accept_damage) return Failure{fmt::format("{} at {}: {}", segment.path, from, what)};
    const DiskStatus kept = replace_file(*j.disk, fmt::format("{}/{:08}.damaged", j.folder, segment.number), bytes);
    if (!kept.ok()) return failure(kept);
    return true;
}

/// Loads the snapshot and applies the records behind it. `end.end` is 0 if there is no whole snapshot.
Result<bool> Journal::Opening::scan(const Segment& segment) {
    const DiskStatus read = read_all(segment, bytes);
    if (!read.ok()) return failure(read);
    recovery.scanned_bytes += bytes.size();
    std::string_view state;
    ScanVisitor visitor;
    visitor.snapshot = [&](FrameKind kind, std::string_view body) -> Result<bool> {
        j.snapshot_bytes = body.size() + kFrameHeaderBytes;
        auto frontier = Frontier::load(body);
        if (!frontier || frontier->size() != segment.header.first)
            return Failure{fmt::format("{}: the snapshot is not of record {}", segment.path, segment.header.first)};
        if (kind == FrameKind::Edge) {
            if (!body.empty()) return Failure{fmt::format("{}: the snapshot goes on where it ends", segment.path)};
            const auto replayed = replay_from_base(segment);
            if (!replayed) return replayed;
        } else {
            const auto loaded = j.fold->load(body);
            if (!loaded) return Failure{fmt::format("{}: {}", segment.path, loaded.error())};
            j.base = segment.number;
        }
        j.frontier = std::move(*frontier);
        return true;
    };
    visitor.record = [&](const Meta& meta, std::string_view entry) {
        const Hash leaf = leaf_hash(entry);
        j.fold->apply(j.frontier.size(), meta, entry, leaf);
        j.frontier.add(leaf);
    };
    auto scanned = scan_segment(bytes, segment.header, visitor);
    if (!scanned) return Failure{fmt::format("{}: {}", segment.path, scanned.error())};
    end = *scanned;
    return true;
}

/// Brings the fold to where `newest` begins, from the last segment before it that has the whole state.
Result<bool> Journal::Opening::replay_from_base(const Segment& newest) {
    std::vector<SegmentHeader> row{newest.header};
    for (bool whole = false; !whole;) {
        const SegmentHeader& after = row.back();
        Segment segment;
        if (after.previous == 0) return Failure{fmt::format("{}: no segment has the state", newest.path)};
        const DiskStatus opened = open_segment(*j.disk, j.folder, after.previous, OpenMode::Read, segment);
        if (!opened.ok()) return failure(opened);
        if (segment.state != SegmentState::Used) return Failure{fmt::format("{} has a wrong header", segment.path)};
        std::array<char, kFrameHeaderBytes> frame{};
        size_t got = 0;
        const DiskStatus read = segment.file->read(kSegmentHeaderBytes, frame, got);
        if (!read.ok()) return failure(read);
        constexpr size_t kKindAt = 8;
        whole = frame[kKindAt] == static_cast<char>(FrameKind::Snapshot);
        row.push_back(segment.header);
    }
    j.base = row.back().number;
    for (size_t i = row.size(); i-- > 1;) {
        const auto replayed = replay(row[i], row[i - 1]);
        if (!replayed) return replayed;
    }
    return true;
}

}  // namespace remit::evidence
