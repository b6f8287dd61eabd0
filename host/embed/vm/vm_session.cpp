// remit/vm.h, sessions.
#include "host/embed/vm/lookup.h"
#include "host/embed/vm/session.h"
#include "vm/program/limits.h"

using namespace remit;
using namespace remit::embed;

namespace {

remit_status names(const remit_str* from, size_t count, size_t most, std::vector<std::string_view>& to,
                   remit_error* error) {
    if (from == nullptr && count != 0) return fail(error, REMIT_BAD_ARGUMENT, "a list of the session is null");
    if (count > most) return fail(error, REMIT_TOO_LARGE, "the session has too many roles or globs");
    to.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        if (const auto status = check_text(from[i], error, "a role or glob is null")) return status;
        to.push_back(view(from[i]));
    }
    return REMIT_OK;
}

remit_status spec_of(const remit_session_fields& fields, SessionSpec& spec, remit_error* error) {
    for (const remit_str& text :
         {fields.id, fields.tier, fields.tenant, fields.owner, fields.retention, fields.principal})
        if (const auto status = check_text(text, error, "a text of the session is null")) return status;
    if (fields.revoked > 1) return fail(error, REMIT_BAD_ARGUMENT, "revoked is 0 or 1");
    spec.id = view(fields.id);
    spec.tier = view(fields.tier);
    spec.tenant = view(fields.tenant);
    spec.owner = view(fields.owner);
    spec.retention = view(fields.retention);
    spec.principal = view(fields.principal);
    spec.revoked = fields.revoked != 0;
    if (fields.expires != 0) spec.expires = fields.expires;
    if (const remit_status status = names(fields.roles, fields.role_count, limits::kMaxRoles, spec.roles, error))
        return status;
    return names(fields.scope, fields.scope_count, limits::kMaxScopeGlobs, spec.scope, error);
}

}  // namespace

remit_status remit_session_bind(remit_runtime* runtime, remit_policy policy, const remit_session_fields* fields,
                                remit_session* out, remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        auto host = std::static_pointer_cast<HostedPolicy>(runtime->handles.get(HandleKind::Policy, policy.id));
        if (!host) return fail(error, REMIT_BAD_HANDLE, kBadPolicy);
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        if (!good(fields)) return refuse_version(error, fields, "remit_session_fields");
        SessionSpec spec;
        if (const remit_status status = spec_of(*fields, spec, error)) return status;
        std::shared_ptr<HostedSession> session;
        if (const Refusal refusal = HostedSession::open(std::move(host), spec, session); !refusal.none())
            return said(refusal, error);
        const uint64_t id = runtime->handles.insert(HandleKind::Session, std::move(session));
        if (id == 0) return fail(error, REMIT_TOO_LARGE, "there are too many handles");
        out->id = id;
        return REMIT_OK;
    });
}

remit_status remit_session_free(remit_runtime* runtime, remit_session session) noexcept {
    return entered(runtime, nullptr, [&]() -> remit_status {
        return runtime->handles.remove(HandleKind::Session, session.id) ? REMIT_OK : REMIT_BAD_HANDLE;
    });
}
