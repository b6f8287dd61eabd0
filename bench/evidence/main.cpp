// bench_evidence FOLDER SECONDS [SIDE...]: durable appends of 600-byte records, one JSON line for each case. FOLDER is on the disk to
// be measured.
#include <cstdlib>
#include <functional>

#include "bench/evidence/sides.h"

int main(int argc, char** argv) {
    using namespace bench;
    if (argc < 3) {
        std::fputs("usage: bench_evidence FOLDER SECONDS [raw|remit[=CASE]|sqlite|lmdb|rocksdb...]\n", stderr);
        return 2;
    }
    Budget budget{argv[1], std::atof(argv[2]), ""};
    const std::pair<const char*, std::function<void(const Budget&)>> sides[] = {
        {"raw", measure_raw},       {"remit", measure_log},
#ifdef BENCH_STORES
        {"sqlite", measure_sqlite}, {"lmdb", measure_lmdb}, {"rocksdb", measure_rocksdb},
#endif
    };
    for (const auto& [name, measure] : sides) {
        bool wanted = argc == 3;
        for (int i = 3; i < argc; ++i) {
            const std::string word = argv[i], side = word.substr(0, word.find('='));
            if (side != name) continue;
            wanted = true;
            if (side.size() < word.size()) budget.only = word.substr(side.size() + 1);
        }
        if (wanted) measure(budget);
    }
    return 0;
}
