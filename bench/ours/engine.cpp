#include "bench/ours/engine.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "compiler/compile.h"
#include "bench/ours/measure.h"
#include "vm/interpreter/interpreter.h"

namespace bench {

void fail(const std::string& why) {
    fmt::print(stderr, "bench: {}\n", why);
    std::exit(1);
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail("cannot read " + path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

Engines make_engines(const std::string& path, bool native) {
    Engines e;
    const std::string text = read_file(path);
    const double start = now_ns();
    remit::CompileOptions options;
    options.keep_files = false;
    remit::Compilation c = remit::compile("policy.remit", text, {}, options);
    e.compile_ms = (now_ns() - start) / 1e6;
    if (c.layers.empty()) fail(path + " does not compile: " + c.diagnostics.sorted()[0].message);
    const double load = now_ns();
    auto program = remit::LoadedProgram::load(std::move(c.layers[0]));
    if (!program) fail(program.error());
    e.load_ms = (now_ns() - load) / 1e6;
    e.program = *program;
    e.interpreter = remit::make_interpreter(e.program);
    if (native) {
        auto kernel = remit::make_native(e.program, {}, &e.stats);
        if (!kernel) fail(kernel.error());
        e.native = *kernel;
    }
    return e;
}

std::shared_ptr<const remit::Policy> make_policy(const Engines& engines, bool native) {
    auto policy = remit::Policy::make({{engines.program, native ? engines.native : engines.interpreter}});
    if (!policy) fail(policy.error());
    return *policy;
}

Scratch::Scratch(const remit::LoadedProgram& program)
    : matched_(program.program().rules.size() + 1), spoken_(program.index().most_probes() + 1) {
    out_.matched = matched_.data();
    out_.spoken = spoken_.data();
}

}  // namespace bench
