#include "host/embed/vm/runtime.h"

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/engines.h"

using namespace remit::embed;

remit_status remit_runtime_new(const remit_runtime_options* options, remit_runtime** out, remit_error* error) noexcept {
    return guarded(error, [&]() -> remit_status {
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        if (options != nullptr && !good(options)) return refuse_version(error, options, "remit_runtime_options");
        uint32_t most = HandleTable::kMost;
        if (options != nullptr && options->max_handles != 0) most = options->max_handles;
        if (most > HandleTable::kMost) return fail(error, REMIT_TOO_LARGE, "max_handles is over 1048576");
        *out = new remit_runtime(most);
        return REMIT_OK;
    });
}

remit_status remit_runtime_cache(remit_runtime* runtime, remit_str folder, remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        if (const remit_status status = check_text(folder, error, "folder is null")) return status;
        auto cache = open_cache(std::string(view(folder)));
        if (!cache) return fail(error, has_native() ? REMIT_BAD_ARGUMENT : REMIT_NO_NATIVE, cache.error());
        runtime->cache = std::move(*cache);
        return REMIT_OK;
    });
}

void remit_runtime_free(remit_runtime* runtime) noexcept {
    if (runtime != nullptr && runtime->is_one()) delete runtime;
}
