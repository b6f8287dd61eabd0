// Verify: is this log what its key signed, whole, and consistent with itself? Trusts the verifier key alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/evidence/review/problems.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

struct VerifyOptions {
    /// Records. The state before `from` is the one saved in the segment before it, the tree behind `to` is proved by published tiles.
    uint64_t from = 0, to = UINT64_MAX;
    bool payloads = false;               // decrypt every payload and compare its commitment
    bool tiles = true;                   // compare tlog/ with the segments
    std::optional<VerifierKey> key;      // the log's, as known from elsewhere; without it log.json is believed
    std::vector<VerifierKey> witnesses;  // whose cosignatures the head must have
    std::string known;                   // a signed checkpoint seen earlier: the log must extend it
    std::function<void(uint64_t done, uint64_t total)> progress;
};
struct VerifyReport {
    Problems problems;  // none: it holds
    uint64_t records = 0, chains = 0, payloads = 0, unreadable_payloads = 0, in_doubt = 0;
    uint64_t first = 0;          // oldest record still there
    uint64_t from = 0;           // where verification began
    Checkpoint head;             // what was signed
    uint64_t published = 0;      // records in tlog/ that were compared
    uint64_t unsigned_tail = 0;  // records behind the head
    bool holds() const { return problems.none(); }
    std::string note() const;  // what a reader must know of a log that holds; empty: nothing
};
VerifyReport verify_log(Reading& log, const VerifyOptions& options);

/// One record, by its inclusion proof from the published tiles.
struct RecordProof {
    std::string entry;
    Hash leaf{};
    std::string proof;  // C2SP tlog-proof: index, hashes and signed checkpoint
    Checkpoint checkpoint;
    Problems problems;
};
/// A failure if the record is not there or not published yet.
Result<RecordProof> prove_record(Reading& log, uint64_t index, const VerifyOptions& options);

/// Problems of the head itself: signature, origin, and the checkpoint known before.
struct SignedHead {
    std::optional<Checkpoint> checkpoint, known;
    std::string note;  // of `checkpoint`
};
SignedHead check_head(const Reading& log, const VerifyOptions& options, Problems& problems);
/// Demands each witness's cosignature on the note in file `path`; an empty note was a problem before.
void check_witnesses(const std::string& note, const std::string& path, const std::vector<VerifierKey>& witnesses,
                     Problems& problems);

}  // namespace remit::evidence
