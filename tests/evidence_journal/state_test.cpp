// What a snapshot says is believed only as far as the records do not say otherwise.
#include "tests/evidence_journal/forged_segment.h"
#include "tests/evidence_journal/small_log.h"

using namespace remit;
using namespace remit::evidence;
using namespace remit::evidence::testing;

namespace {

std::string state_of(const Fold& fold) {
    std::string state;
    fold.save(state);
    return state;
}

Frontier tree_of(uint64_t leaves) {
    Frontier tree;
    for (uint64_t i = 0; i < leaves; ++i) tree.add(Hash{});
    return tree;
}

}  // namespace

TEST_CASE("a segment without records that was put behind the newest one is not believed") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(5, 60).ok());
    const Frontier tree = log.journal->frontier();
    const std::string state = state_of(log.fold);
    log.journal.reset();
    forge_segment(log.disk, kFolder, 1, tree, std::string(16, '\0'));
    CHECK(log.open().find("the snapshot's state is not what the records before it give") != std::string::npos);
    forge_segment(log.disk, kFolder, 1, tree_of(5), state);
    CHECK(log.open().find("the snapshot does not fit the records before it") != std::string::npos);
    forge_segment(log.disk, kFolder, 1, tree, "");
    CHECK(log.open() != "");
    // One that says nothing but the truth is as good as the journal's own.
    forge_segment(log.disk, kFolder, 1, tree, state);
    CHECK(log.open() == "");
}

TEST_CASE("a state before the first record is the one that nothing gives") {
    SmallLog log;
    log.create();
    log.journal.reset();
    DigestFold other;
    other.apply(0, {}, "x", {});
    forge_segment(log.disk, kFolder, 1, {}, state_of(other), std::string(6'000, 'x'));
    CHECK(log.open().find("the snapshot's state is not") != std::string::npos);
}

TEST_CASE("a snapshot whose state is missing is none, however many records stand behind it") {
    SmallLog log;
    log.create();
    REQUIRE(log.commit(5, 60).ok());
    const Frontier tree = log.journal->frontier();
    log.journal.reset();
    forge_segment(log.disk, kFolder, 1, tree, "", std::string(6'000, 'x'));
    CHECK(log.open().find("the snapshot's state is missing") != std::string::npos);
}

TEST_CASE("a state is proved as long as the segment before is there, and dropping that one does no harm") {
    SmallLog log;
    log.create();
    Recovery recovery;
    for (int i = 0; i < 60; ++i) {
        REQUIRE(log.commit(1, 700).ok());
        REQUIRE(log.prepare());
        REQUIRE(log.open(&recovery) == "");
        CHECK(recovery.scanned_bytes <= 2 * kMinSegmentBytes);
        REQUIRE(log.journal->drop_before(log.journal->size()).ok());
        REQUIRE(log.open(&recovery) == "");
        CHECK(recovery.scanned_bytes == kMinSegmentBytes);
    }
    CHECK(log.fold.digest() == log.reference.digest(60));
}

TEST_CASE("a journal that never held a record may be made again, and no other") {
    SmallLog log;
    log.create();
    log.journal.reset();
    log.settings.segment_bytes = 2 * kMinSegmentBytes;
    log.create();
    REQUIRE(log.commit(1, 60).ok());
    log.journal.reset();
    const auto refused = [&] {
        const auto made = Journal::create(log.disk, kFolder, log.settings, log.fold);
        return made.ok() ? "" : made.error();
    };
    CHECK(refused() == "there is a journal in segments already");
    // Whether it could be read or not.
    log.disk.bytes_of(segment_path(kFolder, 1))[kSegmentHeaderBytes + 20] ^= 1;
    CHECK(refused() == "there is a journal in segments already");
    log.disk.bytes_of(segment_path(kFolder, 1))[20] ^= 1;
    CHECK(refused() == "there is a journal in segments already");
}
