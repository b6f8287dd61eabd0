// Journal: the truth on disk. Records go into pre-zeroed segments, batch by batch, and a batch is durable when `commit` returned
// without failure. One thread at a time; deterministic: what it does follows from its calls and its Disk alone, so a test can cut the
// power anywhere. Nothing here knows of threads, keys or JSON.
//
// Space: the next segments are made ahead (`prepare`), and the last of those is the reserve: when no other can be made the journal
// says so (`in_reserve`), the host denies what changes state, and the reserve holds the records of those denials.
//
// Failure: when a write or sync fails, what was being written is not durable and never becomes so: the journal leaves the segment at
// its last durable record, goes on in the next one, whose header says where the old one ends, and counts the failure. With no segment
// left, or a second failure at once, it is broken and takes no more; then, as after a power cut, the next opening may find records that
// were being written, or not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/fold.h"
#include "host/evidence/journal/frame.h"
#include "host/evidence/tree/merkle.h"

namespace remit::evidence {

inline constexpr uint64_t kMinSegmentBytes = 16u << 10;
inline constexpr uint64_t kDefaultSegmentBytes = 16u << 20;
inline constexpr uint64_t kMaxSegmentBytes = 1u << 30;

struct JournalSettings {
    uint64_t segment_bytes = kDefaultSegmentBytes;
    unsigned ahead = 2;  // segments made before they are needed, the reserve among them; at least 2
    /// Opens although durable records at the end are damaged: they and what follows is cut off, and kept as NUMBER.damaged.
    bool accept_damage = false;
};

/// Records that are to be made durable together: their frames (append_record) and their leaf hashes, in order.
struct Batch {
    std::string frames;
    std::vector<Hash> leaves;
    void clear() { frames.clear(), leaves.clear(); }
    bool empty() const { return leaves.empty(); }
};

/// What opening found.
struct Recovery {
    uint64_t size = 0;             // records
    uint64_t first = 0;            // index of the oldest record that is still there
    bool clean = true;             // closed in order
    uint64_t truncated_bytes = 0;  // of a torn end, zeroed
    uint64_t scanned_bytes = 0;
};

class Journal {
public:
    /// Makes `folder` with its first segments. It must not hold a journal yet.
    static Result<std::unique_ptr<Journal>> create(Disk& disk, std::string folder, const JournalSettings& settings,
                                                   Fold& fold);
    /// Opens and repairs: loads the newest segment's snapshot into `fold`, applies what follows, zeroes a torn end and makes durable
    /// what it believes. A journal whose segments contradict each other (a hole, a wrong header, damage before durable records) is
    /// refused with the reason.
    static Result<std::unique_ptr<Journal>> open(Disk& disk, std::string folder, const JournalSettings& settings,
                                                 Fold& fold, Recovery& recovery);
    ~Journal();

    /// Makes the batch durable. Its frames get their checksums. A batch may cross segments. After a failure its records from `size` on
    /// are void: that is all of it, but for records that were durable in the last segment when the next one failed. NoSpace: no segment
    /// is left; the journal goes on once one was `prepared`.
    DiskStatus commit(Batch& batch);

    /// How many more segments are wanted; the host calls `prepare` when it is not 0. Split in two so that zeroing, which takes
    /// milliseconds, need not stop commits: `Preparation::run` may run on another thread at the same time.
    unsigned wanted() const;
    class Preparation {
    public:
        /// Makes and zeroes one segment file. In small pieces with pauses, because each write makes the commits beside it wait; without
        /// pauses while `hurry` says so, and if there is none.
        DiskStatus run(const std::function<bool()>& hurry = {});

    private:
        friend class Journal;
        Disk* disk_ = nullptr;
        std::string folder_;
        uint64_t bytes_ = 0, number_ = 0;
        std::shared_ptr<File> file_;  // open from here on, so that a segment never fails for want of a descriptor
    };
    Preparation begin_preparing() const;
    void prepared(const Preparation& done);  // after a `run` without failure

    /// Would a batch with these bytes of frames have to begin the reserve? Then, unless no segment can be made, it had better wait for
    /// one.
    bool would_use_reserve(uint64_t bytes) const;

    uint64_t size() const;  // durable records
    const Frontier& frontier() const;
    bool in_reserve() const;
    bool broken() const;
    uint64_t failures() const;
    /// Bytes of records that still fit without another segment being made, the reserve's among them.
    uint64_t room() const;
    /// The largest record (frames of payloads and entry) that a segment of this size takes.
    static uint64_t most_bytes(uint64_t segment_bytes);
    /// Removes whole segments all of whose records are below `index`, the oldest first, each durably. Returns the index of the oldest
    /// record left.
    Result<uint64_t> drop_before(uint64_t index);
    /// Marks the journal as closed in order. It takes no more afterwards.
    DiskStatus close();

private:
    struct Impl;
    struct Opening;
    explicit Journal(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
