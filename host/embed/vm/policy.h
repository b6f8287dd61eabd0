// What a `remit_policy` is: a place that holds the version of a policy that decides now, with its engine, and readers
// for deciding by JSON. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "remit/vm.h"
#include "vm/engine/live.h"
#include "vm/engine/policy.h"
#include "vm/engine/tiering.h"
#include "vm/program/program.h"

namespace remit {
class ObjectCache;
}
namespace remit::embed {

/// A failure with the status that a host sees.
struct Refusal {
    remit_status status = REMIT_OK;
    std::string message;
    bool none() const { return status == REMIT_OK; }
};

/// What decides at some moment. Kept by those who prepare things for it.
struct Edition {
    uint64_t number = 0;   // of LivePolicy: changes with the engine, too
    uint32_t version = 0;  // as hosts count: changes with reloads
    uint32_t tools = 0;    // how many the policy has
    std::shared_ptr<const Policy> policy;
    const Program& program() const { return policy->layers()[0].program->program(); }
};

class HostedPolicy {
public:
    /// Loads `layers`; `out` is set on success.
    /// `cache`: of native code; may be null.
    static Refusal open(std::vector<Program> layers, remit_engine engine, std::shared_ptr<ObjectCache> cache,
                        std::shared_ptr<HostedPolicy>& out);
    /// Replaces what decides. On failure nothing has changed.
    Refusal reload(std::vector<Program> layers);

    Edition edition() const;
    /// Is this the number of the current edition? Without a lock.
    bool is_current(uint64_t number) const noexcept { return live_->version() == number; }
    void inspect(remit_policy_status& out) const;
    /// Tells tools of this policy from those of another; see tool_id.h. Set once, before any other thread knows this
    /// policy.
    void set_tag(uint32_t tag) noexcept { tag_ = tag; }
    uint32_t tag() const noexcept { return tag_; }
    Refusal await_native(uint32_t milliseconds);

    /// A reader that no other thread uses, for as long as the lease lasts.
    class Lease {
    public:
        explicit Lease(HostedPolicy& host) : host_(host), reader_(host.take()) {}
        ~Lease() {
            if (reader_) host_.give(std::move(reader_));
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        explicit operator bool() const { return reader_ != nullptr; }  // false: too many threads decide at once
        LivePolicy::Reader* operator->() const { return reader_.get(); }

    private:
        HostedPolicy& host_;
        std::unique_ptr<LivePolicy::Reader> reader_;
    };

    /// What remembers this policy's text from one version to the next; nothing here knows what it is. Null: none.
    std::shared_ptr<void> take_compiler();
    void keep_compiler(std::shared_ptr<void> compiler);

    /// The host has freed it: nothing is decided any more.
    /// Waits for native code that is being made, so that no deciding thread has to.
    void close() {
        closed_.store(true, std::memory_order_release);
        if (tiering_) tiering_->stop();
    }
    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

private:
    HostedPolicy(remit_engine engine, std::shared_ptr<ObjectCache> cache) : engine_(engine), cache_(std::move(cache)) {}
    Refusal make(std::vector<Program> layers, std::shared_ptr<const Policy>& out) const;
    Refusal publish(std::shared_ptr<const Policy> policy);
    std::unique_ptr<LivePolicy::Reader> take();
    void give(std::unique_ptr<LivePolicy::Reader> reader) noexcept;

    const remit_engine engine_;
    const std::shared_ptr<ObjectCache> cache_;
    uint32_t tag_ = 0;
    std::shared_ptr<LivePolicy> live_;
    std::unique_ptr<Tiering> tiering_;  // null unless native code is made in the background
    mutable std::mutex mutex_;          // of publishing, and of the two below
    std::shared_ptr<void> compiler_;
    uint32_t version_ = 1;
    std::atomic<bool> closed_{false};

    static constexpr size_t kIdle = 64;
    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<LivePolicy::Reader>> idle_;
};

}  // namespace remit::embed
