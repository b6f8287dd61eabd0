// What the functions of remit/vm.h share: from handles to objects, from refusals to statuses, and text out.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/policy.h"
#include "remit/vm.h"

namespace remit::embed {

inline remit_status said(const Refusal& refusal, remit_error* error) noexcept {
    return refusal.none() ? REMIT_OK : fail(error, refusal.status, refusal.message);
}
inline remit_status put(remit_text& text, std::string_view bytes, remit_error* error) noexcept {
    return assign(text, bytes) ? REMIT_OK : fail(error, REMIT_NO_MEMORY, "no memory");
}

/// What a function that writes a decision takes.
remit_status check_output(uint32_t flags, const remit_text* out, remit_error* error) noexcept;
/// `options` may be null.
remit_status engine_of(const remit_policy_options* options, remit_engine& out, remit_error* error) noexcept;
/// `compiler`: see HostedPolicy::take_compiler; may be null.
remit_status open_policy(remit_runtime& runtime, std::vector<Program> layers, remit_engine engine,
                         std::shared_ptr<void> compiler, remit_policy& out, remit_error* error);

/// Runs `body` with the policy, which lives at least until it returns.
template <class Body>
remit_status with_policy(remit_runtime* runtime, remit_policy policy, remit_error* error, const Body& body) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        const auto host = std::static_pointer_cast<HostedPolicy>(runtime->handles.get(HandleKind::Policy, policy.id));
        if (!host) return fail(error, REMIT_BAD_HANDLE, kBadPolicy);
        return body(*host);
    });
}

}  // namespace remit::embed
