#include "tests/fuzz/policies.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "compiler/compile.h"
#include "compiler/source/render.h"
#include "vm/interpreter/interpreter.h"

namespace remit::fuzz {

namespace {

std::optional<std::string> read_text(const std::string& path, std::string& error) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        error = "no such file";
        return std::nullopt;
    }
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

[[noreturn]] void give_up(const std::string& path, const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), why.c_str());
    std::abort();
}

}  // namespace

std::vector<Program> compile_layers(const std::string& path) {
    const std::string full = REMIT_SOURCE_DIR "/" + path;
    std::string error;
    auto text = read_text(full, error);
    if (!text) give_up(full, error);
    Compilation compilation = compile(full, std::move(*text), read_text);
    if (compilation.layers.empty()) give_up(full, render_human(compilation.sources, compilation.diagnostics, false));
    return std::move(compilation.layers);
}

std::shared_ptr<const Policy> load_policy(const std::string& path) {
    std::vector<Layer> layers;
    for (Program& program : compile_layers(path)) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) give_up(path, loaded.error());
        layers.push_back({*loaded, make_interpreter(*loaded)});
    }
    auto policy = Policy::make(std::move(layers));
    if (!policy) give_up(path, policy.error());
    return *policy;
}

}  // namespace remit::fuzz
