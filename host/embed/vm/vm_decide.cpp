// remit/vm.h, decisions as JSON.
#include "host/embed/vm/lookup.h"
#include "vm/engine/denials.h"

using namespace remit;
using namespace remit::embed;

remit_status remit_decide(remit_runtime* runtime, remit_policy policy, remit_str request, uint32_t flags,
                          remit_text* decision, remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_output(flags, decision, error)) return status;
        if (!good(request)) return fail(error, REMIT_BAD_ARGUMENT, "the request is null");
        const HostedPolicy::Lease reader(host);
        if (!reader) return fail(error, REMIT_BUSY, "too many threads decide at once");
        return put(*decision, to_json(reader->decide(view(request)), flags & REMIT_EXPLAIN), error);
    });
}

remit_status remit_decide_all(remit_runtime* runtime, remit_policy policy, const remit_str* requests, size_t count,
                              uint32_t flags, remit_text* decisions, remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_output(flags, decisions, error)) return status;
        if (requests == nullptr && count != 0) return fail(error, REMIT_BAD_ARGUMENT, "requests is null");
        const HostedPolicy::Lease reader(host);
        if (!reader) return fail(error, REMIT_BUSY, "too many threads decide at once");
        const auto version = reader->enter();  // one version for all
        std::string lines;
        for (size_t i = 0; i < count; ++i) {
            if (!good(requests[i])) return fail(error, REMIT_BAD_ARGUMENT, "a request is null");
            lines += to_json(reader->decide(view(requests[i])), flags & REMIT_EXPLAIN);
            lines += '\n';
        }
        return put(*decisions, lines, error);
    });
}

const char* remit_denial_name(uint32_t denial) noexcept {
    if (denial == 0 || denial > std::size(kDenials)) return nullptr;
    return kDenials[denial - 1].id.data();  // of literals: a zero follows
}
