// What a `remit_call` is: one thread's memory to decide in, prepared for the edition that decides and for the session
// that it was last used with. What has not changed since the last decision costs a comparison: of a session's or a
// policy's number, without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/last_request.h"
#include "host/embed/vm/policy.h"
#include "remit/vm.h"
#include "vm/engine/call.h"

namespace remit::embed {

class HostedCall {
public:
    explicit HostedCall(std::shared_ptr<HostedPolicy> host) : host_(std::move(host)) {}

    /// Puts `request` into the engine's call. After REMIT_OK `call()` can be decided.
    remit_status prepare(const remit_runtime& runtime, const remit_request& request, remit_error* error);
    Call& call() noexcept { return *call_; }
    /// After a decision: effects can be asked for until the next one.
    void decided() noexcept {
        cursor_ = {};
        has_effects_ = true;
    }
    void next_effect(remit_effect& out);

    /// Set while a thread is in here; a second one is turned away as far as can be told without a locked instruction.
    class Entry {
    public:
        explicit Entry(HostedCall& of) : call_(of), entered_(!of.busy_.load(std::memory_order_relaxed)) {
            if (entered_) call_.busy_.store(true, std::memory_order_relaxed);
        }
        ~Entry() {
            if (entered_) call_.busy_.store(false, std::memory_order_relaxed);
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        explicit operator bool() const { return entered_; }

    private:
        HostedCall& call_;
        const bool entered_;
    };

private:
    void renew();
    remit_status use_session(const remit_runtime& runtime, uint64_t id, remit_error* error);
    remit_status set_all(const remit_request& request, remit_error* error) noexcept;
    remit_status set_again(const remit_request& request, remit_error* error) noexcept;
    remit_status set_arguments(const remit_request& request, bool again, remit_error* error) noexcept;
    remit_status set_states(const remit_request& request, remit_error* error) noexcept;
    remit_status set_facts(const remit_request& request, remit_error* error) noexcept;

    const std::shared_ptr<HostedPolicy> host_;
    std::atomic<bool> busy_{false};
    Edition edition_;  // number 0: none yet
    uint64_t session_id_ = 0;
    std::shared_ptr<const Session> session_;
    std::optional<Call> call_;
    LastRequest last_;
    EffectCursor cursor_;
    bool has_effects_ = false;
    std::vector<remit_str> words_;  // of the latest effect
};

}  // namespace remit::embed
