// bench_evidence FOLDER SECONDS [SIDE...]: durable appends of 600-byte records, one JSON line for each case. FOLDER is on the disk to
// be measured.
#include <cstdlib>
#include <cstring>
#include <functional>

#include "bench/evidence/sides.h"

int main(int argc, char** argv) {
    using namespace bench;
    if (argc < 3) {
        std::fputs("usage: bench_evidence FOLDER SECONDS [raw|remit|sqlite|lmdb|rocksdb...]\n", stderr);
        return 2;
    }
    const Budget budget{argv[1], std::atof(argv[2])};
    const std::pair<const char*, std::function<void(const Budget&)>> sides[] = {
        {"raw", measure_raw},       {"remit", measure_log},
#ifdef BENCH_STORES
        {"sqlite", measure_sqlite}, {"lmdb", measure_lmdb}, {"rocksdb", measure_rocksdb},
#endif
    };
    for (const auto& [name, measure] : sides) {
        bool wanted = argc == 3;
        for (int i = 3; i < argc; ++i) wanted = wanted || std::strcmp(argv[i], name) == 0;
        if (wanted) measure(budget);
    }
    return 0;
}
