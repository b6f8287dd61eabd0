// Power: a model checker for the journal. Random batches, rotations, failures, restarts and prunings on a SimDisk; at every change of the
// disk the power may go, leaving any subset of what is not durable, and again while the journal recovers from that. After each cut:
// no record is lost that was acknowledged, none is there that was not submitted or was declared void, and tree and fold are those of
// exactly the records that are there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace remit::evidence::testing {

struct PowerOptions {
    uint64_t states = 1000;  // cuts, each followed by a recovery
    uint64_t seed = 1;       // of the first history; the next ones follow
    bool one_history = false;
    bool lying_disk = false;  // a disk that says it has synced: the checker must find out
    std::function<void(uint64_t states)> progress;
};
struct PowerReport {
    uint64_t states = 0, histories = 0, records = 0;
    uint64_t failures = 0;   // of the disk, injected
    uint64_t rotations = 0;  // segments begun
    uint64_t damages = 0;    // bits flipped in durable batches
    std::string violation;   // empty: all held. Names the seed
};
PowerReport check_power(const PowerOptions& options);

}  // namespace remit::evidence::testing
