// What a `remit_session` is: who calls, and the latest binding of that. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "host/embed/vm/policy.h"
#include "vm/engine/session.h"

namespace remit::embed {

class HostedSession {
public:
    /// Binds `spec` to what `host` decides by now.
    static Refusal open(std::shared_ptr<HostedPolicy> host, const SessionSpec& spec,
                        std::shared_ptr<HostedSession>& out);

    const HostedPolicy& host() const noexcept { return *host_; }
    /// The session bound to `edition`: as it is, or bound anew. Null with `refusal` set if that fails.
    std::shared_ptr<const Session> bound_to(const Edition& edition, Refusal& refusal);

private:
    explicit HostedSession(std::shared_ptr<HostedPolicy> host) : host_(std::move(host)) {}
    const std::shared_ptr<HostedPolicy> host_;
    std::mutex mutex_;
    std::shared_ptr<const Session> bound_;
};

}  // namespace remit::embed
