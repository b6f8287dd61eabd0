// What is done with a log afterwards: verify it, open it after a kill, find a record and prove it. usage: bench_evidence_review FOLDER
// [RECORDS]. Records have 600 bytes and form proper chains. One JSON line for each figure, medians of several runs.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bench/evidence/sides.h"
#include "host/evidence/crypto/bytes.h"
#include "host/evidence/log/log.h"
#include "host/evidence/record/entry.h"
#include "host/evidence/review/verify.h"

namespace {

using namespace remit;
using namespace remit::evidence;
using bench::seconds_now;

constexpr size_t kChains = 1000;

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench: %s\n", what.c_str());
    std::exit(1);
}

struct OneChain {
    ChainId id;
    uint64_t next = 0;
    Hash head{};
};

/// Notes of bench::kRecordBytes in kChains chains, one after the other.
class Writer {
public:
    Writer(Log& log, uint64_t first_ordinal) : log_(log), chains_(kChains) {
        for (size_t i = 0; i < kChains; ++i) {
            random_bytes(chains_[i].id.bytes);
            write(chains_[i], fmt::format(R"({{"ordinal":{},"session":"s-{}"}})", first_ordinal + i, i));
        }
    }
    void write(uint64_t count) {
        for (uint64_t i = 0; i < count; ++i) write(chains_[i % kChains], R"({"note":""})");
    }
    void wait() {
        if (const DiskStatus done = log_.wait(last_); !done.ok()) fail(done.message);
    }

private:
    void write(OneChain& chain, std::string record) {
        EntryHead head;
        head.kind = chain.next == 0 ? Kind::SessionOpen : Kind::Note;
        head.chain = chain.id;
        head.number = chain.next;
        if (chain.next > 0) head.prev = chain.head;
        head.wall_ns = 1'795'000'000'000'000'000 + static_cast<int64_t>(count_) * 1000;
        head.mono_us = static_cast<int64_t>(count_++);
        head.boot = log_.boot();
        entry_.clear();
        append_entry(entry_, head, record);
        if (head.kind == Kind::Note) entry_.insert(entry_.size() - 3, bench::kRecordBytes - entry_.size(), 'x');
        Submission s;
        s.meta = {head.kind, chain.id, chain.next, 0};
        s.entry = entry_;
        s.leaf = leaf_hash(entry_);
        auto ticket = log_.submit(s, 0);
        if (!ticket) fail(ticket.error());
        last_ = *ticket;
        ++chain.next;
        chain.head = s.leaf;
    }

    Log& log_;
    std::vector<OneChain> chains_;
    std::string entry_;
    uint64_t count_ = 0;
    Ticket last_;
};

LogOptions options_for(Disk& disk) {
    LogOptions options;
    options.disk = &disk;
    options.publish = false;
    return options;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void say(const std::string& name, const std::string& figure, double value) {
    std::puts(fmt::format(R"({{"side":"Remit","case":"{}","{}":{:.1f}}})", name, figure, value).c_str());
    std::fflush(stdout);
}

void make_log(Disk& disk, uint64_t records) {
    auto log = Log::create("bench.example/log", kDefaultSegmentBytes, options_for(disk));
    if (!log) fail(log.error());
    Writer writer(**log, 1);
    writer.write(records);
    writer.wait();
    if (const DiskStatus closed = (*log)->close(); !closed.ok()) fail(closed.message);
    auto again = Log::open(options_for(disk));
    if (!again) fail(again.error());
    if (const DiskStatus published = (*again)->publish(); !published.ok()) fail(published.message);
    if (const DiskStatus closed = (*again)->close(); !closed.ok()) fail(closed.message);
}

void measure_verify(Disk& disk, bool tiles) {
    std::vector<double> rates;
    for (int i = 0; i < 5; ++i) {
        auto log = Reading::open(disk);
        if (!log) fail(log.error());
        VerifyOptions options;
        options.tiles = tiles;
        const double start = seconds_now();
        const VerifyReport report = verify_log(**log, options);
        if (!report.holds())
            fail("the log does not hold: " + report.problems.list().front().where + ": " +
                 report.problems.list().front().detail);
        rates.push_back(static_cast<double>(report.records) / (seconds_now() - start));
    }
    say(tiles ? "verify, published tiles too" : "verify", "per_second", median(rates));
}

/// A child that writes without end is killed; then the time that opening takes is measured.
void measure_open(Disk& disk, uint64_t records) {
    std::vector<double> ms;
    for (int i = 0; i < 5; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            auto log = Log::open(options_for(disk));
            if (!log) fail(log.error());
            Writer writer(**log, 1 + static_cast<uint64_t>(i + 1) * kChains);
            for (;;) writer.write(10'000);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(700 + 137 * i));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const double start = seconds_now();
        auto log = Log::open(options_for(disk));
        if (!log) fail(log.error());
        ms.push_back((seconds_now() - start) * 1e3);
        if ((*log)->recovery().clean || (*log)->recovery().size < records) fail("nobody was killed");
        if (const DiskStatus closed = (*log)->close(); !closed.ok()) fail(closed.message);
    }
    say("open after a kill", "worst_ms", *std::max_element(ms.begin(), ms.end()));
    say("open after a kill", "median_ms", median(ms));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: bench_evidence_review FOLDER [RECORDS]\n", stderr);
        return 2;
    }
    const uint64_t records = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    const std::string path = std::string(argv[1]) + "/review";
    std::filesystem::remove_all(path);
    const auto disk = posix_disk(path);
    make_log(*disk, records);
    for (const bool tiles : {false, true}) measure_verify(*disk, tiles);
    measure_open(*disk, records);
    std::filesystem::remove_all(path);
    return 0;
}
