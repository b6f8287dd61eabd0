#include <algorithm>

#include <fmt/format.h>

#include "host/evidence/journal/opening.h"
#include "host/evidence/journal/raw_frame.h"

namespace remit::evidence {

namespace {

std::string folder_above(const std::string& folder) {
    const size_t slash = folder.rfind('/');
    return slash == std::string::npos ? "" : folder.substr(0, slash);
}

Result<bool> check(const JournalSettings& settings) {
    if (settings.segment_bytes < kMinSegmentBytes || settings.segment_bytes > kMaxSegmentBytes ||
        settings.segment_bytes % kSegmentHeaderBytes != 0)
        return Failure{fmt::format("a segment has {} to {} bytes, a multiple of {}; not {}", kMinSegmentBytes,
                                   kMaxSegmentBytes, kSegmentHeaderBytes, settings.segment_bytes)};
    if (settings.ahead < 2) return Failure{"at least two segments are made ahead, one of them the reserve"};
    return true;
}

/// Made but never begun, or begun and behind its snapshot nothing but zeros.
bool never_held_record(const Segment& segment, std::string_view bytes) {
    if (segment.state == SegmentState::Prepared || bytes.size() < kSegmentHeaderBytes) return all_zero(bytes);
    bytes.remove_prefix(kSegmentHeaderBytes);
    const auto first = raw_frame(bytes);
    if (!first || (first->kind != FrameKind::Snapshot && first->kind != FrameKind::Edge)) return false;
    const bool begun = segment.state == SegmentState::Torn || segment.header.first == 0;
    return begun && segment.state != SegmentState::Wrong && all_zero(bytes.substr(first->bytes));
}

/// Removes the segments that an interrupted first start leaves: none of them ever held a record.
Result<bool> make_way(Disk& disk, const std::string& folder) {
    const auto numbers = list_segments(disk, folder);
    if (!numbers) return Failure{numbers.error()};
    std::string bytes;
    for (const uint64_t number : *numbers) {
        Segment segment;
        DiskStatus status = open_segment(disk, folder, number, OpenMode::Read, segment);
        if (!status.ok()) return Failure{status.message};
        bytes.resize(std::min(segment.file->size(), kMaxSegmentBytes));
        size_t got = 0;
        status = segment.file->read(0, bytes, got);
        if (!status.ok()) return Failure{status.message};
        if (!never_held_record(segment, std::string_view(bytes).substr(0, got)))
            return Failure{fmt::format("there is a journal in {} already", folder)};
    }
    // From the last one on: what is left is always a row.
    for (auto n = numbers->rbegin(); n != numbers->rend(); ++n) {
        const DiskStatus status = disk.remove(segment_path(folder, *n));
        if (!status.ok()) return Failure{status.message};
    }
    const DiskStatus synced = disk.sync_folder(folder);
    if (!synced.ok()) return Failure{synced.message};
    return true;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::create(Disk& disk, std::string folder, const JournalSettings& settings,
                                                 Fold& fold) {
    const auto sound = check(settings);
    if (!sound) return Failure{sound.error()};
    DiskStatus status = disk.make_folder(folder);
    if (status.ok()) status = disk.sync_folder(folder_above(folder));
    if (!status.ok()) return Failure{status.message};
    const auto free = make_way(disk, folder);
    if (!free) return Failure{free.error()};
    const auto loaded = fold.load({});
    if (!loaded) return Failure{loaded.error()};

    std::unique_ptr<Journal> journal(new Journal(std::make_unique<Impl>(disk, std::move(folder), settings, fold)));
    for (unsigned i = 0; i <= settings.ahead; ++i) {
        Preparation preparation = journal->begin_preparing();
        status = preparation.run();
        if (!status.ok()) return Failure{status.message};
        journal->prepared(preparation);
    }
    status = journal->impl_->enter_next();
    if (!status.ok()) return Failure{status.message};
    return journal;
}

Result<std::unique_ptr<Journal>> Journal::open(Disk& disk, std::string folder, const JournalSettings& settings,
                                               Fold& fold, Recovery& recovery) {
    const auto sound = check(settings);
    if (!sound) return Failure{sound.error()};
    recovery = {};
    std::unique_ptr<Journal> journal(new Journal(std::make_unique<Impl>(disk, std::move(folder), settings, fold)));
    const auto opened = Opening{*journal->impl_, recovery}.run();
    if (!opened) return Failure{opened.error()};
    return journal;
}

}  // namespace remit::evidence
