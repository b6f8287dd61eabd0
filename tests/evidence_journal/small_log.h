// A small journal on a SimDisk, for tests of one thing.
#pragma once

#include <string>
#include <vector>

#include "host/evidence/journal/segment.h"
#include "tests/catch.h"
#include "tests/evidence_journal/reference.h"
#include "tests/evidence_journal/sim_disk.h"

namespace remit::evidence::testing {

inline constexpr char kFolder[] = "segments";

struct SmallLog {
    SimDisk disk;
    JournalSettings settings{kMinSegmentBytes, 2};
    DigestFold fold;
    std::unique_ptr<Journal> journal;
    Reference reference;
    Random random{3};

    /// A commit of `n` records of about `bytes`. The reference keeps those that are durable.
    DiskStatus commit(unsigned n, size_t bytes) {
        Batch batch;
        for (; n > 0; --n) {
            Record record = random_record(random, bytes, bytes);
            append(batch, record);
            reference.add(std::move(record));
        }
        const DiskStatus done = journal->commit(batch);
        reference.truncate(journal->size());
        return done;
    }
    /// All that are wanted; false if one could not be made.
    bool prepare() {
        while (journal->wanted() > 0) {
            Journal::Preparation preparation = journal->begin_preparing();
            if (!preparation.run().ok()) return false;
            journal->prepared(preparation);
        }
        return true;
    }
    void create() {
        auto made = Journal::create(disk, kFolder, settings, fold);
        REQUIRE(made.ok());
        journal = std::move(*made);
    }
    /// The failure's message; empty if it opened.
    std::string open(Recovery* recovery = nullptr) {
        Recovery found;
        journal.reset();
        auto opened = Journal::open(disk, kFolder, settings, fold, found);
        if (!opened) return opened.error();
        journal = std::move(*opened);
        if (recovery != nullptr) *recovery = found;
        return {};
    }
};

/// What a reader makes of a disk: how many records, whether each is what the reference says, and how it ended.
struct Found {
    uint64_t first = 0, end = 0;
    std::string difference, failure;
    bool operator==(const Found&) const = default;
};
inline Found read_all(Disk& disk, const Reference& reference) {
    Found out;
    const auto reader = JournalReader::open(disk, kFolder);
    if (!reader) {
        out.failure = reader.error();
        return out;
    }
    out.first = out.end = (*reader)->first();
    for (;; ++out.end) {
        const auto record = (*reader)->next();
        if (!record) {
            out.failure = record.error();
            return out;
        }
        if (*record == nullptr) return out;
        if (out.difference.empty()) out.difference = reference.difference(**record);
    }
}

}  // namespace remit::evidence::testing
