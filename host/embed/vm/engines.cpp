#include "host/embed/vm/engines.h"

#include <string_view>

#include "vm/interpreter/interpreter.h"
#ifdef REMIT_WITH_JIT
#include "host/cache/file_object_cache.h"
#include "vm/jit/jit.h"
#endif

namespace remit::embed {

bool has_native() noexcept {
#ifdef REMIT_WITH_JIT
    return true;
#else
    return false;
#endif
}

KernelMaker native_maker([[maybe_unused]] std::shared_ptr<ObjectCache> cache) {
#ifdef REMIT_WITH_JIT
    return [cache = std::move(cache)](std::shared_ptr<const LoadedProgram> program) {
        NativeOptions options;
        options.columns = false;  // the C ABI has no use for it
        options.cache = cache.get();
        return make_native(std::move(program), options);
    };
#else
    return [](const std::shared_ptr<const LoadedProgram>&) {
        return Result<std::shared_ptr<const Kernel>>(Failure{"this library was built without native code"});
    };
#endif
}

Result<std::shared_ptr<ObjectCache>> open_cache([[maybe_unused]] std::string folder) {
#ifdef REMIT_WITH_JIT
    return FileObjectCache::open(std::move(folder));
#else
    return Failure{"this library was built without native code"};
#endif
}

Result<std::shared_ptr<const Policy>> interpreted(std::vector<Program> layers) {
    std::vector<Layer> running;
    for (Program& program : layers) {
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return Failure{loaded.error()};
        running.push_back({*loaded, make_interpreter(*loaded)});
    }
    return Policy::make(std::move(running));
}

Result<std::shared_ptr<const Policy>> compiled(const Policy& policy, std::shared_ptr<ObjectCache> cache) {
    const KernelMaker make = native_maker(std::move(cache));
    std::vector<Layer> running;
    for (const Layer& layer : policy.layers()) {
        auto kernel = make(layer.program);
        if (!kernel) return Failure{kernel.error()};
        running.push_back({layer.program, *kernel});
    }
    return Policy::make(std::move(running));
}

bool is_native(const Policy& policy) noexcept { return policy.layers()[0].kernel->name() == std::string_view("jit"); }

}  // namespace remit::embed

int32_t remit_has_native(void) noexcept { return remit::embed::has_native() ? 1 : 0; }
