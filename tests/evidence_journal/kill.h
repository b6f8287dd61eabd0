// Kill: a process writes to a journal on the real disk and is killed at a random moment, again and again. What it had been told is
// durable must be there, and nothing that it did not write.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace remit::evidence::testing {

struct KillOptions {
    uint64_t kills = 100;
    uint64_t seed = 1;   // of records and moments; the machine's own timing adds to it
    std::string folder;  // empty, and ours
    std::function<void(uint64_t kills)> progress;
};
struct KillReport {
    uint64_t kills = 0, records = 0;
    uint64_t before_first = 0;    // kills before the process had anything to acknowledge
    uint64_t torn = 0;            // recoveries that cut something off
    uint64_t unacknowledged = 0;  // records that were found and had not been acknowledged yet
    std::string violation;
};
KillReport check_kills(const KillOptions& options);

}  // namespace remit::evidence::testing
