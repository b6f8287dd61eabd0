// The disk itself: one record's bytes into a file of zeros, then fdatasync. What every durable log stands on.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "bench/evidence/sides.h"

namespace bench {

void make_record(uint64_t number, std::string& out) {
    // The same text for all, but for the digits of the number: what is measured is storing, not formatting.
    static const std::string kText = [] {
        std::string text =
            R"({"head":{"boot":"00f1e2d3c4b5a697","chain":"0123456789abcdef0123456789abcdef","kind":"intent","mono":1,"n":0,)"
            R"("prev":"","time":"2026-11-23T10:00:00.000000000Z","v":1},"record":{"note":")";
        text.resize(kRecordBytes - 3, 'x');
        return text + "\"}}";
    }();
    out = kText;
    for (size_t at = kRecordBytes - 4; number != 0; --at, number /= 10) out[at] = static_cast<char>('0' + number % 10);
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
