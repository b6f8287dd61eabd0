// LivePolicy: the policy that is in force, replaced while threads decide by it. For gateways; docs/reload.md is the user's page.
//
//   auto live = LivePolicy::make(policy);                  // one for the process
//   auto reader = (*live)->reader();                       // one for each thread that decides
//   {
//       const auto guard = reader->enter();                // about 1 ns; no lock, no allocation, no waiting
//       guard->layers()[0].kernel->judge(...);             // one version, whole, until the guard goes
//   }
//   Decision d = reader->decide(request_json);             // the same from JSON
//   (*live)->publish(next);                                // any thread; readers never wait
//
// Guaranteed: between enter and the guard's end a reader sees one version, with all its layers. A guard that is entered after `publish`
// has returned sees the new one. A reader that sleeps outside a guard keeps nothing alive and blocks nobody; inside, it keeps its one
// version. What is replaced is freed, native code too, by `publish`, by the next one, or by `collect`; never on a
// reader's thread, as long as readers keep no shared pointer to it. Every decision carries the hash of the version that made it.
//
// A Session (vm/engine/session.h) is bound to one Policy and keeps it alive. A gateway binds it anew, in a guard, when the guard's policy
// is another than the session's: `Session::bind(guard.shared(), session->spec())`, lazily at the session's next call. Idle
// sessions should be swept after a publication, or they keep the old version; version() tells that there was one.
//
// Threads: all of LivePolicy is thread-safe. A Reader and its guards are used by one thread at a time. A Reader may outlive the
// LivePolicy and then decides by the last version. Nothing throws.
#pragma once

#include <chrono>
#include <utility>

#include "vm/engine/live_state.h"

namespace remit {

enum class PublishStatus : uint8_t {
    Done,
    Busy,      // kMaxRetiredVersions are still in use by sleeping readers: nothing was changed; try again
    Obsolete,  // `replace` alone: another version is in force by now; nothing was changed
    Invalid,   // no policy was given
    NoMemory,  // nothing was changed
};

struct [[nodiscard]] Published {
    PublishStatus status = PublishStatus::Invalid;
    uint64_t version = 0;  // after Done: the number of the new version
    bool done() const { return status == PublishStatus::Done; }
};

struct LiveOptions {
    /// False: readers pay a full fence even where membarrier(2) would spare them.
    bool asymmetric = true;
};

class LivePolicy {
public:
    /// How long `publish` waits for readers to leave the old version, so that it is freed at once; afterwards it is left for later.
    static constexpr std::chrono::microseconds kGrace{2000};

    class Reader;
    class Guard;

    static Result<std::shared_ptr<LivePolicy>> make(std::shared_ptr<const Policy> first,
                                                    const LiveOptions& options = {});

    /// Fails when there are kMaxLiveReaders, or no memory.
    Result<Reader> reader();

    Published publish(std::shared_ptr<const Policy> next);
    /// `publish`, if `version` is still in force: for whoever derives a version from another one.
    Published replace(uint64_t version, std::shared_ptr<const Policy> next);
    /// Frees what has come out of use; returns how many replaced versions are still in use.
    size_t collect() noexcept;

    /// Numbers count up from 1 with every publication.
    uint64_t version() const noexcept { return state_->number(); }
    struct Current {
        uint64_t version = 0;
        std::shared_ptr<const Policy> policy;
    };
    /// Not for the path of decisions: takes a lock.
    Current current() const;

    struct Stats {
        uint64_t version = 0;
        size_t readers = 0, retired = 0;
        bool asymmetric = false;  // readers pay no fence
    };
    Stats stats() const;

private:
    explicit LivePolicy(std::shared_ptr<LiveState> state) : state_(std::move(state)) {}
    Published swap(std::shared_ptr<const Policy> next, const uint64_t* only_after) noexcept;
    std::shared_ptr<LiveState> state_;
};

/// Holds one version while it lives. Ends before its Reader does.
class LivePolicy::Guard {
public:
    ~Guard() {
        if (--slot_.depth == 0) LiveState::let_go(slot_);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    const Policy& policy() const noexcept { return *version_.policy; }
    const Policy& operator*() const noexcept { return policy(); }
    const Policy* operator->() const noexcept { return &policy(); }
    /// To keep the version beyond the guard. Copying it costs a shared counter: not for every decision.
    const std::shared_ptr<const Policy>& shared() const noexcept { return version_.policy; }
    uint64_t version() const noexcept { return version_.number; }

private:
    friend class LivePolicy::Reader;
    Guard(LiveSlot& slot, const LiveVersion& version) : slot_(slot), version_(version) { ++slot_.depth; }
    LiveSlot& slot_;
    const LiveVersion& version_;
};

class LivePolicy::Reader {
public:
    ~Reader();
    Reader(Reader&& other) noexcept : state_(std::move(other.state_)), slot_(std::exchange(other.slot_, nullptr)) {}
    Reader& operator=(Reader&& other) noexcept;

    /// A guard within a guard sees the version of the outer one.
    [[nodiscard]] Guard enter() noexcept {
        return {*slot_, slot_->depth == 0 ? *state_->hold(*slot_) : *slot_->held.load(std::memory_order_relaxed)};
    }

    /// Decider::decide by the current version (within a guard: the guard's). Never throws. The first call after a publication makes
    /// a new Decider, outside of any guard of its own.
    Decision decide(std::string_view request_json);

private:
    friend class LivePolicy;
    Reader(std::shared_ptr<LiveState> state, LiveSlot* slot) : state_(std::move(state)), slot_(slot) {}
    std::unique_ptr<LiveDecider> take_decider();

    std::shared_ptr<LiveState> state_;
    LiveSlot* slot_;
};

}  // namespace remit
