// The long-running command behind scripts/faults: power cuts and kills, as many as wanted.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <chrono>
#include <string_view>

#include "tests/evidence_journal/power.h"

namespace {

using namespace remit::evidence::testing;

int usage() {
    std::fputs("usage: faults power [STATES] [SEED]\n       faults power --seed SEED\n", stderr);
    return 2;
}

bool number(const char* text, uint64_t& out) {
    char* end = nullptr;
    out = std::strtoull(text, &end, 10);
    return *text != '\0' && *end == '\0';
}

int power(int argc, char** argv) {
    PowerOptions options;
    options.states = 100'000'000;
    const bool replay = argc == 2 && std::string_view(argv[0]) == "--seed";
    if (replay ? !number(argv[1], options.seed)
               : argc > 2 || (argc > 0 && !number(argv[0], options.states)) ||
                     (argc > 1 && !number(argv[1], options.seed)))
        return usage();
    options.one_history = replay;
    const auto begin = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    double told = 0;
    options.progress = [&](uint64_t states) {
        if (seconds() < told + 10) return;
        told = seconds();
        std::fprintf(stderr, "power: %llu states in %.0f s\n", static_cast<unsigned long long>(states), told);
    };
    const PowerReport r = check_power(options);
    std::printf(
        "power: %llu states of %llu histories from seed %llu, %llu records, %llu segments, %llu failures injected, "
        "%.1f s\n",
        static_cast<unsigned long long>(r.states), static_cast<unsigned long long>(r.histories),
        static_cast<unsigned long long>(options.seed), static_cast<unsigned long long>(r.records),
        static_cast<unsigned long long>(r.rotations), static_cast<unsigned long long>(r.failures), seconds());
    if (r.violation.empty()) return 0;
    std::printf("power: VIOLATION %s\n", r.violation.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return usage();
    if (std::string_view(argv[1]) == "power") return power(argc - 2, argv + 2);
    return usage();
}
