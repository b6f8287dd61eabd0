#include "host/evidence/journal/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "host/evidence/journal/row.h"
#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/scan.h"
#include "host/evidence/journal/window.h"

namespace remit::evidence {

struct JournalReader::Impl {
    /// Between two frames.
    struct Place {
        size_t offset = 0;
        uint32_t chain = 0, batch = 0;
        bool last = false;  // the frame before ends its batch
    };

    Impl(Disk& d, std::string f) : disk(&d), folder(std::move(f)) {}

    Result<bool> enter(size_t n);
    /// The frame at the place, proved, and the place moved behind it. End: none is there.
    Result<FrameView> step(Place& p);
    enum class Read : uint8_t { Record, End, Moved };
    /// The next record of this segment. End: of what is there. Moved: a writer has left the segment; look again.
    Result<Read> read_record();
    Result<const RecordView*> next();
    /// Did a writer begin another segment behind the last one? Then the place is valid again.
    Result<bool> left_behind();
    /// Is what was read of the last segment durable? All batches but the newest one are: else there would be no newer one. Of that one
    /// it is known only that the writer had not left the segment without it when its first record was asked for.
    Result<bool> still_counts(uint32_t batch);
    uint32_t newest_batch_read();
    Result<bool> is_damaged();
    /// Goes to where the record `index` stands or will stand; false if the records end before.
    Result<bool> go_to(uint64_t index);
    Result<bool> seek(uint64_t index);
    void tell_segments();

    bool is_last() const { return at == row.size() - 1; }
    size_t limit() const { return is_last() ? window->size() : row[at + 1].previous_end; }
    Failure fault(size_t offset, std::string_view what) const {
        return {fmt::format("{} at {}: {}", segment_path(folder, row[at].number), offset, what)};
    }

    Disk* disk;
    const std::string folder;
    std::vector<SegmentHeader> row;
    std::vector<SegmentInfo> infos;
    size_t at = 0;                   // in the row
    std::unique_ptr<Window> window;  // null: no segment entered
    std::string_view snapshot;
    bool snapshot_is_edge = false;
    Place place;
    uint64_t next_index = 0;    // of the record at the place
    uint32_t certain = 0;       // batches of the last segment below this one count
    std::vector<Place> places;  // of this segment's records up to there: going back is cheap
    RecordView record;
};

void JournalReader::Impl::tell_segments() {
    infos.clear();
    for (const SegmentHeader& h : row) infos.push_back({h.number, h.first, segment_path(folder, h.number)});
}

Result<FrameView> JournalReader::Impl::step(Place& p) {
    const size_t end = limit();
    if (p.offset >= end) return FrameView{};
    // The header first: it says how much must be there.
    std::string_view bytes;
    size_t wanted = kFrameHeaderBytes;
    for (int pass = 0; pass < 2; ++pass) {
        const DiskStatus status = window->view(p.offset, wanted, bytes);
        if (!status.ok()) return Failure{status.message};
        bytes = bytes.substr(0, end - p.offset);
        if (pass == 0) wanted = frame_bytes(bytes);
        if (wanted <= bytes.size()) break;
    }
    uint32_t chain = p.chain;
    const FrameView frame = next_frame(bytes, chain);
    if (frame.kind == FrameKind::End || (frame.batch != p.batch && frame.batch != p.batch + 1)) return FrameView{};
    p = {p.offset + frame.bytes, chain, frame.batch, frame.last};
    return frame;
}

Result<bool> JournalReader::Impl::enter(size_t n) {
    at = n;
    places.clear();
    window.reset();
    Segment segment;
    const SegmentHeader& header = row[n];
    const DiskStatus status = open_segment(*disk, folder, header.number, OpenMode::Read, segment);
    if (!status.ok()) return Failure{status.message};
    if (segment.state != SegmentState::Used || header_block(segment.header) != header_block(header))
        return fault(0, "the header has changed");
    if (!is_last() && row[n + 1].previous_end > header.bytes)
        return fault(0, "the segment is shorter than the next one says");
    auto entered = std::make_unique<Window>(std::move(segment.file),
                                            is_last() ? header.bytes : row[n + 1].previous_end);
    window = std::move(entered);
    Place begin{kSegmentHeaderBytes, first_chain(header), 0, false};
    const auto first = step(begin);
    if (!first) return Failure{first.error()};
    if ((first->kind != FrameKind::Snapshot && first->kind != FrameKind::Edge) || first->batch != 0) {
        window.reset();
        return fault(kSegmentHeaderBytes, "the snapshot is damaged");
    }
    snapshot = first->body;
    snapshot_is_edge = first->kind == FrameKind::Edge;
    place = begin;
    certain = 0;
    next_index = header.first;
    return true;
}

Result<JournalReader::Impl::Read> JournalReader::Impl::read_record() {
    Place p = place;
    record.payloads.clear();
    for (;;) {
        const size_t offset = p.offset;
        const auto frame = step(p);
        if (!frame) return Failure{frame.error()};
        switch (frame->kind) {
            case FrameKind::End: return Read::End;
            case FrameKind::Payload:
                if (record.payloads.size() == kMaxPayloadsOfEntry)
                    return fault(offset, "a record with too many payloads");
                record.payloads.push_back(payload_view(frame->body));
                break;
            case FrameKind::Seal:
                if (!record.payloads.empty()) return fault(offset, "a payload without its record");
                place = p;
                break;
            case FrameKind::Snapshot:
            case FrameKind::Edge: return fault(offset, "a snapshot behind records");
            case FrameKind::Entry:
                const auto counts = still_counts(frame->batch);
                if (!counts) return Failure{counts.error()};
                if (!*counts) return Read::Moved;
                if (places.size() == next_index - row[at].first) places.push_back(place);
                record.index = next_index++;
                record.meta = entry_meta(frame->body);
                record.entry = entry_bytes(frame->body);
                record.segment = row[at].number;
                place = p;
                return Read::Record;
        }
    }
}

Result<bool> JournalReader::Impl::still_counts(uint32_t batch) {
    if (!is_last() || batch < certain) return true;
    const auto left = left_behind();
    if (!left) return left;
    if (*left) return false;
    certain = std::max(batch + 1, newest_batch_read());
    return true;
}

uint32_t JournalReader::Impl::newest_batch_read() {
    uint32_t batch = place.batch;
    std::string_view bytes;
    for (size_t offset = place.offset; window->view(offset, 0, bytes).ok();) {
        const auto frame = raw_frame(bytes);
        if (!frame || (frame->batch != batch && frame->batch != batch + 1)) break;
        batch = frame->batch;
        offset += frame->bytes;
    }
    return batch;
}

Result<const RecordView*> JournalReader::Impl::next() {
    if (window == nullptr) {
        const auto entered = enter(0);
        if (!entered) return Failure{entered.error()};
    }
    for (;;) {
        auto read = read_record();
        if (read.ok() && *read == Read::End && is_last()) {
            // A writer may have been here since the bytes were read.
            window->forget(place.offset);
            read = read_record();
        }
        if (!read) return Failure{read.error()};
        if (*read == Read::Record) return &record;
        if (*read == Read::Moved) continue;
        if (is_last()) {
            const auto left = left_behind();
            if (!left) return Failure{left.error()};
            if (*left) continue;
            const auto damaged = is_damaged();
            if (!damaged) return Failure{damaged.error()};
            if (*damaged) return fault(place.offset, "a frame is damaged, and durable ones follow");
            return nullptr;
        }
        const SegmentHeader& after = row[at + 1];
        if (place.offset > after.previous_end)
            return fault(after.previous_end, "records that were read were never durable");
        if (place.offset < after.previous_end) return fault(place.offset, "a frame is damaged or missing");
        if (place.chain != after.chain || next_index != after.first)
            return fault(place.offset, "the next segment follows other records");
        const auto entered = enter(at + 1);
        if (!entered) return Failure{entered.error()};
    }
}

Result<bool> JournalReader::Impl::left_behind() {
    const uint64_t number = row[at].number, newest = row.back().number;
    const auto extended = extend_row(*disk, folder, row);
    if (!extended) return extended;
    if (row.back().number == newest) return false;
    tell_segments();
    // Records may have come between our reading and the next segment.
    window->forget(place.offset);
    if (at < row.size() && row[at].number == number) return true;
    // The segment we are in came to nothing: no record of it was ever durable.
    window.reset();
    const auto there = go_to(next_index);
    if (!there) return there;
    return *there ? Result<bool>(true) : Failure{fmt::format("the records behind {} are gone", next_index)};
}

/// Only a little is looked through each time: those who follow a writer come here often.
Result<bool> JournalReader::Impl::is_damaged() {
    constexpr size_t kLookedThrough = 256u << 10;
    for (int pass = 0; pass < 2; ++pass) {
        std::string_view bytes;
        const DiskStatus status = window->view(place.offset, kLookedThrough, bytes);
        if (!status.ok()) return Failure{status.message};
        const uint32_t torn = batch_behind(place.batch, place.last);
        if (!later_batches_behind(bytes.substr(0, kLookedThrough), 0, torn)) return false;
        // A writer may have written just this between two reads; then what was there before is whole by now.
        window->forget(place.offset);
        Place p = place;
        const auto frame = step(p);
        if (!frame) return Failure{frame.error()};
        if (frame->kind != FrameKind::End) return false;
    }
    return true;
}

Result<bool> JournalReader::Impl::go_to(uint64_t index) {
    const auto after = [](uint64_t i, const SegmentHeader& h) { return i < h.first; };
    const auto found = std::upper_bound(row.begin(), row.end(), index, after);
    if (found == row.begin()) return false;
    const auto n = static_cast<size_t>(found - row.begin()) - 1;
    if (window == nullptr || at != n) {
        const auto entered = enter(n);
        if (!entered) return entered;
    }
    if (index < next_index) {
        place = places[index - row[at].first];
        next_index = index;
    }
    while (next_index < index) {
        const auto more = next();
        if (!more) return Failure{more.error()};
        if (*more == nullptr) return false;
    }
    return true;
}

Result<bool> JournalReader::Impl::seek(uint64_t index) {
    const auto there = go_to(index);
    if (!there || !*there) return there;
    const auto found = next();
    if (!found) return Failure{found.error()};
    if (*found == nullptr) return false;
    place = places[--next_index - row[at].first];
    return true;
}

JournalReader::JournalReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::open(Disk& disk, std::string folder) {
    auto impl = std::make_unique<Impl>(disk, std::move(folder));
    auto row = read_row(disk, impl->folder);
    if (!row) return Failure{row.error()};
    impl->row = std::move(*row);
    impl->tell_segments();
    return std::unique_ptr<JournalReader>(new JournalReader(std::move(impl)));
}

const std::vector<SegmentInfo>& JournalReader::segments() const { return impl_->infos; }
uint64_t JournalReader::first() const { return impl_->row.front().first; }
Result<bool> JournalReader::seek(uint64_t index) { return impl_->seek(index); }
Result<const RecordView*> JournalReader::next() { return impl_->next(); }
std::string_view JournalReader::snapshot() const { return impl_->snapshot; }
bool JournalReader::snapshot_is_edge() const { return impl_->snapshot_is_edge; }

}  // namespace remit::evidence
