#include "host/embed/vm/policy.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/embed/vm/engines.h"

namespace remit::embed {

Refusal HostedPolicy::make(std::vector<Program> layers, std::shared_ptr<const Policy>& out) const {
    auto policy = interpreted(std::move(layers));
    if (!policy) return {REMIT_BAD_IMAGE, policy.error()};
    if (engine_ == REMIT_ENGINE_NATIVE) {
        auto native = compiled(**policy, cache_);
        if (!native) return {REMIT_NO_NATIVE, native.error()};
        policy = std::move(native);
    }
    out = std::move(*policy);
    return {};
}

Refusal HostedPolicy::open(std::vector<Program> layers, remit_engine engine, std::shared_ptr<ObjectCache> cache,
                           std::shared_ptr<HostedPolicy>& out) {
    std::shared_ptr<HostedPolicy> host(new HostedPolicy(engine, std::move(cache)));
    std::shared_ptr<const Policy> policy;
    if (Refusal refusal = host->make(std::move(layers), policy); !refusal.none()) return refusal;
    auto live = LivePolicy::make(std::move(policy));
    if (!live) return {REMIT_NO_MEMORY, live.error()};
    host->live_ = std::move(*live);
    if (engine == REMIT_ENGINE_AUTO && has_native()) {
        // Without a thread there is no native code, and the interpreter does the work.
        auto tiering = Tiering::start(host->live_, {native_maker(host->cache_)});
        if (tiering) host->tiering_ = std::move(*tiering);
    }
    out = std::move(host);
    return {};
}

Refusal HostedPolicy::publish(std::shared_ptr<const Policy> policy) {
    const std::lock_guard lock(mutex_);
    const Published published = tiering_ ? tiering_->publish(std::move(policy)) : live_->publish(std::move(policy));
    switch (published.status) {
        case PublishStatus::Done: ++version_; return {};
        case PublishStatus::Busy: return {REMIT_BUSY, "too many older versions are still deciding"};
        case PublishStatus::NoMemory: return {REMIT_NO_MEMORY, "no memory"};
        case PublishStatus::Obsolete:
        case PublishStatus::Invalid: break;
    }
    return {REMIT_INTERNAL, "the policy could not be published"};
}

Refusal HostedPolicy::reload(std::vector<Program> layers) {
    std::shared_ptr<const Policy> policy;
    if (Refusal refusal = make(std::move(layers), policy); !refusal.none()) return refusal;
    return publish(std::move(policy));
}

Edition HostedPolicy::edition() const {
    const std::lock_guard lock(mutex_);
    LivePolicy::Current current = live_->current();
    const auto tools = static_cast<uint32_t>(current.policy->layers()[0].program->program().callable().size());
    return {current.version, version_, tools, std::move(current.policy)};
}

void HostedPolicy::inspect(remit_policy_status& out) const {
    const Edition now = edition();
    out.version = now.version;
    out.engine = is_native(*now.policy) ? REMIT_ENGINE_NATIVE : REMIT_ENGINE_INTERPRETER;
    out.native = REMIT_NATIVE_OFF;
    if (out.engine == REMIT_ENGINE_NATIVE) {
        out.native = REMIT_NATIVE_READY;
    } else if (tiering_) {
        const bool failed = tiering_->status().state == TieringStatus::State::Failed;
        out.native = failed ? REMIT_NATIVE_FAILED : REMIT_NATIVE_PENDING;
    }
    const Hash& hash = now.program().hash;
    static_assert(sizeof out.hash == std::tuple_size_v<Hash>);
    std::copy(hash.begin(), hash.end(), out.hash);
}

Refusal HostedPolicy::await_native(uint32_t milliseconds) {
    if (is_native(*edition().policy)) return {};
    if (!tiering_)
        return {REMIT_NO_NATIVE,
                has_native() ? "the engine is the interpreter" : "this library was built without native code"};
    if (!tiering_->settle(std::chrono::milliseconds(milliseconds)))
        return {REMIT_NOT_READY, "native code is still being made"};
    if (is_native(*edition().policy)) return {};
    const TieringStatus status = tiering_->status();
    if (status.state == TieringStatus::State::Failed) return {REMIT_NO_NATIVE, status.error};
    return {REMIT_NOT_READY, "another version is being compiled"};
}

std::shared_ptr<void> HostedPolicy::take_compiler() {
    const std::lock_guard lock(mutex_);
    return std::exchange(compiler_, nullptr);
}

void HostedPolicy::keep_compiler(std::shared_ptr<void> compiler) {
    const std::lock_guard lock(mutex_);
    std::swap(compiler_, compiler);  // the older one goes after the lock
}

// ---- readers -----------------------------------------------------------------------------------------------------

std::unique_ptr<LivePolicy::Reader> HostedPolicy::take() {
    {
        const std::lock_guard lock(readers_mutex_);
        if (!idle_.empty()) {
            auto reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
        idle_.reserve(kIdle);  // so that `give` need not allocate
    }
    auto reader = live_->reader();
    return reader ? std::make_unique<LivePolicy::Reader>(std::move(*reader)) : nullptr;
}

void HostedPolicy::give(std::unique_ptr<LivePolicy::Reader> reader) noexcept {
    const std::lock_guard lock(readers_mutex_);
    if (idle_.size() < kIdle) idle_.push_back(std::move(reader));
}

}  // namespace remit::embed
