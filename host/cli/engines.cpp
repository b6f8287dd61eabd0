#include "host/cli/engines.h"

#include <fmt/format.h>

#include "vm/interpreter/interpreter.h"
#ifdef REMIT_WITH_JIT
#include "host/cache/file_object_cache.h"
#include "vm/jit/jit.h"
#endif

namespace remit::cli {

namespace {

using LoadedPtr = std::shared_ptr<const LoadedProgram>;
using KernelPtr = std::shared_ptr<const Kernel>;

Result<KernelPtr> native_kernel([[maybe_unused]] LoadedPtr program, [[maybe_unused]] const std::string& folder) {
#ifdef REMIT_WITH_JIT
    NativeOptions options;
    options.columns = false;
    std::shared_ptr<ObjectCache> cache;
    if (!folder.empty()) {
        auto opened = FileObjectCache::open(folder);
        if (!opened) return Failure{opened.error()};
        cache = *opened;
        options.cache = cache.get();
    }
    return make_native(std::move(program), options);
#else
    return Failure{"this build has no native code"};
#endif
}

Result<KernelPtr> make_kernel(const LoadedPtr& program, Engine engine, const std::string& cache) {
    if (engine == Engine::Interp) return make_interpreter(program);
    auto native = native_kernel(program, cache);
    if (native.ok() || engine == Engine::Jit) return native;
    return make_interpreter(program);
}

}  // namespace

std::optional<Engine> engine_named(std::string_view word) {
    if (word == "interp") return Engine::Interp;
    if (word == "jit") return Engine::Jit;
    if (word == "auto") return Engine::Auto;
    return std::nullopt;
}

Result<std::shared_ptr<const Policy>> make_policy(std::vector<Program> programs, Engine engine,
                                                  const std::string& cache) {
    std::vector<Layer> layers;
    for (Program& program : programs) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return Failure{loaded.error()};
        auto kernel = make_kernel(*loaded, engine, cache);
        if (!kernel) return Failure{kernel.error()};
        layers.push_back({*loaded, *kernel});
    }
    return Policy::make(std::move(layers));
}

Result<std::string> native_stage([[maybe_unused]] Program program, [[maybe_unused]] NativeStage stage) {
#ifdef REMIT_WITH_JIT
    auto loaded = LoadedProgram::load(std::move(program));
    if (!loaded) return Failure{loaded.error()};
    switch (stage) {
        case NativeStage::Llvm: return native_text(**loaded, NativeText::Llvm);
        case NativeStage::Asm: return native_text(**loaded, NativeText::Asm);
        case NativeStage::Object: return native_object(**loaded);
        case NativeStage::Header: return object_header(**loaded);
    }
#endif
    return Failure{"this build has no native code"};
}

}  // namespace remit::cli
