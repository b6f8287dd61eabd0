// bench_apps DIR SECONDS: Remit's sides of an application's workload in DIR. One line of JSON for each side.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "bench/ours/engine.h"
#include "bench/ours/host.h"
#include "bench/ours/measure.h"

namespace {

using namespace bench;

struct Ask {
    std::string principal, call, resource;
};

struct Setup {
    explicit Setup(const std::string& folder)
        : engines(make_engines(folder + "/policy.remit")),
          policy(make_policy(engines, true)),
          host(folder + "/graph.txt"),
          answers(read_file(folder + "/answers.txt")) {
        std::ifstream in(folder + "/requests.txt");
        for (Ask a; in >> a.principal >> a.call >> a.resource;) asks.push_back(a);
        if (asks.size() != answers.size()) fail("answers.txt is not of these requests");
        for (const Ask& a : asks)
            if (host.principal_number(a.principal) == remit::kUnknownName ||
                host.resource_number(a.resource) == remit::kUnknownName)
                fail("graph.txt lacks " + a.principal + " or " + a.resource);
        const remit::Program& p = engines.program->program();
        if (p.fact_uses.size() != 1) fail("the policy should ask for one fact");
        std::fill(std::begin(slots), std::end(slots), static_cast<uint32_t>(p.slots.size()));
        for (auto [field, slot] : p.fact_uses[0].fields) slots[field] = slot;
        frame_size = p.slots.size() + 1;  // the last is for fields that no rule reads
    }
    Engines engines;
    std::shared_ptr<const remit::Policy> policy;
    Host host;
    std::string answers;
    std::vector<Ask> asks;
    uint32_t slots[kMostFacts] = {};
    size_t frame_size = 0;
};

template <class App>
void put_facts(const Setup& s, const Principal& p, const Resource& r, remit::V* frame) noexcept {
    int64_t facts[kMostFacts] = {};
    App::facts(p, r, facts);
    for (size_t f = 0; f < kMostFacts; ++f) frame[s.slots[f]] = {facts[f], 0};
}

/// Names come in; the host finds its records and the facts, and the kernel decides. `known`: the principal was found before.
template <class App>
Side by_name(const Setup& s, const char* name, const remit::Kernel& kernel, bool known) {
    return {name, known ? "bound" : "per call", [&s, &kernel, known] {
                auto scratch = std::make_shared<Scratch>(*s.engines.program);
                auto frame = std::make_shared<std::vector<remit::V>>(s.frame_size);
                std::vector<const Principal*> principals;
                for (const Ask& a : s.asks) principals.push_back(&s.host.principal(a.principal));
                return runner([&s, &kernel, known, scratch, frame, principals](size_t i) {
                    const Ask& a = s.asks[i];
                    const Principal& p = known ? *principals[i] : s.host.principal(a.principal);
                    put_facts<App>(s, p, s.host.resource(a.resource), frame->data());
                    remit::Outcome& out = scratch->clean();
                    kernel.judge(s.policy->names().tool(a.call), frame->data(), out);
                    return letter(out, s.engines.program->program());
                });
            }};
}

/// The kernel alone: the facts are in the frames, the tools are numbers.
template <class App>
Side interned(const Setup& s, const char* name, const remit::Kernel& kernel) {
    return {name, "interned", [&s, &kernel] {
                auto scratch = std::make_shared<Scratch>(*s.engines.program);
                auto frames = std::make_shared<std::vector<remit::V>>(s.frame_size * s.asks.size());
                std::vector<uint32_t> tools;
                for (size_t i = 0; i < s.asks.size(); ++i) {
                    const Ask& a = s.asks[i];
                    put_facts<App>(s, s.host.principal(a.principal), s.host.resource(a.resource),
                                   frames->data() + i * s.frame_size);
                    tools.push_back(s.policy->names().tool(a.call));
                }
                return runner([&s, &kernel, scratch, frames, tools](size_t i) {
                    remit::Outcome& out = scratch->clean();
                    kernel.judge(tools[i], frames->data() + i * s.frame_size, out);
                    return letter(out, s.engines.program->program());
                });
            }};
}

template <class App>
void run(const Setup& s, double seconds) {
    const char *jit = "Remit native", *interp = "Remit interpreter";
    const double load_ms = s.engines.compile_ms + s.engines.load_ms;
    for (const Measured& m :
         measure({by_name<App>(s, jit, *s.engines.native, false), by_name<App>(s, jit, *s.engines.native, true),
                  interned<App>(s, jit, *s.engines.native), by_name<App>(s, interp, *s.engines.interpreter, false)},
                 s.answers, seconds))
        fmt::print("{}\n", json_line(m, load_ms));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: bench_apps DIR SECONDS\n");
        return 2;
    }
    const Setup s(argv[1]);
    const double seconds = std::atof(argv[2]);
    const std::string app = read_file(std::string(argv[1]) + "/app.txt");
    if (app == "github")
        run<Github>(s, seconds);
    else if (app == "gdrive")
        run<Gdrive>(s, seconds);
    else if (app == "tinytodo")
        run<Tinytodo>(s, seconds);
    else
        fail("no such application: " + app);
    return 0;
}
