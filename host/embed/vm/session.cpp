#include "host/embed/vm/session.h"

#include <utility>

namespace remit::embed {

Refusal HostedSession::open(std::shared_ptr<HostedPolicy> host, const SessionSpec& spec,
                            std::shared_ptr<HostedSession>& out) {
    const Edition now = host->edition();
    auto bound = Session::bind(now.policy, spec);
    if (!bound) return {REMIT_TOO_LARGE, bound.error()};
    out.reset(new HostedSession(std::move(host)));
    out->bound_ = std::move(*bound);
    return {};
}

std::shared_ptr<const Session> HostedSession::bound_to(const Edition& edition, Refusal& refusal) {
    std::shared_ptr<const Session> old;  // freed after the lock
    const std::lock_guard lock(mutex_);
    if (bound_->policy() == edition.policy) return bound_;
    auto bound = Session::bind(edition.policy, bound_->spec());
    if (!bound) {
        refusal = {REMIT_TOO_LARGE, bound.error()};
        return nullptr;
    }
    old = std::exchange(bound_, std::move(*bound));
    return bound_;
}

}  // namespace remit::embed
