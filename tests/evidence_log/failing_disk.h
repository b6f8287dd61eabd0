// A disk that is another one until it is told to fail: writes, syncs, or the making of segments. Thread-safe.
#pragma once

#include <atomic>
#include <memory>

#include "host/evidence/disk/disk.h"

namespace remit::evidence::testing {

struct Faults {
    std::atomic<bool> full{false};  // files made from now on get no bytes
    std::atomic<int> bad_syncs{0};  // so many syncs of segments fail
    std::atomic<bool> dead{false};  // every write and sync fails
};

/// `faults` outlives it.
std::unique_ptr<Disk> failing_disk(std::unique_ptr<Disk> disk, Faults& faults);

}  // namespace remit::evidence::testing
