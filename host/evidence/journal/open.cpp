#include <fmt/format.h>

#include "host/evidence/journal/opening.h"

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

/// Segments that were made but never begun are what an interrupted `create` leaves.
Result<bool> holds_no_journal(Disk& disk, const std::string& folder) {
    const auto numbers = list_segments(disk, folder);
    if (!numbers) return Failure{numbers.error()};
    for (const uint64_t number : *numbers) {
        Segment segment;
        const DiskStatus status = open_segment(disk, folder, number, OpenMode::Read, segment);
        if (!status.ok()) return Failure{status.message};
        if (segment.state != SegmentState::Prepared)
            return Failure{fmt::format("there is a journal in {} already", folder)};
    }
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
    const auto free = holds_no_journal(disk, folder);
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
