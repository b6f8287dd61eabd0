// fuzz_agree [--seed N] [--minutes M] [--pairs N] [--native-every N] [--out DIR]
// Runs trials until a mismatch's worth of time is up; without a bound, until it is stopped. Writes each mismatch into a folder
// DIR/<seed>: the policy's files and request.json. Exits 1 if there was one, 2 on wrong usage.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "tests/differential/agree.h"

using namespace remit::oracle;

namespace {

struct Options {
    uint64_t seed = 1'000'000, pairs = UINT64_MAX;
    double minutes = 1e9;
    int native_every = 16;
    std::string out;
};

std::optional<Options> read_options(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; i += 2) {
        std::string_view flag = argv[i];
        if (i + 1 == argc) return std::nullopt;
        const char* value = argv[i + 1];
        if (flag == "--seed")
            o.seed = std::strtoull(value, nullptr, 10);
        else if (flag == "--pairs")
            o.pairs = std::strtoull(value, nullptr, 10);
        else if (flag == "--minutes")
            o.minutes = std::strtod(value, nullptr);
        else if (flag == "--native-every")
            o.native_every = std::atoi(value);
        else if (flag == "--out")
            o.out = value;
        else
            return std::nullopt;
    }
    return o;
}

void write_mismatch(const Options& options, const Mismatch& m) {
    fmt::print("seed {}\n{}{}{}\n\n", m.seed, m.what, text_of(m.policy), m.request);
    if (options.out.empty()) return;
    std::string folder = options.out + "/" + std::to_string(m.seed) + "/";
    std::filesystem::create_directories(folder);
    for (const PolicyFile& file : m.policy) std::ofstream(folder + file.name) << file.text;
    std::ofstream(folder + "request.json") << m.request << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    auto options = read_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "usage: fuzz_agree [--seed N] [--minutes M] [--pairs N] [--native-every N] [--out DIR]\n");
        return 2;
    }
    const auto begin = std::chrono::steady_clock::now();
    auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    Tally tally;
    size_t reported = 0;
    double next_line = 10;
    Plan plan;
    plan.first_seed = options->seed;
    plan.policies = INT32_MAX;
    plan.native_every = options->native_every;
    plan.go_on = [&] { return seconds() < options->minutes * 60 && tally.pairs < options->pairs; };
    run(plan, tally, [&](const Tally& t) {
        for (; reported < t.mismatches.size(); ++reported) write_mismatch(*options, t.mismatches[reported]);
        if (seconds() < next_line) return;
        next_line = seconds() + 10;
        fmt::print(stderr, "{:.0f} s: {} policies ({} rejected), {} pairs, {} mismatches\n", seconds(), t.policies,
                   t.rejected, t.pairs, t.mismatches.size());
    });
    fmt::print(
        "{} policies ({} rejected, {} in layers, {} native), {} pairs ({} signed; allow {}, ask {}, deny {}, stopped "
        "{}), {} mismatches\n",
        tally.policies, tally.rejected, tally.layered, tally.native_policies, tally.pairs, tally.signed_pairs,
        tally.allow, tally.ask, tally.deny, tally.stopped, tally.mismatches.size());
    if (!tally.first_rejection.empty()) fmt::print("first rejection: {}", tally.first_rejection);
    return tally.mismatches.empty() ? 0 : 1;
}
