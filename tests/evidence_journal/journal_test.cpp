// The journal's behaviour, one thing at a time; what power cuts do to it is in power_test.cpp.
#include "tests/evidence_journal/small_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

/// Fails the operations `op` on segments, from the n-th on, `times` times.
void fail(SimDisk& disk, SimOp op, unsigned nth, unsigned times) {
    disk.fault = [=, seen = 0u](SimOp o, const std::string&) mutable {
        if (o != op) return DiskError::None;
        ++seen;
        return seen >= nth && seen < nth + times ? DiskError::Io : DiskError::None;
    };
}

}  // namespace

TEST_CASE("records come back, from this process and from the next one") {
    SmallLog log;
    log.create();
    for (unsigned i = 0; i < 60; ++i) {
        REQUIRE(log.commit(1 + i % 5, 100 + i * 10).ok());
        REQUIRE(log.prepare());
    }
    CHECK(log.journal->size() == 180);
    CHECK(read_all(log.disk, log.reference) == Found{0, 180, "", ""});
    const Frontier frontier = log.journal->frontier();
    const uint64_t digest = log.fold.digest();

    Recovery recovery;
    REQUIRE(log.open(&recovery) == "");
    CHECK(!recovery.clean);  // nobody closed it
    CHECK(recovery.size == 180);
    CHECK(recovery.scanned_bytes <= 2 * kMinSegmentBytes);  // one segment or two, whatever the log's size
    CHECK(log.journal->frontier() == frontier);
    CHECK(log.fold.digest() == digest);

    REQUIRE(log.journal->close().ok());
    CHECK(!log.commit(1, 10).ok());
    REQUIRE(log.open(&recovery) == "");
    CHECK(recovery.clean);
    CHECK(recovery.truncated_bytes == 0);
    REQUIRE(log.commit(1, 10).ok());
    CHECK(read_all(log.disk, log.reference) == Found{0, 181, "", ""});
}

TEST_CASE("closing again and again costs no space and no segment") {
    SmallLog log;
    log.create();
    while (log.journal->room() > 3 * kMinSegmentBytes - 3 * kSegmentHeaderBytes - 16'000)
        REQUIRE(log.commit(1, 100).ok());
    const auto before = log.disk.paths();
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(log.journal->close().ok());
        REQUIRE(log.open() == "");
    }
    CHECK(log.disk.paths() == before);
}

TEST_CASE("a batch may cross segments, and be longer than one") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(60, 400).ok());
    CHECK(read_all(log.disk, log.reference) == Found{0, 60, "", ""});
    REQUIRE(log.open() == "");
    CHECK(log.fold.digest() == log.reference.digest(60));
}

TEST_CASE("a record that no segment takes is refused, and nothing else is") {
    SmallLog log;
    log.create();
    const size_t most = Journal::most_bytes(kMinSegmentBytes) - kFrameHeaderBytes - kEntryMetaBytes;
    Batch batch;
    for (const size_t bytes : {most - 7, most + 1}) {
        Record record;
        record.entry.resize(bytes, 'x');
        record.leaf = leaf_hash(record.entry);
        batch.clear();
        append(batch, record);
        CHECK(log.journal->commit(batch).ok() == (bytes < most));
    }
    CHECK(!log.journal->broken());
    CHECK(log.journal->size() == 1);
}

TEST_CASE("a batch that is no row of records is refused") {
    SmallLog log;
    log.create();
    Batch batch;
    append(batch, random_record(log.random, 10, 10));
    batch.leaves.clear();
    CHECK(!log.journal->commit(batch).ok());
    batch.frames = "nonsense";
    batch.leaves.resize(1);
    CHECK(!log.journal->commit(batch).ok());
    CHECK(log.journal->size() == 0);
}

TEST_CASE("without a next segment the reserve is used up, and one more makes it go on") {
    SmallLog log;
    log.create();
    log.disk.capacity = 3 * kMinSegmentBytes;  // what is made already
    CHECK(log.journal->would_use_reserve(2 * kMinSegmentBytes));
    CHECK(!log.journal->would_use_reserve(100));
    bool was_reserve = false;
    DiskStatus done;
    while ((done = log.commit(1, 500)).ok()) {
        CHECK(log.prepare() == (log.journal->wanted() == 0));
        was_reserve = was_reserve || log.journal->in_reserve();
    }
    CHECK(done.error == DiskError::NoSpace);
    CHECK(was_reserve);
    CHECK(!log.journal->broken());
    CHECK(log.journal->room() < 1000);
    // The old records are still there, and space that comes is used.
    CHECK(read_all(log.disk, log.reference) == Found{0, log.reference.size(), "", ""});
    log.disk.capacity = UINT64_MAX;
    REQUIRE(log.prepare());
    CHECK(!log.journal->in_reserve());
    REQUIRE(log.commit(1, 500).ok());
    CHECK(read_all(log.disk, log.reference) == Found{0, log.reference.size(), "", ""});
}

TEST_CASE("a failed write or sync voids its batch, for ever, and the journal goes on in the next segment") {
    for (const SimOp op : {SimOp::Write, SimOp::Sync}) {
        SmallLog log;
        log.create();
        REQUIRE(log.commit(3, 100).ok());
        fail(log.disk, op, 1, 1);
        const DiskStatus done = log.commit(4, 100);
        CHECK(done.error == DiskError::Io);
        CHECK(log.journal->size() == 3);
        CHECK(log.journal->failures() == 1);
        CHECK(!log.journal->broken());
        REQUIRE(log.commit(2, 100).ok());
        CHECK(read_all(log.disk, log.reference) == Found{0, 5, "", ""});
        REQUIRE(log.open() == "");
        CHECK(log.journal->size() == 5);
        CHECK(log.fold.digest() == log.reference.digest(5));
    }
}

TEST_CASE("a second failure at once breaks the journal, and the next process opens it") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(3, 100).ok());
    fail(log.disk, SimOp::Sync, 1, 2);
    CHECK(!log.commit(4, 100).ok());
    CHECK(log.journal->broken());
    CHECK(!log.commit(1, 100).ok());
    CHECK(!log.journal->close().ok());
    CHECK(log.journal->room() == 0);
    log.disk.fault = nullptr;
    REQUIRE(log.open() == "");
    CHECK(log.journal->size() >= 3);
}

TEST_CASE("a segment that cannot be begun is passed over") {
    SmallLog log;
    log.settings.ahead = 3;
    log.create();
    while (log.journal->wanted() == 0) REQUIRE(log.commit(1, 500).ok());
    // The next rotation finds its first segment failing.
    uint64_t broken_segments = 0;
    log.disk.fault = [&](SimOp op, const std::string& path) {
        const bool fails = op == SimOp::Sync && path.find("00000003") != path.npos;
        broken_segments += fails ? 1 : 0;
        return fails ? DiskError::Io : DiskError::None;
    };
    while (broken_segments == 0) REQUIRE(log.commit(1, 500).ok());
    CHECK(log.journal->failures() == 1);
    REQUIRE(log.commit(1, 500).ok());
    const Found all{0, log.reference.size(), "", ""};
    CHECK(read_all(log.disk, log.reference) == all);
    log.disk.fault = nullptr;
    REQUIRE(log.open() == "");
    CHECK(log.journal->size() == log.reference.size());
    const auto reader = JournalReader::open(log.disk, kFolder);
    REQUIRE(reader.ok());
    for (const SegmentInfo& s : (*reader)->segments()) CHECK(s.number != 3);
}

TEST_CASE("segments below an index can be dropped") {
    SmallLog log;
    log.create();
    for (int i = 0; i < 100; ++i) {
        REQUIRE(log.commit(1, 700).ok());
        REQUIRE(log.prepare());
    }
    const auto none = log.journal->drop_before(1);
    REQUIRE(none.ok());
    CHECK(*none == 0);
    const auto first = log.journal->drop_before(70);
    REQUIRE(first.ok());
    CHECK(*first > 30);
    CHECK(*first <= 70);
    CHECK(read_all(log.disk, log.reference) == Found{*first, 100, "", ""});
    Recovery recovery;
    REQUIRE(log.open(&recovery) == "");
    CHECK(recovery.first == *first);
    // The segment that is being written stays, whatever is asked for.
    const auto last = log.journal->drop_before(1000);
    REQUIRE(last.ok());
    CHECK(*last < 100);
    REQUIRE(log.commit(1, 10).ok());
    CHECK(read_all(log.disk, log.reference) == Found{*last, 101, "", ""});
}

TEST_CASE("a state that fills more than half a segment is found again from the segments before") {
    SmallLog log;
    log.fold = DigestFold(9'000);
    log.create();
    for (int i = 0; i < 150; ++i) {
        REQUIRE(log.commit(1, 700).ok());
        REQUIRE(log.prepare());
        DigestFold fold(9'000);
        Recovery recovery;
        const auto copy = log.disk.copy();
        const auto opened = Journal::open(*copy, kFolder, log.settings, fold, recovery);
        REQUIRE(opened.ok());
        CHECK(fold.digest() == log.reference.digest(log.reference.size()));
    }
}

TEST_CASE("what is no journal is not opened, and what is one is not made again") {
    SmallLog log;
    CHECK(log.open() != "");
    CHECK(log.disk.make_folder(kFolder).ok());
    CHECK(log.open() == "there is no journal in segments");
    log.create();
    REQUIRE(log.commit(1, 10).ok());
    DigestFold fold;
    const auto again = Journal::create(log.disk, kFolder, log.settings, fold);
    REQUIRE(!again.ok());
    CHECK(again.error() == "there is a journal in segments already");
    for (const uint64_t bytes : {uint64_t{4096}, kMinSegmentBytes + 1, kMaxSegmentBytes * 2}) {
        SmallLog other;
        const auto made = Journal::create(other.disk, kFolder, {bytes, 2}, fold);
        CHECK(!made.ok());
    }
}

TEST_CASE("a segment made ahead with another length, or with something in it, is not used as it is") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(1, 100).ok());
    log.disk.bytes_of("segments/00000002.seg").resize(5'000);
    REQUIRE(log.open() == "");
    CHECK(log.journal->wanted() == 2);
    REQUIRE(log.prepare());
    REQUIRE(log.commit(40, 500).ok());
    CHECK(read_all(log.disk, log.reference) == Found{0, 41, "", ""});

    REQUIRE(log.prepare());
    std::string& next = log.disk.bytes_of("segments/00000004.seg");
    next.replace(kSegmentHeaderBytes, 700, 700, 'x');
    REQUIRE(log.open() == "");
    REQUIRE(next[kSegmentHeaderBytes] == '\0');
}

TEST_CASE("a reader follows a writer from segment to segment, and never tells what was void") {
    SmallLog log;
    log.settings.ahead = 3;
    log.create();
    const auto opened = JournalReader::open(log.disk, kFolder);
    REQUIRE(opened.ok());
    JournalReader& reader = **opened;
    uint64_t seen = 0;
    for (unsigned i = 0; i < 400; ++i) {
        if (i % 23 == 22) {
            // The page cache has the frames of this batch, and they look like any others.
            fail(log.disk, SimOp::Sync, 1, 1);
            CHECK(!log.commit(2, 200).ok());
            log.disk.fault = nullptr;
        }
        REQUIRE(log.commit(1 + i % 3, 200).ok());
        REQUIRE(log.prepare());
        if (i % 5 == 3) continue;
        for (;; ++seen) {
            const auto record = reader.next();
            INFO((record.ok() ? "" : record.error()));
            REQUIRE(record.ok());
            if (*record == nullptr) break;
            REQUIRE((*record)->index == seen);
            CHECK(log.reference.difference(**record) == "");
        }
        CHECK(seen == log.reference.size());
    }
    CHECK(reader.segments().size() > 20);
    for (const uint64_t index : {uint64_t{0}, seen - 1, seen / 2, seen / 2 - 1, uint64_t{1}}) {
        const auto there = reader.seek(index);
        REQUIRE(there.ok());
        REQUIRE(*there);
        const auto record = reader.next();
        REQUIRE(record.ok());
        CHECK((*record)->index == index);
    }
    const auto beyond = reader.seek(seen);
    REQUIRE(beyond.ok());
    CHECK(!*beyond);
}
