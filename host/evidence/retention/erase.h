// Erase: makes payloads unreadable for ever by destroying the keys they were sealed with, and records that. Records, commitments and
// proofs stay as they are; without the key a commitment tells nothing of what it stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/log/log.h"
#include "host/evidence/payload/keyring.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

/// Keys for which all that is given holds.
struct EraseChoice {
    std::optional<std::string> subject{}, tenant{}, retention{}, session{};
    std::optional<uint64_t> key{};
    bool expired = false;  // keys of payloads that were to be kept at most until now
    bool empty() const { return !subject && !tenant && !retention && !session && !key && !expired; }
};
struct EraseKey {
    KeyInfo info;
    uint64_t payloads =
        0;             // sealed with it that are in the log; counted where records were read (`session`, `expired`)
    std::string held;  // why an expired one stays: another payload must still be kept
};
struct ErasePlan {
    std::vector<EraseKey> keys;  // to be destroyed
    std::vector<EraseKey> held;
};
Result<ErasePlan> plan_erase(Reading& log, const EraseChoice& choice, int64_t now_ns);

/// Destroys the keys and then records that; neither the record nor what is left of the keys names the subject. Returns how many were
/// destroyed. What is to be destroyed stands in the file `erasing` meanwhile, so that after a crash in between the rest can be done.
Result<uint64_t> erase(Log& log, Keyring& keyring, const ErasePlan& plan, std::string_view by, std::string_view why);
/// Does the rest of an erasure that a crash or a failure interrupted, as `erase` does first; 0 if there is none.
Result<uint64_t> finish_erasure(Log& log, Keyring& keyring);

}  // namespace remit::evidence
