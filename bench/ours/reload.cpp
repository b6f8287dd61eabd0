// bench_reload DIR SECONDS: editing one rule of DIR/policy.remit after another. What an edit costs from its text to a policy in force,
// what readers notice while that goes on without pause, and what memory is left behind.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "bench/ours/cases.h"
#include "compiler/incremental.h"
#include "compiler/syntax/parsed.h"
#include "bench/ours/edits.h"
#include "bench/ours/measure.h"
#include "vm/engine/live.h"
#include "vm/interpreter/interpreter.h"

namespace {

using namespace bench;

constexpr int kReloads = 2000, kWarm = 200;
constexpr double kMostSeconds = 150;  // a slow machine makes fewer

double middle(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
}

remit::CompileOptions without_files() {
    remit::CompileOptions options;
    options.keep_files = false;
    return options;
}

std::shared_ptr<const remit::LoadedProgram> load(remit::Compiler& compiler, const std::string& text) {
    remit::Compilation c = compiler.compile("policy.remit", text);
    if (c.layers.empty()) fail("an edited policy does not compile: " + c.diagnostics.sorted()[0].message);
    auto program = remit::LoadedProgram::load(std::move(c.layers[0]));
    if (!program) fail(program.error());
    return *program;
}

std::shared_ptr<const remit::Policy> policy_of(std::shared_ptr<const remit::LoadedProgram> program,
                                               std::shared_ptr<const remit::Kernel> kernel) {
    auto policy = remit::Policy::make({{std::move(program), std::move(kernel)}});
    if (!policy) fail(policy.error());
    return *policy;
}

/// Machine code by its key, as a host keeps it: an edit of a threshold changes tables, not code.
class CodeInMemory final : public remit::ObjectCache {
public:
    std::optional<std::string> load(const std::string& key) noexcept override {
        const auto at = kept_.find(key);
        return at == kept_.end() ? std::nullopt : std::optional(at->second);
    }
    void store(const std::string& key, std::string_view bytes) noexcept override { kept_.emplace(key, bytes); }

private:
    std::map<std::string, std::string> kept_;
};

std::shared_ptr<const remit::Policy> native(std::shared_ptr<const remit::LoadedProgram> program, CodeInMemory& code) {
    remit::NativeOptions options;
    options.cache = &code;
    options.explainer = remit::make_interpreter(program);
    auto kernel = remit::make_native(program, options);
    if (!kernel) fail(kernel.error());
    return policy_of(program, *kernel);
}

void time_parse(EditedPolicy policy) {
    remit::FileParser parser(true);
    std::vector<double> times;
    std::string text;  // of the version before
    remit::FileBefore before;
    for (int i = 0; i < 20; ++i) {
        const remit::SourceFile source("policy.remit", policy.text());
        remit::Diagnostics diagnostics;
        const double start = now_ns();
        remit::ParsedFile parsed = parser.parse(source, 0, diagnostics, i == 0 ? nullptr : &before);
        if (i > 0) times.push_back((now_ns() - start) / 1e6);
        if (diagnostics.has_errors()) fail("an edited policy does not parse");
        text = policy.text();
        before = {text, std::move(parsed)};
        policy.edit();
    }
    fmt::print(R"({{"side":"Remit","stat":"parse after an edit","ms":{:.3f}}})"
               "\n",
               middle(times));
    std::fflush(stdout);
}

void time_reload(EditedPolicy policy) {
    remit::Compiler compiler(without_files());
    load(compiler, policy.text());
    CodeInMemory code;
    std::vector<double> interpreted, compiled;
    std::vector<remit::V> frame;
    for (int i = 0; i < 20; ++i) {
        policy.edit();
        const double start = now_ns();
        const auto program = load(compiler, policy.text());
        const auto kernel = remit::make_interpreter(program);
        Scratch scratch(*program);
        frame.resize(program->program().slots.size());
        kernel->judge(0, frame.data(), scratch.clean());
        interpreted.push_back((now_ns() - start) / 1e6);
        const auto fast = native(program, code);
        fast->layers()[0].kernel->judge(0, frame.data(), scratch.clean());
        compiled.push_back((now_ns() - start) / 1e6);
    }
    fmt::print(R"({{"side":"Remit","stat":"reload after an edit","ms":{:.3f},"native_ms":{:.3f}}})"
               "\n",
               middle(interpreted), middle(compiled));
    std::fflush(stdout);
}

/// How long each decision took, up to 100 us by the nanosecond.
class Latencies {
public:
    void add(double ns) { ++count_[static_cast<size_t>(std::clamp(ns, 0.0, double{kMost}))]; }
    double percentile(double p) const {
        uint64_t all = 0, seen = 0;
        for (uint64_t c : count_) all += c;
        for (size_t ns = 0; ns < count_.size(); ++ns)
            if ((seen += count_[ns]) >= static_cast<uint64_t>(static_cast<double>(all) * p))
                return static_cast<double>(ns);
        return kMost;
    }

private:
    static constexpr size_t kMost = 100'000;
    std::vector<uint64_t> count_ = std::vector<uint64_t>(kMost + 1);
};

/// Decides until it is told to stop, each decision by the version that is in force then.
class ReaderLoop {
public:
    ReaderLoop(remit::LivePolicy& live, const Cases& cases) : cases_(cases), reader_(make(live)) {}
    void run(const std::atomic<bool>& stop, Latencies& latencies, Scratch& scratch) {
        std::vector<remit::V> frames = cases_.frames;
        const size_t count = cases_.requests.size();
        for (size_t i = 0; !stop.load(std::memory_order_relaxed); i = (i + 1) % count) {
            const double start = now_ns();
            {
                const auto guard = reader_.enter();
                guard->layers()[0].kernel->judge(cases_.tools[i], frames.data() + i * cases_.slots, scratch.clean());
            }
            latencies.add(now_ns() - start);
        }
    }

private:
    static remit::LivePolicy::Reader make(remit::LivePolicy& live) {
        auto reader = live.reader();
        if (!reader) fail(reader.error());
        return std::move(*reader);
    }
    const Cases& cases_;
    remit::LivePolicy::Reader reader_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: bench_reload DIR SECONDS\n");
        return 2;
    }
    const std::string folder = argv[1];
    EditedPolicy policy(read_file(folder + "/policy.remit"));
    time_parse(policy);
    time_reload(policy);

    const Engines engines = make_engines(folder + "/policy.remit");
    const Cases cases(folder, engines);
    remit::Compiler compiler(without_files());
    CodeInMemory code;
    auto live = remit::LivePolicy::make(native(load(compiler, policy.text()), code));
    if (!live) fail(live.error());
    // An edit changes no slot and adds no table, so one scratch memory serves all versions.
    Scratch scratch(*engines.program);
    const auto read_for = [&](Latencies& latencies, auto work) {
        std::atomic<bool> stop = false;
        std::thread reader([&] { ReaderLoop(**live, cases).run(stop, latencies, scratch); });
        work();
        stop = true;
        reader.join();
    };
    Latencies idle, loaded;
    const std::chrono::duration<double> pause(std::atof(argv[2]) * 5);
    read_for(idle, [&] { std::this_thread::sleep_for(pause); });
    double warm_mb = 0;
    int reloads = 0;
    const double start = now_ns();
    read_for(loaded, [&] {
        for (; reloads < kReloads && now_ns() - start < kMostSeconds * 1e9; ++reloads) {
            policy.edit();
            const auto next = native(load(compiler, policy.text()), code);
            for (remit::Published p = (*live)->publish(next); !p.done(); p = (*live)->publish(next)) {
                if (p.status != remit::PublishStatus::Busy) fail("a publication was refused");
                std::this_thread::yield();  // the reader's thread was taken off its core inside a guard
            }
            if (reloads == kWarm) warm_mb = resident_mb();
        }
    });
    const double seconds = (now_ns() - start) / 1e9;
    fmt::print(
        R"({{"side":"Remit","stat":"readers","p999_idle":{:.0f},"p999_reloading":{:.0f},"p50_idle":{:.0f},"p50_reloading":{:.0f},)"
        R"("reloads":{},"reloads_per_second":{:.0f},"rss_mb_after_{}":{:.1f},"rss_mb_after_all":{:.1f}}})"
        "\n",
        idle.percentile(0.999), loaded.percentile(0.999), idle.percentile(0.5), loaded.percentile(0.5), reloads,
        reloads / seconds, kWarm, warm_mb, resident_mb());
    return 0;
}
