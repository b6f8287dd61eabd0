// Nanoseconds for one decision: the interpreter and native code against the same decision written by hand in C++ (-O2), at 10, 100
// and 1,000 rules, with reading the request reported apart. All sides are checked to agree on every request first. Sides take turns
// within each repetition, so that a noisy machine is noisy for all of them; compare the columns of one run only.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "compiler/compile.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/jit/jit.h"
#include "workload.h"

namespace bench {
void hand_10(const Request&, Answer&);
void hand_100(const Request&, Answer&);
void hand_1000(const Request&, Answer&);
}  // namespace bench

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kRequests = 4096;  // enough that the branch predictor cannot learn them
constexpr size_t kBatch = 16;       // decisions between two looks at the clock
constexpr int kRepetitions = 200;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

[[noreturn]] void fail(const std::string& why) {
    fmt::print(stderr, "bench: {}\n", why);
    std::exit(1);
}

struct Percentiles {
    double p50 = 0, p99 = 0;
};

Percentiles percentiles(std::vector<double>& samples) {
    std::sort(samples.begin(), samples.end());
    return {samples[samples.size() / 2], samples[samples.size() * 99 / 100]};
}

/// Times `body(i)` for all requests in batches; ns for one call, the mean of each batch.
template <class Body>
void sample(std::vector<double>& samples, size_t count, Body body) {
    for (size_t i = 0; i + kBatch <= count; i += kBatch) {
        const auto start = Clock::now();
        for (size_t k = 0; k < kBatch; ++k) body(i + k);
        samples.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count() / kBatch);
    }
}

/// The frame of a request, as the reader of requests would fill it; only what the generated policies read.
struct Frames {
    std::vector<remit::V> values;
    size_t slots = 0;
    uint32_t amount = 0, region = 0;
    std::vector<uint32_t> tools;

    Frames(const remit::Program& program, const std::vector<bench::Request>& requests, int tool_count)
        : slots(program.slots.size()) {
        for (int t = 0; t < tool_count; ++t)
            for (uint32_t i = 0; i < program.tools.size(); ++i)
                if (program.tools[i].name == bench::tool_name(t)) tools.push_back(i);
        for (const remit::ToolDesc& t : program.tools)
            for (size_t p = 0; p < t.params.size(); ++p)
                (t.params[p].name == "amount" ? amount : region) = t.slots[p].value;
        values.resize(slots * requests.size());
        for (size_t i = 0; i < requests.size(); ++i) fill(i, requests[i]);
    }
    void fill(size_t i, const bench::Request& q) {
        remit::V* f = frame(i);
        f[remit::kSlotData] = {q.data, 0};
        f[remit::kSlotTier] = {q.tier, 0};
        f[remit::kSlotRoles] = {0, 0};
        uint64_t roles = 0;  // the program sorts its roles by name
        for (int r = 0; r < bench::kRoles; ++r)
            if (q.roles >> r & 1) roles |= uint64_t{1} << rank(r);
        f[remit::kSlotRoles] = {static_cast<int64_t>(roles), 0};
        if (amount != remit::kNoSlot) f[amount] = {q.amount, 0};
        if (region != remit::kNoSlot) f[region] = {q.region, 0};
    }
    static int rank(int role) {
        std::vector<std::string> names;
        for (int r = 0; r < bench::kRoles; ++r) names.push_back(fmt::format("r{}", r));
        const std::string name = names[static_cast<size_t>(role)];
        std::sort(names.begin(), names.end());
        return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
    }
    remit::V* frame(size_t i) { return values.data() + i * slots; }
};

struct Sides {
    std::shared_ptr<const remit::LoadedProgram> program;
    std::shared_ptr<const remit::Kernel> interpreter, native;
    double compile_ms = 0, load_ms = 0;
    remit::NativeStats stats;
};

Sides prepare(int n, const std::string& text) {
    Sides s;
    const auto start = Clock::now();
    remit::Compilation c = remit::compile("bench.remit", text, {});
    s.compile_ms = ms_since(start);
    if (c.layers.empty())
        fail(fmt::format("the policy of {} rules does not compile: {}", n, c.diagnostics.sorted()[0].message));
    const auto load = Clock::now();
    auto program = remit::LoadedProgram::load(std::move(c.layers[0]));
    if (!program) fail(program.error());
    s.load_ms = ms_since(load);
    s.program = *program;
    s.interpreter = remit::make_interpreter(s.program);
    auto native = remit::make_native(s.program, {}, &s.stats);
    if (!native) fail(native.error());
    s.native = *native;
    return s;
}

/// Runs a kernel on a prepared frame: risk and lane start at nothing.
void decide(const remit::Kernel& kernel, uint32_t tool, remit::V* frame, remit::Outcome& out) {
    frame[remit::kSlotRisk] = {0, 0};
    frame[remit::kSlotLane] = {0, 0};
    out.allowed = out.blocked = 0;
    out.matched_count = 0;
    kernel.decide(tool, frame, out);
}

void check_agreement(const bench::Answer& hand, const remit::Outcome& o, const remit::V* frame, const char* who) {
    const bool same = hand.allowed == o.allowed && hand.blocked == o.blocked && hand.count == o.matched_count &&
                      hand.risk == frame[remit::kSlotRisk].bits && hand.lane == frame[remit::kSlotLane].bits;
    if (!same)
        fail(
            fmt::format("{} disagrees with the hand-written function: allowed {}/{} blocked {}/{} rules {}/{} risk "
                        "{}/{} lane {}/{}",
                        who, hand.allowed, o.allowed, hand.blocked, o.blocked, hand.count, o.matched_count, hand.risk,
                        frame[remit::kSlotRisk].bits, hand.lane, frame[remit::kSlotLane].bits));
}

void row(int n, const char* side, Percentiles p, double hand) {
    fmt::print("{:>6}  {:<12} {:>9.1f} {:>9.1f} {:>8.2f}x\n", n, side, p.p50, p.p99, p.p50 / hand);
}

void run(int n, void (*hand)(const bench::Request&, bench::Answer&)) {
    const bench::Workload workload = bench::make_workload(n);
    std::ifstream file(fmt::format("{}/policy_{}.remit", REMIT_BENCH_POLICIES, n));
    std::stringstream text;
    text << file.rdbuf();
    Sides s = prepare(n, text.str());
    const std::vector<bench::Request> requests = bench::make_requests(workload, kRequests);
    Frames frames(s.program->program(), requests, workload.tools);
    std::vector<uint32_t> matched(s.program->program().rules.size() + 1), spoken(matched.size() + 1);
    remit::Outcome out;
    out.matched = matched.data();
    const auto answer = [&](size_t i) {
        bench::Answer a;
        a.rules = spoken.data();
        hand(requests[i], a);
        return a;
    };
    const auto tool = [&](size_t i) { return frames.tools[static_cast<size_t>(requests[i].tool)]; };
    for (size_t i = 0; i < kRequests; ++i) {
        const bench::Answer a = answer(i);
        decide(*s.interpreter, tool(i), frames.frame(i), out);
        check_agreement(a, out, frames.frame(i), "the interpreter");
        decide(*s.native, tool(i), frames.frame(i), out);
        check_agreement(a, out, frames.frame(i), "native code");
    }

    std::vector<double> by_hand, by_interpreter, by_native, reading, whole;
    volatile int64_t sink = 0;
    for (int r = 0; r < kRepetitions; ++r) {
        sample(by_hand, kRequests, [&](size_t i) { sink = answer(i).risk; });
        sample(by_native, kRequests, [&](size_t i) { decide(*s.native, tool(i), frames.frame(i), out); });
        if (r < kRepetitions / 4)
            sample(by_interpreter, kRequests, [&](size_t i) { decide(*s.interpreter, tool(i), frames.frame(i), out); });
    }
    auto policy = remit::Policy::make({{s.program, s.native}});
    if (!policy) fail(policy.error());
    remit::Decider decider(*policy);
    std::vector<std::string> lines;
    for (size_t i = 0; i < 512; ++i) lines.push_back(bench::request_json(requests[i]));
    for (int r = 0; r < 8; ++r) {
        sample(reading, lines.size(), [&](size_t i) { sink = decider.prepare(lines[i]) != nullptr; });
        sample(whole, lines.size(),
               [&](size_t i) { sink = static_cast<int64_t>(remit::to_json(decider.decide(lines[i])).size()); });
    }
    const Percentiles h = percentiles(by_hand);
    row(n, "by hand", h, h.p50);
    row(n, "native", percentiles(by_native), h.p50);
    row(n, "interpreter", percentiles(by_interpreter), h.p50);
    row(n, "read JSON", percentiles(reading), h.p50);
    row(n, "JSON to JSON", percentiles(whole), h.p50);
    fmt::print(
        "        text to program {:.1f} ms, verify and load {:.1f} ms, LLVM {:.1f} ms ({} functions, {} bytes, {} "
        "shapes)\n\n",
        s.compile_ms, s.load_ms, s.stats.llvm_ms, s.stats.functions, s.stats.code_bytes,
        s.program->program().shapes.size());
}

}  // namespace

int main() {
    fmt::print(" rules  side           p50 ns    p99 ns   / hand\n");
    run(10, bench::hand_10);
    run(100, bench::hand_100);
    run(1000, bench::hand_1000);
    return 0;
}
