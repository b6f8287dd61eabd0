#include "host/embed/vm/lookup.h"

#include "host/embed/vm/tool_id.h"

namespace remit::embed {

remit_status check_output(uint32_t flags, const remit_text* out, remit_error* error) noexcept {
    if ((flags & ~static_cast<uint32_t>(REMIT_EXPLAIN)) != 0)
        return fail(error, REMIT_BAD_ARGUMENT, "there is no such flag");
    if (!good(out)) return fail(error, REMIT_BAD_ARGUMENT, "the output is no remit_text");
    return REMIT_OK;
}

remit_status engine_of(const remit_policy_options* options, remit_engine& out, remit_error* error) noexcept {
    if (options == nullptr) return REMIT_OK;
    if (!good(options)) return refuse_version(error, options, "remit_policy_options");
    if (options->engine > REMIT_ENGINE_NATIVE) return fail(error, REMIT_BAD_ARGUMENT, "there is no such engine");
    out = options->engine;
    return REMIT_OK;
}

remit_status open_policy(remit_runtime& runtime, std::vector<Program> layers, remit_engine engine,
                         std::shared_ptr<void> compiler, remit_policy& out, remit_error* error) {
    std::shared_ptr<HostedPolicy> host;
    if (const Refusal refusal = HostedPolicy::open(std::move(layers), engine, runtime.cache, host); !refusal.none())
        return said(refusal, error);
    host->keep_compiler(std::move(compiler));
    const uint64_t id = runtime.handles.insert(HandleKind::Policy, host);
    host->set_tag(tag_of_policy(id));
    if (id == 0) return fail(error, REMIT_TOO_LARGE, "there are too many handles");
    out.id = id;
    return REMIT_OK;
}

}  // namespace remit::embed
