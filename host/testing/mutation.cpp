#include "host/testing/mutation.h"

#include <algorithm>
#include <atomic>

#include "compiler/incremental.h"
#include "host/testing/parallel.h"
#include "host/testing/run_tests.h"

namespace remit {

namespace {

/// SplitMix64 (Steele, Lea and Flood, 2014).
uint64_t next_random(uint64_t& state) {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

/// So many of them, in their order.
std::vector<Mutant> sample(std::vector<Mutant> all, const MutationOptions& options) {
    if (options.max == 0 || all.size() <= options.max) return all;
    std::vector<size_t> order(all.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    uint64_t state = options.seed;
    for (size_t i = 0; i < options.max; ++i) std::swap(order[i], order[i + next_random(state) % (order.size() - i)]);
    order.resize(options.max);
    std::sort(order.begin(), order.end());
    std::vector<Mutant> out;
    for (const size_t i : order) out.push_back(std::move(all[i]));
    return out;
}

/// One thread's compiler, which has compiled the policy as it is.
class Bench {
public:
    explicit Bench(const Compilation& original) : original_(original), compiler_({.keep_files = false}) {
        (void)compile(nullptr);
    }

    MutantResult run(const Mutant& mutant, const std::vector<TestCase>& cases, const MakePolicy& make) {
        MutantResult out{mutant, Fate::Lives, ""};
        Compilation changed = compile(&mutant);
        if (changed.diagnostics.has_errors() || changed.layers.empty()) {
            out.fate = Fate::Refused;
            return out;
        }
        if (changed.layers.front().hash == original_.layers.front().hash) {
            out.fate = Fate::Equivalent;
            return out;
        }
        const auto policy = make(std::move(changed.layers));
        if (!policy) {
            out.fate = Fate::Refused;
            return out;
        }
        Decider decider(*policy);
        for (const TestCase& test : cases) {
            if (run_test(test, decider).passed()) continue;
            out.fate = Fate::Killed;
            out.killed_by = test.title;
            break;
        }
        return out;
    }

private:
    /// Files come from the original, but for the one that the mutant changes.
    Compilation compile(const Mutant* mutant) {
        const Sources& sources = original_.sources;
        const auto text_of = [&](FileId id) {
            return mutant != nullptr && mutant->span.file == id ? mutated(*mutant, sources)
                                                                : std::string(sources.file(id).text());
        };
        const Loader loader = [&](const std::string& path, std::string& error) -> std::optional<std::string> {
            for (FileId id = 0; id < sources.size(); ++id)
                if (sources.file(id).name() == path) return text_of(id);
            error = "it was not read before";
            return std::nullopt;
        };
        return compiler_.compile(sources.file(0).name(), text_of(0), loader);
    }

    const Compilation& original_;
    Compiler compiler_;
};

}  // namespace

std::vector<MutantResult> run_mutants(const Compilation& compilation, const std::vector<TestCase>& cases,
                                      const MakePolicy& make, const MutationOptions& options) {
    const std::vector<Mutant> all = sample(mutants(compilation.files, compilation.sources), options);
    std::vector<std::unique_ptr<Bench>> benches(workers_for(all.size(), options.jobs));
    std::vector<MutantResult> results(all.size());
    std::atomic<size_t> done{0};
    for_each_index(all.size(), options.jobs, [&](size_t index, size_t worker) {
        if (!benches[worker]) benches[worker] = std::make_unique<Bench>(compilation);
        results[index] = benches[worker]->run(all[index], cases, make);
        ++done;
        if (worker == 0 && options.progress) options.progress(done, all.size());
    });
    return results;
}

}  // namespace remit
