// Work that falls into numbered pieces, done by several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace remit {

/// Calls `work(index, worker)` once for each index below `count`, from `workers` threads (0: as many as the machine has), of which the
/// caller is number 0. Returns when all is done, or sooner once `stop` says so; pieces begun are finished. `work` must not throw.
void for_each_index(size_t count, unsigned workers, const std::function<void(size_t index, size_t worker)>& work,
                    const std::function<bool()>& stop = {});
/// How many threads that will be.
unsigned workers_for(size_t count, unsigned workers);

}  // namespace remit
