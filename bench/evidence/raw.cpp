// The disk itself: one record's bytes into a file of zeros, then fdatasync. What every durable log stands on.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "bench/evidence/sides.h"

namespace bench {

void make_record(uint64_t number, std::string& out) {
    out = fmt::format(
        R"({{"head":{{"boot":"00f1e2d3c4b5a697","chain":"{:032x}","kind":"intent","mono":{},"n":{},"prev":"","time":"2026-11-23T10:00:00.000000000Z","v":1}},"record":{{"text":")",
        number % 1000, number, number / 1000);
    const size_t tail = 3;
    out.resize(kRecordBytes - tail, 'x');
    out += "\"}}";
}

void measure_raw(const Budget& budget) {
    const std::string path = budget.folder + "/raw";
    constexpr size_t kFile = 64u << 20, kFrame = 656;  // a record with its frame
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::string zeros(1u << 20, '\0');
    for (size_t at = 0; at < kFile; at += zeros.size())
        if (::pwrite(fd, zeros.data(), zeros.size(), static_cast<off_t>(at)) < 0) std::exit(1);
    ::fsync(fd);
    std::string record;
    make_record(0, record);
    record.resize(kFrame, 'x');
    Latencies latencies;
    const double start = seconds_now();
    double now = start;
    size_t at = 0;
    while (now < start + budget.seconds) {
        if (::pwrite(fd, record.data(), record.size(), static_cast<off_t>(at)) < 0 || ::fdatasync(fd) != 0)
            std::exit(1);
        at = (at + kFrame) % (kFile - kFrame);
        const double done = seconds_now();
        latencies.add((done - now) * 1e6);
        now = done;
    }
    ::close(fd);
    ::unlink(path.c_str());
    std::puts(json_line("fdatasync", "one at a time", static_cast<double>(latencies.count()) / (now - start), latencies)
                  .c_str());
    std::fflush(stdout);
}

}  // namespace bench
