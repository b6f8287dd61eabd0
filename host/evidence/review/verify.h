// Verify: is this log what its key signed, whole, and consistent with itself? Trusts the verifier key alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/evidence/review/reading.h"

namespace remit::evidence {

struct VerifyOptions {
    uint64_t from = 0, to = UINT64_MAX;  // records; the tree below `from` is taken from tiles or the nearest snapshot, and said
    bool payloads = false;               // decrypt every payload and compare its commitment
    bool tiles = true;                   // compare tlog/ with the segments
    std::vector<VerifierKey> witnesses;  // whose cosignatures the head must have
    std::string known;                   // a signed checkpoint seen earlier: the log must extend it
    std::function<void(uint64_t done, uint64_t total)> progress;
};
struct Problem {
    std::string what;    // "entry-hash", "chain", "root", ...: a row of the table in docs/evidence.md
    std::string where;   // "record 17", "segments/00000003.seg at 4096"
    std::string detail;
};
struct VerifyReport {
    std::vector<Problem> problems;  // empty: it holds. At most 100; `more` counts the rest
    uint64_t more = 0;
    uint64_t records = 0, chains = 0, payloads = 0, unreadable_payloads = 0, in_doubt = 0;
    uint64_t first = 0;      // oldest record still there
    Checkpoint head;         // what was signed
    uint64_t unsigned_tail = 0;  // records behind the head
};
VerifyReport verify_log(Reading& log, const VerifyOptions& options);

}  // namespace remit::evidence
