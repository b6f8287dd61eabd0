// Timing of sides that take turns: within each round every side decides all requests once, so that a noisy machine is noisy for all of
// them. Percentiles are of batches, since one decision is shorter than a look at the clock. One line of JSON for each side.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

inline constexpr size_t kBatch = 128;  // decisions between two looks at the clock
inline constexpr size_t kHot = 8;      // requests that are cycled where everything is in the nearest cache

/// Allocations of this thread so far.
uint64_t allocations() noexcept;
double resident_mb();
double now_ns() noexcept;  // of a steady clock

/// One side's state of one thread.
class Runner {
public:
    virtual ~Runner() = default;
    virtual char answer(size_t request) = 0;  // 'a', 'q' or 'd'
    /// Decides `count` times, requests 0 .. cycle - 1 in turn; cycle is a power of two. Adds the ns of each batch over its size.
    virtual void pass(size_t count, size_t cycle, std::vector<float>* samples) = 0;
};

template <class Decide>
class RunnerOf final : public Runner {
public:
    explicit RunnerOf(Decide decide) : decide_(std::move(decide)) {}
    char answer(size_t request) override { return decide_(request); }
    void pass(size_t count, size_t cycle, std::vector<float>* samples) override {
        unsigned sum = 0;
        for (size_t i = 0; i < count;) {
            const double start = samples != nullptr ? now_ns() : 0;
            const size_t end = std::min(count, i + kBatch);
            const size_t batch = end - i;
            for (; i < end; ++i) sum += static_cast<unsigned char>(decide_(i & (cycle - 1)));
            if (samples != nullptr)
                samples->push_back(static_cast<float>((now_ns() - start) / static_cast<double>(batch)));
        }
        sink_ = sum;
    }

private:
    Decide decide_;
    volatile unsigned sink_ = 0;
};

struct Side {
    std::string name, column;
    std::function<std::unique_ptr<Runner>()> make;  // for each thread
    size_t whole = 0;  // not 0: a pass decides this many at once (columns), and has no percentiles below that
};

template <class Decide>
std::unique_ptr<Runner> runner(Decide decide) {
    return std::make_unique<RunnerOf<Decide>>(std::move(decide));
}

struct Measured {
    std::string name, column;
    double p50 = 0, p99 = 0, mean = 0, hot = 0, allocations = 0, two_threads = 0;
    size_t wrong = 0;
    std::string answers;
};

/// Checks each side against `answers`, then times all of them for about `seconds` each.
std::vector<Measured> measure(const std::vector<Side>& sides, const std::string& answers, double seconds);
std::string json_line(const Measured& m, double load_ms);

}  // namespace bench
