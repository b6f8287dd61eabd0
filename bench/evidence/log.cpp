// The evidence log: Merkle tree, signed every 100 ms, durable at acknowledgement.
#include <sys/prctl.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "bench/evidence/sides.h"
#include "host/evidence/log/log.h"
#include "host/evidence/record/entry.h"

namespace bench {

using namespace remit;
using namespace remit::evidence;

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench: %s\n", what.c_str());
    std::exit(1);
}

/// A log in a new folder, with tiles written on demand alone: at full speed they are made afterwards, from the segments.
struct FreshLog {
    FreshLog(const Budget& budget, unsigned ahead, bool publish) : path(budget.folder + "/log") {
        std::filesystem::remove_all(path);
        disk = posix_disk(path);
        LogOptions options;
        options.disk = disk.get();
        options.publish = publish;
        options.ahead = ahead;
        auto made = Log::create("bench.example/log", kDefaultSegmentBytes, std::move(options));
        if (!made) fail(made.error());
        log = std::move(*made);
    }
    ~FreshLog() {
        if (const DiskStatus closed = log->close(); !closed.ok()) fail(closed.message);
        log.reset();
        std::filesystem::remove_all(path);
    }
    std::string path;
    std::unique_ptr<Disk> disk;
    std::unique_ptr<Log> log;
};

/// Records of one chain each 1,000: the chains' numbers are dense, so that the fold has its usual work.
Submission submission(uint64_t number, std::string& record) {
    make_record(number, record);
    Submission s;
    s.meta.kind = Kind::Note;
    for (size_t i = 0; i < 8; ++i) s.meta.chain.bytes[i] = static_cast<uint8_t>((number % 1000 + 1) >> (8 * i));
    s.meta.number = number / 1000;
    s.entry = record;
    s.leaf = leaf_hash(record);
    return s;
}

Ticket submit(Log& log, uint64_t number, std::string& record) {
    auto ticket = log.submit(submission(number, record), 0);
    if (!ticket) fail(ticket.error());
    return *ticket;
}

void append(Log& log, uint64_t number, std::string& record) {
    Ticket ticket;
    if (const DiskStatus done = log.append(submission(number, record), 0, ticket); !done.ok()) fail(done.message);
}

void await(Log& log, const Ticket& ticket) {
    if (const DiskStatus done = log.wait(ticket); !done.ok()) fail(done.message);
}

void one_at_a_time(const Budget& budget) {
    FreshLog fresh(budget, 2, true);
    Latencies latencies;
    std::string record;
    const double start = seconds_now();
    double now = start;
    for (uint64_t i = 0; now < start + budget.seconds; ++i) {
        append(*fresh.log, i, record);
        const double done = seconds_now();
        latencies.add((done - now) * 1e6);
        now = done;
    }
    std::puts(
        json_line("Remit", "one at a time", static_cast<double>(latencies.count()) / (now - start), latencies).c_str());
}

void pipelined(const Budget& budget, bool publish) {
    constexpr uint64_t kInFlight = 4096;
    FreshLog fresh(budget, 8, publish);
    Log& log = *fresh.log;
    std::deque<std::pair<Ticket, double>> flying;
    Latencies latencies;
    std::string record;
    const double start = seconds_now();
    uint64_t count = 0;
    double now = start;
    while (now < start + 4 * budget.seconds || !flying.empty()) {
        now = seconds_now();
        const bool more = now < start + 4 * budget.seconds;
        for (size_t i = 0; more && i < 64 && flying.size() < kInFlight; ++i)
            flying.emplace_back(submit(log, count++, record), now);
        if (!more || flying.size() >= kInFlight) await(log, flying.front().first);
        const uint64_t durable = log.durable();
        now = seconds_now();
        while (!flying.empty() && flying.front().first.index < durable) {
            latencies.add((now - flying.front().second) * 1e6);
            flying.pop_front();
        }
    }
    std::puts(json_line("Remit",
                        publish ? "pipelined, 4096 in flight, tiles written beside" : "pipelined, 4096 in flight",
                        static_cast<double>(count) / (now - start), latencies)
                  .c_str());
}

void blocking_callers(const Budget& budget, size_t callers) {
    FreshLog fresh(budget, 4, false);
    Log& log = *fresh.log;
    std::atomic<uint64_t> next{0};
    std::vector<Latencies> each(callers);
    std::vector<std::thread> threads;
    const double start = seconds_now();
    for (size_t t = 0; t < callers; ++t) {
        threads.emplace_back([&, t] {
            std::string record;
            double now = seconds_now();
            while (now < start + 2 * budget.seconds) {
                append(log, next.fetch_add(1), record);
                const double done = seconds_now();
                each[t].add((done - now) * 1e6);
                now = done;
            }
        });
    }
    for (std::thread& t : threads) t.join();
    const double taken = seconds_now() - start;
    Latencies all;
    for (const Latencies& l : each) all.add(l);
    std::puts(
        json_line("Remit", fmt::format("{} blocking callers", callers), static_cast<double>(next.load()) / taken, all)
            .c_str());
}

/// Records arrive by the clock, whether or not the ones before are done; latency counts from when a record was due.
void open_loop(const Budget& budget, double per_second) {
    FreshLog fresh(budget, 4, false);
    Log& log = *fresh.log;
    struct Due {
        Ticket ticket;
        double at;
    };
    std::mutex mutex;
    std::condition_variable some;
    std::deque<Due> queue;
    bool over = false;
    Latencies latencies;
    const double duration = 3 * budget.seconds;
    std::thread watcher([&] {
        std::deque<Due> mine;
        for (;;) {
            {
                std::unique_lock lock(mutex);
                some.wait(lock, [&] { return !queue.empty() || over; });
                if (queue.empty()) return;
                std::swap(mine, queue);
            }
            while (!mine.empty()) {
                await(log, mine.front().ticket);
                const uint64_t durable = log.durable();
                const double now = seconds_now();
                while (!mine.empty() && mine.front().ticket.index < durable) {
                    latencies.add((now - mine.front().at) * 1e6);
                    mine.pop_front();
                }
            }
        }
    });
    prctl(PR_SET_TIMERSLACK, 1);
    std::string record;
    std::vector<Due> batch;
    const double start = seconds_now() + 0.01;
    uint64_t count = 0;
    for (;;) {
        double now = seconds_now();
        const double due = start + static_cast<double>(count) / per_second;
        if (due > start + duration) break;
        if (due > now) {
            std::this_thread::sleep_for(std::chrono::duration<double>(due - now));
            continue;
        }
        batch.clear();
        for (double at = due; at <= now && batch.size() < 256; at = start + static_cast<double>(count) / per_second)
            batch.push_back({submit(log, count++, record), at});
        {
            const std::lock_guard lock(mutex);
            queue.insert(queue.end(), batch.begin(), batch.end());
        }
        some.notify_one();
    }
    const double taken = seconds_now() - start;
    {
        const std::lock_guard lock(mutex);
        over = true;
    }
    some.notify_one();
    watcher.join();
    std::puts(json_line("Remit", fmt::format("open loop, {:.0f} a second", per_second),
                        static_cast<double>(count) / taken, latencies)
                  .c_str());
}

}  // namespace

void measure_log(const Budget& budget) {
    for (const bool publish : {false, true})
        if (budget.wants("pipelined")) pipelined(budget, publish);
    if (budget.wants("one at a time")) one_at_a_time(budget);
    if (budget.wants("blocking callers")) blocking_callers(budget, 64);
    for (const double rate : {10e3, 50e3, 200e3})
        if (budget.wants(fmt::format("open loop, {:.0f}", rate))) open_loop(budget, rate);
    std::fflush(stdout);
}

}  // namespace bench
