// The body of measure_batches.
#pragma once

#include <chrono>
#include <cstdio>

#include "bench/evidence/sides.h"

namespace bench {

inline double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class Commit>
void measure_batches(const std::string& side, const Budget& budget, Commit commit) {
    uint64_t next = 0;
    for (const size_t batch : {1, 10, 100, 1000}) {
        Latencies latencies;
        const double start = seconds_now(), end = start + budget.seconds;
        const uint64_t first = next;
        double now = start;
        while (now < end) {
            commit(next, batch);
            next += batch;
            const double done = seconds_now();
            latencies.add((done - now) * 1e6);
            now = done;
        }
        std::puts(json_line(side, fmt::format("batch of {}", batch), static_cast<double>(next - first) / (now - start),
                            latencies)
                      .c_str());
        std::fflush(stdout);
    }
}

}  // namespace bench
