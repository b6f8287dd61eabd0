// remit/vm.h, policies: load, reload, free, inspect, await, describe.
#include <memory>

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/describe.h"
#include "host/embed/vm/lookup.h"
#include "vm/program/image.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::embed;

namespace {

remit_status read(remit_str image, std::vector<Program>& layers, remit_error* error) {
    if (!good(image)) return fail(error, REMIT_BAD_ARGUMENT, "the image is null");
    if (image.size > limits::kMaxImageBytes)
        return fail(error, REMIT_TOO_LARGE, "the image is over its limit of 256 MiB");
    auto read = read_images(view(image));
    if (!read) return fail(error, REMIT_BAD_IMAGE, read.error());
    layers = std::move(*read);
    return REMIT_OK;
}

}  // namespace

remit_status remit_policy_load(remit_runtime* runtime, remit_str image, const remit_policy_options* options,
                               remit_policy* out, remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        remit_engine engine = REMIT_ENGINE_AUTO;
        if (const remit_status status = engine_of(options, engine, error)) return status;
        std::vector<Program> layers;
        if (const remit_status status = read(image, layers, error)) return status;
        return open_policy(*runtime, std::move(layers), engine, nullptr, *out, error);
    });
}

remit_status remit_policy_reload(remit_runtime* runtime, remit_policy policy, remit_str image,
                                 remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        std::vector<Program> layers;
        if (const remit_status status = read(image, layers, error)) return status;
        return said(host.reload(std::move(layers)), error);
    });
}

remit_status remit_policy_free(remit_runtime* runtime, remit_policy policy) noexcept {
    return entered(runtime, nullptr, [&]() -> remit_status {
        const auto host = std::static_pointer_cast<HostedPolicy>(
            runtime->handles.remove(HandleKind::Policy, policy.id));
        if (!host) return REMIT_BAD_HANDLE;
        host->close();
        return REMIT_OK;
    });
}

remit_status remit_policy_inspect(remit_runtime* runtime, remit_policy policy, remit_policy_status* out,
                                  remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (!good(out)) return refuse_version(error, out, "remit_policy_status");
        host.inspect(*out);
        return REMIT_OK;
    });
}

remit_status remit_policy_await(remit_runtime* runtime, remit_policy policy, uint32_t milliseconds,
                                remit_error* error) noexcept {
    return with_policy(runtime, policy, error,
                       [&](HostedPolicy& host) { return said(host.await_native(milliseconds), error); });
}

remit_status remit_policy_describe(remit_runtime* runtime, remit_policy policy, remit_text* json,
                                   remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (!good(json)) return fail(error, REMIT_BAD_ARGUMENT, "json is no remit_text");
        const Edition now = host.edition();
        return put(*json, describe(*now.policy, now.version), error);
    });
}
