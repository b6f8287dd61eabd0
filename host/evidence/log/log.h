// Log: one evidence log, open for writing. A folder:
//
//   log.json          origin, format, segment size, verifier key; written once
//   log.key           the private key, mode 0600; may live elsewhere
//   lock              held while the log is open for writing
//   segments/         the journal: the truth
//   keys              payload keys (payload keyring)
//   erasing           there while keys are being destroyed: what is to go
//   head              a signed head at most a few seconds old, which a power cut leaves whole
//   policies/         images of policies that were in force, by version hash
//   checkpoint        the head, signed, at most 100 ms old
//   tlog/             the same log as C2SP static files: derived
//   find.sqlite       the search index: derived
//
// Any thread may submit. One thread commits: whatever has been submitted while the last batch was written makes the next one, without
// any delay. `submit` gives a ticket, `wait` returns when it is durable.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/evidence/disk/clock.h"
#include "host/evidence/disk/disk.h"
#include "host/evidence/journal/journal.h"
#include "host/evidence/log/chains.h"
#include "host/evidence/tree/checkpoint.h"

namespace remit::evidence {

/// What `log.json` says; fixed when the log is made.
struct LogConfig {
    std::string origin;  // "remit.example/gateway-1": no white space, no `+`
    uint64_t segment_bytes = kDefaultSegmentBytes;
    VerifierKey key;
};
Result<LogConfig> read_config(Disk& disk);

struct LogOptions {
    Disk* disk = nullptr;             // must outlive the log
    Clock* clock = &system_clock();   // likewise
    std::optional<SignerKey> signer;  // none: `log.key` of the folder
    int64_t checkpoint_every_ns = 100'000'000;
    bool publish = true;            // keep `tlog/` up to date while running; otherwise only publish() does
    unsigned ahead = 2;             // segments made before they are needed
    size_t queue_bytes = 8u << 20;  // submissions that wait; more block
    /// Goes on although the recovered log is shorter than, or does not fit, its last signed checkpoint; the reason stands in the
    /// `log.opened` record. Without it such a log does not open for writing.
    std::string accept_rollback;
};

enum class Mode : uint8_t {
    Normal,
    Reserve,  // the last segment is in use and no other can be made: record denials, permit no change
    Broken,   // nothing can be recorded: permit nothing
};

struct Submission {
    Meta meta;
    std::string_view entry;
    Hash leaf{};  // leaf_hash(entry), made by the submitter's thread
    std::span<const SealedPayload> payloads;
};
struct Ticket {
    uint64_t index = UINT64_MAX;
    uint64_t epoch = 0;
    uint64_t batch = 0;
};
/// The log's size and root, signed.
struct Head {
    Checkpoint checkpoint;
    std::string note;
};

class Log {
public:
    /// Makes the folder's files and a key pair. `origin` names log and key.
    static Result<std::unique_ptr<Log>> create(const std::string& origin, uint64_t segment_bytes, LogOptions options);
    /// Locks, recovers and checks against the last checkpoint. Fails if another process has it.
    static Result<std::unique_ptr<Log>> open(LogOptions options);
    ~Log();  // closes, without a `log.closed` record unless close() was called

    /// Puts a record into the open batch and gives its index. Blocks while the queue is full. Records of one chain must come in
    /// order: the caller holds whatever orders them. A failure says why nothing was taken: too large, broken, or `epoch` (of the
    /// chain heads the caller knows) is past: then the heads must be read again.
    Result<Ticket> submit(const Submission& submission, uint64_t epoch);
    /// A record of the log's own chain (all zero): policies, erasures, gaps. Takes care of the chain's head itself.
    Result<Ticket> submit_own(Kind kind, std::string_view record);
    /// `submit` and `wait` in one, quicker where few do so at once. `ticket` is set if the record was taken.
    DiskStatus append(const Submission& submission, uint64_t epoch, Ticket& ticket);
    /// Returns when the record is durable, or fails when it never will be.
    DiskStatus wait(const Ticket& ticket);
    /// Records that are durable: all below.
    uint64_t durable() const noexcept;

    /// Goes up whenever submissions were lost to a failure, and with them what callers know of the chains' heads.
    uint64_t epoch() const noexcept;
    Mode mode() const noexcept;
    /// Why the log is not in Normal mode.
    std::string trouble() const;

    /// Runs `read` with the chains as of the last durable record, under a lock: keep it short.
    void with_chains(const std::function<void(const Chains&)>& read) const;

    const LogConfig& config() const;
    const Recovery& recovery() const;
    uint64_t boot() const;  // random for this opening: EntryHead::boot
    Disk& disk() const;
    Clock& clock() const;
    const SignerKey& signer() const;

    /// The newest signed head. `sign_now` makes one that covers all durable records.
    Head head() const;
    Result<Head> sign_now();
    /// Adds a witness's cosignature to the head of that size, if it is still the head.
    Result<bool> add_cosignature(std::string_view note);
    /// Brings `tlog/` up to the head. What was published is what was read back from the segments.
    DiskStatus publish();
    /// Removes segments and published entries below `index`, as far as whole files go; see host/evidence/retention.
    Result<uint64_t> drop_before(uint64_t index);

    /// Commits what was submitted, signs, publishes (if set), seals. Submitting afterwards fails.
    DiskStatus close();

private:
    struct Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace remit::evidence
