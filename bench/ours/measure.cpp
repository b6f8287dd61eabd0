#include "bench/ours/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <new>
#include <numeric>
#include <thread>

namespace {
thread_local uint64_t allocated = 0;

void* counted(size_t size) {
    ++allocated;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
void* counted(size_t size, std::align_val_t alignment) {
    ++allocated;
    const size_t to = static_cast<size_t>(alignment);
    if (void* p = std::aligned_alloc(to, (size + to - 1) / to * to)) return p;
    throw std::bad_alloc();
}
}  // namespace

void* operator new(size_t size) { return counted(size); }
void* operator new[](size_t size) { return counted(size); }
void* operator new(size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void* operator new[](size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace bench {
namespace {

/// Decisions a second of that many threads together.
double rate(const Side& side, int threads, size_t count, double seconds) {
    std::atomic<int> ready = 0;
    std::atomic<bool> stop = false;
    std::vector<double> each(static_cast<size_t>(threads));
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&, t] {
            const std::unique_ptr<Runner> r = side.make();
            r->pass(count, count, nullptr);
            ++ready;
            while (ready.load() < threads) std::this_thread::yield();
            const double start = now_ns();
            size_t done = 0;
            while (!stop.load(std::memory_order_relaxed)) {
                r->pass(count, count, nullptr);
                done += count;
            }
            each[static_cast<size_t>(t)] = static_cast<double>(done) / (now_ns() - start) * 1e9;
        });
    while (ready.load() < threads) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stop = true;
    for (std::thread& t : running) t.join();
    return std::accumulate(each.begin(), each.end(), 0.0);
}

double middle(std::vector<double>& v) {
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() / 2];
}

}  // namespace

uint64_t allocations() noexcept { return allocated; }

double now_ns() noexcept {
    return static_cast<double>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count());
}

double resident_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS:", 0) == 0) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    return 0;
}

std::vector<Measured> measure(const std::vector<Side>& sides, const std::string& answers, double seconds) {
    const size_t count = answers.size();
    std::vector<Measured> out;
    std::vector<std::unique_ptr<Runner>> runners;
    for (const Side& s : sides) {
        Measured m;
        m.name = s.name;
        m.column = s.column;
        runners.push_back(s.make());
        for (size_t i = 0; i < count; ++i) m.answers += runners.back()->answer(i);
        for (size_t i = 0; i < count; ++i) m.wrong += m.answers[i] != answers[i];
        const uint64_t before = allocations();
        runners.back()->pass(count, count, nullptr);
        m.allocations = static_cast<double>(allocations() - before) / static_cast<double>(count);
        out.push_back(std::move(m));
    }

    std::vector<std::vector<float>> samples(sides.size());
    std::vector<std::vector<double>> means(sides.size()), hots(sides.size());
    for (std::vector<float>& s : samples) s.reserve(1 << 20);
    const double budget = seconds * 1e9 * static_cast<double>(sides.size());
    const double start = now_ns();
    for (int round = 0; round < 9 || now_ns() - start < budget; ++round) {
        for (size_t s = 0; s < sides.size(); ++s) {
            runners[s]->pass(count, count, nullptr);  // the others have taken the caches
            runners[s]->pass(count, count, &samples[s]);
            const double t0 = now_ns();
            runners[s]->pass(count, count, nullptr);
            const double t1 = now_ns();
            runners[s]->pass(count, sides[s].whole != 0 ? count : kHot, nullptr);
            const double t2 = now_ns();
            means[s].push_back((t1 - t0) / static_cast<double>(count));
            hots[s].push_back((t2 - t1) / static_cast<double>(count));
        }
    }
    for (size_t s = 0; s < sides.size(); ++s) {
        std::sort(samples[s].begin(), samples[s].end());
        out[s].p50 = samples[s][samples[s].size() / 2];
        out[s].p99 = samples[s][samples[s].size() * 99 / 100];
        out[s].mean = middle(means[s]);
        out[s].hot = middle(hots[s]);
        // The best of three of each: another process on the machine can only spoil it.
        double one = 0, two = 0;
        for (int k = 0; k < 3; ++k) {
            one = std::max(one, rate(sides[s], 1, count, seconds / 6));
            two = std::max(two, rate(sides[s], 2, count, seconds / 6));
        }
        out[s].two_threads = two / one;
    }
    return out;
}

std::string json_line(const Measured& m, double load_ms) {
    uint64_t digest = 0xcbf29ce484222325;
    for (char c : m.answers) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return fmt::format(
        R"({{"side":"{}","column":"{}","p50":{:.2f},"p99":{:.2f},"mean":{:.2f},"hot":{:.2f},"batch":{},"allocations":{:.3f},)"
        R"("two_threads":{:.3f},"rss_mb":{:.1f},"load_ms":{:.2f},"checked":{},"wrong":{},"outcomes":3,"digest":"{:016x}"}})",
        m.name, m.column, m.p50, m.p99, m.mean, m.hot, kBatch, m.allocations, m.two_threads, resident_mb(), load_ms,
        m.answers.size(), m.wrong, digest);
}

}  // namespace bench
