// The long-running command behind scripts/faults: power cuts and kills, as many as wanted.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/evidence_journal/kill.h"
#include "tests/evidence_journal/power.h"
#include "tests/evidence_journal/scratch_folder.h"

namespace {

using namespace remit::evidence::testing;

class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }
    /// Now and then, how far it has come.
    void tell(const char* what, uint64_t done, const char* unit) {
        constexpr double kEvery = 10;
        if (seconds() < told_ + kEvery) return;
        told_ = seconds();
        std::fprintf(stderr, "%s: %llu %s in %.0f s\n", what, static_cast<unsigned long long>(done), unit, told_);
    }

private:
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    double told_ = 0;
};

unsigned long long count(uint64_t n) { return n; }

int usage() {
    std::fputs(
        "usage: faults power [STATES] [SEED]   power cuts; 100,000,000 if not told\n"
        "       faults power --seed SEED       one history again\n"
        "       faults kill [KILLS] [SEED]     kill -9; 100,000 if not told\n",
        stderr);
    return 2;
}

int verdict(const char* what, const std::string& violation) {
    if (violation.empty()) return 0;
    std::printf("%s: VIOLATION %s\n", what, violation.c_str());
    return 1;
}

bool number(const char* text, uint64_t& out) {
    char* end = nullptr;
    out = std::strtoull(text, &end, 10);
    return *text != '\0' && *end == '\0';
}

/// [COUNT] [SEED]
bool numbers(int argc, char** argv, uint64_t& wanted, uint64_t& seed) {
    return argc <= 2 && (argc < 1 || number(argv[0], wanted)) && (argc < 2 || number(argv[1], seed));
}

int power(int argc, char** argv) {
    PowerOptions options;
    options.states = 100'000'000;
    options.one_history = argc == 2 && std::string_view(argv[0]) == "--seed";
    const bool understood = options.one_history ? number(argv[1], options.seed)
                                                : numbers(argc, argv, options.states, options.seed);
    if (!understood) return usage();
    Stopwatch watch;
    options.progress = [&](uint64_t states) { watch.tell("power", states, "states"); };
    const PowerReport r = check_power(options);
    std::printf(
        "power: %llu states of %llu histories from seed %llu, %llu records, %llu segments, %llu failures, %.1f s\n",
        count(r.states), count(r.histories), count(options.seed), count(r.records), count(r.rotations),
        count(r.failures), watch.seconds());
    return verdict("power", r.violation);
}

int kill(int argc, char** argv) {
    KillOptions options;
    options.kills = 100'000;
    if (!numbers(argc, argv, options.kills, options.seed)) return usage();
    const ScratchFolder folder;
    options.folder = folder.path();
    Stopwatch watch;
    options.progress = [&](uint64_t kills) { watch.tell("kill", kills, "kills"); };
    const KillReport r = check_kills(options);
    std::printf(
        "kill: %llu kills from seed %llu, %llu records, %llu found that were not acknowledged yet, %llu torn ends, "
        "%llu before the first commit, %.1f s\n",
        count(r.kills), count(options.seed), count(r.records), count(r.unacknowledged), count(r.torn),
        count(r.before_first), watch.seconds());
    return verdict("kill", r.violation);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc < 2 ? "" : argv[1];
    if (verb == "power") return power(argc - 2, argv + 2);
    if (verb == "kill") return kill(argc - 2, argv + 2);
    return usage();
}
