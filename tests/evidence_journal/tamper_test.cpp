// Damage and tampering: every bit of a small journal, and whole segments. What changed must be told by whoever reads or opens, or show
// in the records and so in the tree's root, which is signed.
#include "host/evidence/journal/raw_frame.h"
#include "host/evidence/journal/scan.h"
#include "tests/evidence_journal/small_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

/// Three segments with few records each: a failure leaves the first one at its third record, another the second one.
void make_three(SmallLog& log, bool closed) {
    log.settings.ahead = 3;
    log.create();
    for (int segment = 0; segment < 3; ++segment) {
        for (int i = 0; i < 3; ++i) REQUIRE(log.commit(1, 30).ok());
        if (segment == 2) break;
        log.disk.fault = [failed = false](SimOp op, const std::string&) mutable {
            if (op != SimOp::Sync || failed) return DiskError::None;
            failed = true;
            return DiskError::Io;
        };
        REQUIRE(!log.commit(1, 30).ok());
        log.disk.fault = nullptr;
    }
    if (closed) REQUIRE(log.journal->close().ok());
    log.journal.reset();
}

constexpr uint64_t kRecords = 9;
std::string path(int number) { return segment_path(kFolder, static_cast<uint64_t>(number)); }

/// Where the bytes of a segment end that belong to records that count.
size_t end_of(SmallLog& log, int number) {
    Segment segment;
    if (number < 3) {
        REQUIRE(open_segment(log.disk, kFolder, static_cast<uint64_t>(number) + 1, OpenMode::Read, segment).ok());
        return segment.header.previous_end;
    }
    REQUIRE(open_segment(log.disk, kFolder, 3, OpenMode::Read, segment).ok());
    ScanVisitor nothing{[](FrameKind, std::string_view) -> Result<bool> { return true; },
                        [](const Meta&, std::string_view) {}};
    const auto scanned = scan_segment(log.disk.bytes_of(path(3)), segment.header, nothing);
    REQUIRE(scanned.ok());
    return scanned->end - (scanned->sealed ? kFrameHeaderBytes : 0);
}

bool noticed(const Found& found) {
    return !found.failure.empty() || !found.difference.empty() || found.end != kRecords;
}

/// Would opening, on a copy, refuse or end with another tree?
bool opening_notices(SmallLog& log) {
    const auto copy = log.disk.copy();
    DigestFold fold;
    Recovery recovery;
    const auto opened = Journal::open(*copy, kFolder, log.settings, fold, recovery);
    return !opened || (*opened)->frontier() != log.reference.frontier(kRecords);
}

}  // namespace

TEST_CASE("no bit of any record can change unseen, and no other bit does harm") {
    SmallLog log;
    make_three(log, true);
    const Found whole = read_all(log.disk, log.reference);
    REQUIRE(whole == Found{0, kRecords, "", ""});
    for (int number = 1; number <= 3; ++number) {
        const size_t end = end_of(log, number);
        std::string& bytes = log.disk.bytes_of(path(number));
        // All of what counts, and some of what follows it.
        for (size_t bit = 0; bit < (end + 600) * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            const Found found = read_all(log.disk, log.reference);
            const bool counts = bit / 8 < end;
            if (counts ? !noticed(found) : found != whole) {
                INFO(path(number) << " byte " << bit / 8 << " bit " << bit % 8 << ": " << found.end << " "
                                  << found.failure);
                CHECK(noticed(found) == counts);
            }
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        }
    }
    CHECK(read_all(log.disk, log.reference) == whole);
}

TEST_CASE("opening refuses a journal whose newest segment is damaged before durable records") {
    SmallLog log;
    make_three(log, false);
    const size_t end = end_of(log, 3);
    unsigned refused = 0, cut = 0;
    std::string& bytes = log.disk.bytes_of(path(3));
    for (size_t at = 0; at < end; at += 7) {
        if (at >= 80 && at < kSegmentHeaderBytes) continue;  // zeros of the header block: see below
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        const auto copy = log.disk.copy();
        DigestFold fold;
        Recovery recovery;
        const auto opened = Journal::open(*copy, kFolder, log.settings, fold, recovery);
        if (!opened)
            ++refused;
        else if ((*opened)->size() < kRecords)
            ++cut;
        CHECK((!opened || (*opened)->size() < kRecords));
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    }
    CHECK(refused > cut);  // the last batches cannot be told from torn ones: that is what signed heads are for
    CHECK(cut > 0);

    // Who accepts the loss gets the journal up to there, and the bytes set aside.
    bytes[kSegmentHeaderBytes + 3] = 'x';
    CHECK(log.open() == "segments/00000003.seg at 4096: the snapshot is damaged");
    const std::string damaged = bytes;
    log.settings.accept_damage = true;
    REQUIRE(log.open() == "");
    CHECK(log.journal->size() == 6);
    CHECK(log.disk.bytes_of("segments/00000003.damaged") == damaged);
    log.settings.accept_damage = false;
    log.reference.truncate(6);
    REQUIRE(log.commit(2, 30).ok());
    REQUIRE(log.open() == "");
    CHECK(read_all(log.disk, log.reference) == Found{0, 8, "", ""});
}

TEST_CASE("a torn end is cut off and zeroed, and is not damage") {
    SmallLog log;
    make_three(log, false);
    const size_t end = end_of(log, 3);
    std::string& bytes = log.disk.bytes_of(path(3));
    const std::string garbage = log.random.bytes(3'000);
    bytes.replace(end + 8, garbage.size(), garbage);
    Recovery recovery;
    REQUIRE(log.open(&recovery) == "");
    CHECK(recovery.truncated_bytes >= garbage.size());
    CHECK(bytes.find_last_not_of('\0') < end);
    CHECK(read_all(log.disk, log.reference) == Found{0, kRecords, "", ""});
}

TEST_CASE("segments that were cut short, swapped, copied, taken away or put back are told") {
    SmallLog log;
    make_three(log, true);
    const auto notices = [&](const char* what) {
        INFO(what);
        const Found found = read_all(log.disk, log.reference);
        INFO(found.failure);
        CHECK(noticed(found));
    };
    std::string segment[4];
    for (int i = 1; i <= 3; ++i) segment[i] = log.disk.bytes_of(path(i));
    const auto restore = [&] {
        for (int i = 1; i <= 3; ++i) log.disk.put(path(i), segment[i]);
        REQUIRE(read_all(log.disk, log.reference) == Found{0, kRecords, "", ""});
        REQUIRE(!opening_notices(log));
    };

    for (int i = 1; i <= 3; ++i) {
        for (const size_t left :
             {size_t{0}, size_t{100}, kSegmentHeaderBytes, kSegmentHeaderBytes + 100, end_of(log, i) - 1}) {
            log.disk.put(path(i), segment[i].substr(0, left));
            notices("cut short");
            if (i == 3) CHECK(opening_notices(log));
            restore();
        }
        for (int other = 1; other <= 3; ++other) {
            if (other == i) continue;
            log.disk.put(path(i), segment[other]);
            notices("a copy of another segment");
            if (i == 3) CHECK(opening_notices(log));
            log.disk.put(path(other), segment[i]);
            notices("swapped");
            if (i == 3 || other == 3) CHECK(opening_notices(log));  // the others are for the reader to find
            restore();
        }
        log.disk.take(path(i));
        if (i != 1) notices("taken away");
        // The first ones may have been pruned: that there was a first record is for the caller to know.
        if (i == 1) CHECK(read_all(log.disk, log.reference).first == 3);
        if (i == 3) CHECK(opening_notices(log));
        restore();
        log.disk.put(path(i), std::string(segment[i].size(), '\0'));
        notices("zeroed");
        if (i == 3) CHECK(opening_notices(log));
        restore();
    }
}

TEST_CASE("an old copy of a segment does not fit what follows it, or is a shorter log") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(2, 300).ok());
    const std::string old = log.disk.bytes_of(path(1));
    REQUIRE(log.commit(2, 300).ok());
    const std::string newer = log.disk.bytes_of(path(1));
    log.disk.put(path(1), old);
    CHECK(read_all(log.disk, log.reference).end == 2);
    log.disk.put(path(1), newer);
    REQUIRE(log.open() == "");
    while (log.journal->wanted() == 0) REQUIRE(log.commit(1, 300).ok());
    const Found whole = read_all(log.disk, log.reference);
    CHECK(whole.failure.empty());
    log.disk.put(path(1), old);
    const Found found = read_all(log.disk, log.reference);
    CHECK(found.end == 2);
    CHECK(found.failure.find("segments/00000001.seg at ") == 0);
}

TEST_CASE("a segment of another history does not fit, though it has as many records of the same lengths") {
    SmallLog log, other;
    for (SmallLog* l : {&log, &other}) {
        l->create();
        Batch batch;
        for (int i = 0; i < 60; ++i) {
            Record record;
            record.entry = l->random.bytes(400);
            if (i == 5 && l == &other) record.entry[0] = static_cast<char>(record.entry[0] + 1);
            record.leaf = leaf_hash(record.entry);
            append(batch, record);
            l->reference.add(std::move(record));
        }
        REQUIRE(l->journal->commit(batch).ok());
    }
    for (int i = 1; i <= 2; ++i) {
        const std::string own = log.disk.bytes_of(path(i));
        log.disk.put(path(i), other.disk.bytes_of(path(i)));
        const Found found = read_all(log.disk, log.reference);
        CHECK(found.failure.find("the next segment follows other records") != std::string::npos);
        log.disk.put(path(i), own);
    }
    CHECK(read_all(log.disk, log.reference).failure.empty());
}

TEST_CASE("what was accepted as lost need not be accepted again") {
    SmallLog log;
    make_three(log, false);
    std::string& bytes = log.disk.bytes_of(path(3));
    bytes[20] = 'x';
    CHECK(log.open() == "segments/00000003.seg at 0: the header is damaged");
    bytes.resize(end_of(log, 2) + 1'000);  // and shorter than a segment, so that it cannot be used again
    log.settings.accept_damage = true;
    REQUIRE(log.open() == "");
    log.settings.accept_damage = false;
    REQUIRE(log.open() == "");
}

TEST_CASE("frames that stand in a segment made ahead are not taken for damage once it is used") {
    SmallLog log;
    log.create();
    for (int i = 0; i < 20; ++i) REQUIRE(log.commit(1, 100).ok());
    const std::string frames = log.disk.bytes_of(path(1)).substr(kSegmentHeaderBytes, 3'000);
    log.disk.bytes_of(path(2)).replace(12'000, frames.size(), frames);
    REQUIRE(log.open() == "");
    while (log.journal->wanted() == 0) REQUIRE(log.commit(1, 100).ok());
    REQUIRE(log.open() == "");
    CHECK(read_all(log.disk, log.reference) == Found{0, log.reference.size(), "", ""});
}

TEST_CASE("damage in the batch before the last one is no torn end") {
    SmallLog log;
    log.create();
    for (int batch = 0; batch < 2; ++batch) REQUIRE(log.commit(2, 40).ok());
    log.journal.reset();
    std::string& bytes = log.disk.bytes_of(path(1));
    const std::string whole = bytes;
    size_t at = kSegmentHeaderBytes + raw_frame(std::string_view(bytes).substr(kSegmentHeaderBytes))->bytes;
    for (auto frame = raw_frame(std::string_view(whole).substr(at)); frame->batch == 1;
         frame = raw_frame(std::string_view(whole).substr(at))) {
        for (const size_t stop = at + frame->bytes; at < stop; ++at) {
            bytes[at] = static_cast<char>(bytes[at] ^ 0x04);
            INFO("byte " << at);
            CHECK(read_all(log.disk, log.reference).failure.find("durable ones follow") != std::string::npos);
            const auto copy = log.disk.copy();
            DigestFold fold;
            Recovery recovery;
            CHECK_FALSE(Journal::open(*copy, kFolder, log.settings, fold, recovery));
            CHECK(copy->bytes_of(path(1)) == bytes);
            bytes = whole;
        }
    }
}

TEST_CASE("where a torn end was cut off, damage is told from another torn end") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(3, 40).ok());
    std::string& bytes = log.disk.bytes_of(path(1));
    // Of three records written together, the last one did not come through.
    size_t at = kSegmentHeaderBytes, third = 0;
    for (auto f = raw_frame(std::string_view(bytes).substr(at)); f; f = raw_frame(std::string_view(bytes).substr(at))) {
        if (f->kind == FrameKind::Entry) third = at;
        at += f->bytes;
    }
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(third), bytes.end(), '\0');
    Recovery recovery;
    REQUIRE(log.open(&recovery) == "");
    REQUIRE(log.journal->size() == 2);
    CHECK(!recovery.clean);
    REQUIRE(log.open(&recovery) == "");
    CHECK(!recovery.clean);  // nobody has closed it yet
    log.reference.truncate(2);
    REQUIRE(log.commit(2, 40).ok());
    log.journal.reset();
    CHECK(read_all(log.disk, log.reference) == Found{0, 4, "", ""});
    // A torn end behind it.
    const std::string whole = bytes;
    bytes[third + 2 * kFrameHeaderBytes] = static_cast<char>(bytes[third + 2 * kFrameHeaderBytes] ^ 1);
    REQUIRE(log.open(&recovery) == "");
    CHECK(log.journal->size() == 2);
    log.journal.reset();
    // Damage before it.
    bytes = whole;
    bytes[third - 9] = static_cast<char>(bytes[third - 9] ^ 1);
    CHECK(log.open().find("durable ones follow") != std::string::npos);
}
