// remit/vm.h, typed calls.
#include <cstring>
#include <string_view>

#include "host/embed/vm/call.h"
#include "host/embed/vm/lookup.h"

using namespace remit;
using namespace remit::embed;

namespace {

/// Runs `body` with the call, which belongs to this thread.
template <class Body>
remit_status with_call(remit_runtime* runtime, remit_call call, remit_error* error, const Body& body) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        auto* hosted = static_cast<HostedCall*>(runtime->handles.peek(HandleKind::Call, call.id));
        if (hosted == nullptr) return fail(error, REMIT_BAD_HANDLE, kBadCall);
        const HostedCall::Entry entry(*hosted);
        if (!entry) return fail(error, REMIT_BUSY, "another thread uses this call");
        return body(*hosted);
    });
}

void answer(const Ruling& ruling, remit_ruling& out) noexcept {
    static_assert(static_cast<int>(Verdict::Allow) == REMIT_ALLOW && static_cast<int>(Verdict::Deny) == REMIT_DENY);
    out.verdict = static_cast<remit_verdict>(ruling.verdict);
    out.risk = ruling.risk;
    out.lane = ruling.lane;
    out.isolation = ruling.isolation;
    out.obligations = ruling.asks;
    out.effects = ruling.effects;
    out.engine = *ruling.engine == 'j' ? REMIT_ENGINE_NATIVE : REMIT_ENGINE_INTERPRETER;
    const auto denial = ruling.denial();
    out.denial = denial ? 1 + static_cast<uint32_t>(*denial) : 0;
    static_assert(sizeof out.policy ==
                  sizeof ruling.policy);  // both begin with the first byte, on a little-endian machine
    std::memcpy(out.policy, ruling.policy, sizeof out.policy);
}

}  // namespace

remit_status remit_call_open(remit_runtime* runtime, remit_policy policy, remit_call* out,
                             remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        auto host = std::static_pointer_cast<HostedPolicy>(runtime->handles.get(HandleKind::Policy, policy.id));
        if (!host) return fail(error, REMIT_BAD_HANDLE, kBadPolicy);
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        const uint64_t id = runtime->handles.insert(HandleKind::Call, std::make_shared<HostedCall>(std::move(host)));
        if (id == 0) return fail(error, REMIT_TOO_LARGE, "there are too many handles");
        out->id = id;
        return REMIT_OK;
    });
}

remit_status remit_call_free(remit_runtime* runtime, remit_call call) noexcept {
    return entered(runtime, nullptr, [&]() -> remit_status {
        return runtime->handles.remove(HandleKind::Call, call.id) ? REMIT_OK : REMIT_BAD_HANDLE;
    });
}

remit_status remit_judge(remit_runtime* runtime, remit_call call, const remit_request* request, remit_ruling* out,
                         remit_error* error) noexcept {
    const bool can_answer = good(out);
    if (can_answer) out->verdict = REMIT_DENY;
    return with_call(runtime, call, error, [&](HostedCall& hosted) -> remit_status {
        if (!can_answer) return refuse_version(error, out, "remit_ruling");
        if (!good(request)) return refuse_version(error, request, "remit_request");
        if (const remit_status status = hosted.prepare(*runtime, *request, error)) return status;
        answer(hosted.call().decide(), *out);
        hosted.decided();
        return REMIT_OK;
    });
}

remit_status remit_next_effect(remit_runtime* runtime, remit_call call, remit_effect* out,
                               remit_error* error) noexcept {
    return with_call(runtime, call, error, [&](HostedCall& hosted) -> remit_status {
        if (!good(out)) return refuse_version(error, out, "remit_effect");
        hosted.next_effect(*out);
        return REMIT_OK;
    });
}

remit_status remit_explain(remit_runtime* runtime, remit_call call, const remit_request* request, uint32_t flags,
                           remit_text* decision, remit_error* error) noexcept {
    return with_call(runtime, call, error, [&](HostedCall& hosted) -> remit_status {
        if (!good(request)) return refuse_version(error, request, "remit_request");
        if (const remit_status status = check_output(flags, decision, error)) return status;
        if (const remit_status status = hosted.prepare(*runtime, *request, error)) return status;
        return put(*decision, to_json(hosted.call().explain(), flags & REMIT_EXPLAIN), error);
    });
}
