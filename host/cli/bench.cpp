// `remit bench`: how fast a policy decides here, engine by engine. One thread; each engine decides the same requests in turn. Reading a request and
// writing a decision cost more than the rules, so they are told apart.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "host/cli/files.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/verbs.h"
#include "host/testing/literal.h"
#include "host/testing/run_tests.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit::cli {

namespace {

constexpr size_t kMaxRequests = 10'000;
constexpr size_t kMaxPrepared = 256;  // requests whose rules are run alone: each needs a Decider of its own
constexpr size_t kBatch = 64;         // of the rules alone, which take less time than a look at the clock
constexpr int64_t kMaxSeconds = 600;

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

struct Measured {
    std::string engine, what;
    double per_second = 0, p50 = 0, p99 = 0;  // ns
    uint64_t decisions = 0;
};

/// Calls `step(i)` for i = 0, 1, ... until the time is over. A step makes `size` decisions and is timed as one.
template <class Step>
Measured measure(std::string engine, std::string what, double seconds, size_t size, Step step) {
    for (size_t i = 0; i < 64; ++i) step(i);  // memory and caches are warm
    constexpr size_t kMaxSamples = 1u << 20;
    std::vector<float> samples;
    uint64_t steps = 0;
    const auto begin = Clock::now();
    double spent = 0;
    do {
        const auto start = Clock::now();
        step(steps++);
        if (samples.size() < kMaxSamples)
            samples.push_back(static_cast<float>(ns_since(start) / static_cast<double>(size)));
        spent = ns_since(begin);
    } while (spent < seconds * 1e9);
    std::sort(samples.begin(), samples.end());
    const auto at = [&](double part) {
        return samples[static_cast<size_t>(part * static_cast<double>(samples.size() - 1))];
    };
    const uint64_t decisions = steps * size;
    return {std::move(engine), std::move(what), static_cast<double>(decisions) / (spent / 1e9),
            at(0.5),           at(0.99),        decisions};
}

/// The rules alone, on frames that were filled before. Nothing if every request is denied before any rule.
std::optional<Measured> rules_alone(const std::string& engine, const std::shared_ptr<const Policy>& policy,
                                    const std::vector<std::string>& requests, double seconds) {
    std::vector<std::unique_ptr<Decider>> deciders;
    std::vector<Decider::Prepared*> prepared;
    for (const std::string& request : requests) {
        auto decider = std::make_unique<Decider>(policy);
        Decider::Prepared* frame = decider->prepare(request);
        if (frame == nullptr) continue;
        prepared.push_back(frame);
        deciders.push_back(std::move(decider));
        if (prepared.size() == kMaxPrepared) break;
    }
    if (prepared.empty()) return std::nullopt;
    return measure(engine, "rules", seconds, kBatch, [&](size_t i) {
        for (size_t k = 0; k < kBatch; ++k) {
            const size_t at = (i * kBatch + k) % prepared.size();
            deciders[at]->run(*prepared[at]);
        }
    });
}

void measure_engine(const std::string& engine, const std::shared_ptr<const Policy>& policy,
                    const std::vector<std::string>& requests, double seconds, std::vector<Measured>& out) {
    if (auto rules = rules_alone(engine, policy, requests, seconds)) out.push_back(std::move(*rules));
    Decider decider(policy);
    out.push_back(
        measure(engine, "read", seconds, 1, [&](size_t i) { decider.decide(requests[i % requests.size()]); }));
    out.push_back(measure(engine, "whole", seconds, 1,
                          [&](size_t i) { to_json(decider.decide(requests[i % requests.size()])); }));
}

// ---- requests ----------------------------------------------------------------------------------------------------

Result<std::vector<std::string>> requests_of_file(const std::string& path) {
    const auto text = read_file(path, limits::kMaxSourceBytes);
    if (!text) return Failure{text.error()};
    std::vector<std::string> out;
    for (size_t begin = 0; begin < text->size() && out.size() < kMaxRequests;) {
        const size_t end = std::min(text->find('\n', begin), text->size());
        const std::string_view line = std::string_view(*text).substr(begin, end - begin);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) out.emplace_back(line);
        begin = end + 1;
    }
    return out;
}

/// Without a file of requests: what the policy's own tests ask.
std::vector<std::string> requests_of_tests(const Compilation& compilation,
                                           const std::shared_ptr<const Policy>& policy) {
    std::vector<std::string> out;
    Decider decider(policy);
    for (const TestCase& test : test_cases(compilation.files, compilation.sources))
        out.push_back(run_test(test, decider).request);
    return out;
}

// ---- the report --------------------------------------------------------------------------------------------------

std::string time_text(double ns) {
    return ns < 1e4   ? fmt::format("{:.0f} ns", ns)
           : ns < 1e7 ? fmt::format("{:.1f} us", ns / 1e3)
                      : fmt::format("{:.1f} ms", ns / 1e6);
}

std::string_view meaning(const std::string& what) {
    if (what == "rules") return "the rules alone";
    return what == "read" ? "and the request read" : "and the decision written";
}

std::string human(const std::vector<Measured>& all) {
    std::string out = fmt::format("{:<8}{:<26}{:>14}{:>12}{:>12}\n", "engine", "", "per second", "p50", "p99");
    for (const Measured& m : all)
        out += fmt::format("{:<8}{:<26}{:>14.0f}{:>12}{:>12}\n", m.engine, meaning(m.what), m.per_second,
                           time_text(m.p50), time_text(m.p99));
    return out;
}

std::string json(const std::vector<Measured>& all, size_t requests) {
    std::vector<std::string> rows;
    for (const Measured& m : all)
        rows.push_back(object_of({{"engine", json_string(m.engine)},
                                  {"what", json_string(m.what)},
                                  {"per_second", fmt::format("{:.0f}", m.per_second)},
                                  {"p50_ns", fmt::format("{:.1f}", m.p50)},
                                  {"p99_ns", fmt::format("{:.1f}", m.p99)},
                                  {"decisions", std::to_string(m.decisions)}}));
    return object_of({{"requests", std::to_string(requests)}, {"measured", array_of(rows)}}) + "\n";
}

}  // namespace

Exit run_bench(const Arguments& arguments, Console& console) {
    const auto milliseconds = parse_decimal(arguments.get("seconds"), 3);
    if (!milliseconds || *milliseconds <= 0 || *milliseconds > 1000 * kMaxSeconds) {
        console.error(fmt::format("--seconds takes 0.001 to {}, not `{}`", kMaxSeconds, arguments.get("seconds")));
        return Exit::Usage;
    }
    const std::string& file = arguments.words[0];
    const Opened opened = open_policy(file, console.color_err());
    console.err(opened.report);
    if (!opened.ok()) return opened.exit;

    const std::string wanted = arguments.get("engine");
    std::vector<std::pair<std::string, std::shared_ptr<const Policy>>> engines;
    for (const auto& [name, engine] : {std::pair("interp", Engine::Interp), std::pair("jit", Engine::Jit)}) {
        if (wanted != "both" && wanted != name) continue;
        auto policy = make_policy(opened.compilation->layers, engine);
        if (policy) {
            engines.emplace_back(name, std::move(*policy));
        } else if (wanted == name) {  // of both, the one that is there
            console.error(fmt::format("{}: {}", file, policy.error()));
            return Exit::Environment;
        }
    }
    if (arguments.words.size() == 1 && opened.is_image) {
        console.error(fmt::format("{}: an image has no tests; name a file of requests", file));
        return Exit::Usage;
    }
    const Result<std::vector<std::string>> requests = arguments.words.size() > 1
                                                          ? requests_of_file(arguments.words[1])
                                                          : requests_of_tests(*opened.compilation,
                                                                              engines.front().second);
    if (!requests) return console.error(requests.error()), Exit::Environment;
    if (requests->empty()) {
        console.error(fmt::format("{}: there are no requests; name a file of them, or write tests", file));
        return Exit::Wrong;
    }
    std::vector<Measured> all;
    Progress progress(console, "engines");
    for (const auto& [name, policy] : engines) {
        progress.at(all.size() / 3, engines.size());
        measure_engine(name, policy, *requests, static_cast<double>(*milliseconds) / 1e3, all);
    }
    progress.end();
    console.out().write(arguments.get("format") == "json" ? json(all, requests->size()) : human(all));
    return Exit::Fine;
}

}  // namespace remit::cli
