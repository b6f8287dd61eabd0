// remit/evidence.h.
#include "remit/evidence.h"

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/evidence.h"
#include "host/embed/vm/lookup.h"

using namespace remit;
using namespace remit::embed;

namespace {

constexpr std::string_view kBadEvidence = "this is no evidence of this runtime, or it was closed";

template <class Body>
remit_status with_evidence(remit_runtime* runtime, remit_evidence evidence, remit_error* error,
                           const Body& body) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        const auto hosted = std::static_pointer_cast<HostedEvidence>(
            runtime->handles.get(HandleKind::Evidence, evidence.id));
        return hosted ? body(*hosted) : bad_handle(error, kBadEvidence);
    });
}

}  // namespace

remit_status remit_evidence_open(remit_runtime* runtime, const remit_evidence_options* options, remit_evidence* out,
                                 remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        if (!good(options)) return refuse_version(error, options, "remit_evidence_options");
        if (out == nullptr) return fail(error, REMIT_BAD_ARGUMENT, "out is null");
        if ((options->flags & ~uint32_t{REMIT_EVIDENCE_DECISIONS}) != 0)
            return fail(error, REMIT_BAD_ARGUMENT, "there is no such flag");
        if (const remit_status status = check_text(options->folder, error, "folder is null")) return status;
        if (const remit_status status = check_text(options->origin, error, "origin is null")) return status;
        if (options->folder.size == 0) return fail(error, REMIT_BAD_ARGUMENT, "folder is empty");
        std::shared_ptr<HostedEvidence> hosted;
        const bool intents = (options->flags & REMIT_EVIDENCE_DECISIONS) == 0;
        const Refusal refusal = HostedEvidence::open(view(options->folder), view(options->origin), intents, hosted);
        if (!refusal.none()) return said(refusal, error);
        const uint64_t id = runtime->handles.insert(HandleKind::Evidence, std::move(hosted));
        if (id == 0) return fail(error, REMIT_TOO_LARGE, "too many handles are alive");
        out->id = id;
        return REMIT_OK;
    });
}

remit_status remit_evidence_use(remit_runtime* runtime, remit_evidence evidence, remit_policy policy, remit_str image,
                                remit_error* error) noexcept {
    return with_evidence(runtime, evidence, error, [&](HostedEvidence& hosted) -> remit_status {
        if (!good(image)) return fail(error, REMIT_BAD_ARGUMENT, "the image is null");
        if (image.size > limits::kMaxImageBytes)
            return fail(error, REMIT_TOO_LARGE, "the image is over its limit of 256 MiB");
        return with_policy(runtime, policy, error,
                           [&](HostedPolicy& host) { return said(hosted.use(host.edition(), view(image)), error); });
    });
}

remit_status remit_evidence_line(remit_runtime* runtime, remit_evidence evidence, remit_policy policy, remit_str line,
                                 remit_text* answer, remit_error* error) noexcept {
    return with_evidence(runtime, evidence, error, [&](HostedEvidence& hosted) -> remit_status {
        if (!good(answer)) return fail(error, REMIT_BAD_ARGUMENT, "answer is no remit_text");
        if (const remit_status status = check_text(line, error, "line is null")) return status;
        return with_policy(runtime, policy, error, [&](HostedPolicy& host) {
            return put(*answer, hosted.line(host.edition(), view(line)), error);
        });
    });
}

remit_status remit_evidence_status(remit_runtime* runtime, remit_evidence evidence, remit_text* json,
                                   remit_error* error) noexcept {
    return with_evidence(runtime, evidence, error, [&](HostedEvidence& hosted) -> remit_status {
        if (!good(json)) return fail(error, REMIT_BAD_ARGUMENT, "json is no remit_text");
        return put(*json, hosted.status(), error);
    });
}

remit_status remit_evidence_close(remit_runtime* runtime, remit_evidence evidence, remit_error* error) noexcept {
    return entered(runtime, error, [&]() -> remit_status {
        const auto hosted = std::static_pointer_cast<HostedEvidence>(
            runtime->handles.remove(HandleKind::Evidence, evidence.id));
        return hosted ? said(hosted->close(), error) : bad_handle(error, kBadEvidence);
    });
}
