#include "host/testing/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace remit {

unsigned workers_for(size_t count, unsigned workers) {
    const unsigned wanted = workers == 0 ? std::max(std::thread::hardware_concurrency(), 1U) : workers;
    return static_cast<unsigned>(std::clamp<size_t>(count, 1, wanted));
}

void for_each_index(size_t count, unsigned workers, const std::function<void(size_t, size_t)>& work,
                    const std::function<bool()>& stop) {
    std::atomic<size_t> next{0};
    const auto run = [&](size_t worker) {
        for (size_t i = next++; i < count && !(stop && stop()); i = next++) work(i, worker);
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < workers_for(count, workers); ++i) threads.emplace_back(run, i);
    run(0);
    for (std::thread& thread : threads) thread.join();
}

}  // namespace remit
