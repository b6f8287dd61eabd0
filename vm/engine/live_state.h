// What LivePolicy and its readers share. How a version is kept alive while it is read: a reader announces the version that it is about
// to use in its own slot (a hazard pointer: Michael, 2004), then looks whether it is still the current one; a writer makes another
// version current, then looks through the slots. One of the two sees the other, and so an old version is freed only when no slot
// names it. A reader that sleeps keeps the one version that it uses, not all that came after.
//
// A reader's Decider belongs to one version and is kept from call to call; between calls it is *parked* in the slot, where a
// writer takes it away when its version is replaced. So an idle reader keeps nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "vm/engine/barrier.h"
#include "vm/engine/policy.h"

namespace remit {

inline constexpr size_t kMaxLiveReaders = 4096;
inline constexpr size_t kMaxRetiredVersions = 64;  // replaced and still in use

struct LiveVersion {
    LiveVersion(std::shared_ptr<const Policy> p, uint64_t n) : policy(std::move(p)), number(n) {}
    const std::shared_ptr<const Policy> policy;
    const uint64_t number;
    mutable std::atomic<uint32_t> deciders{0};  // made for it; it outlives them
};

/// A reader's Decider and the version that it is for.
class LiveDecider {
public:
    /// `version` must be announced by the caller, or pinned by another LiveDecider, until this returns.
    explicit LiveDecider(const LiveVersion& version) : pin_(version) {}
    /// What takes time, and needs no announcement any more.
    void build() { decider_ = std::make_unique<Decider>(pin_.version.policy); }
    const LiveVersion* version() const { return &pin_.version; }
    Decider& decider() { return *decider_; }

private:
    struct Pin {
        explicit Pin(const LiveVersion& v) : version(v) { v.deciders.fetch_add(1, std::memory_order_relaxed); }
        ~Pin() { version.deciders.fetch_sub(1, std::memory_order_release); }
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;
        const LiveVersion& version;
    };
    Pin pin_;  // before decider_: released after it
    std::unique_ptr<Decider> decider_;
};

/// One for each reader. Two cache lines, because processors fetch them in pairs.
struct alignas(128) LiveSlot {
    std::atomic<const LiveVersion*> held{nullptr};  // announced; null outside a guard
    uint32_t depth = 0;                             // guards within guards; the reader's own
    bool taken = false;                             // there is a reader; under LiveState::mutex
    std::atomic<LiveDecider*> parked{nullptr};
};

class LiveState {
public:
    LiveState(std::shared_ptr<const Policy> first, bool asymmetric);
    ~LiveState();
    LiveState(const LiveState&) = delete;
    LiveState& operator=(const LiveState&) = delete;

    // ---- readers
    /// The current version, announced in `slot`. Loops only as often as versions are published meanwhile.
    const LiveVersion* hold(LiveSlot& slot) const noexcept {
        const LiveVersion* version = current_.load(std::memory_order_relaxed);
        for (;;) {
            slot.held.store(version, Barrier::kStore);
            barrier_.reader();
            const LiveVersion* again = current_.load(Barrier::kLoad);
            if (again == version) return version;
            version = again;
        }
    }
    static void let_go(LiveSlot& slot) noexcept { slot.held.store(nullptr, std::memory_order_release); }
    /// Leaves `decider` in the slot for the reader's next call, unless its version is no longer the current one.
    void park(LiveSlot& slot, std::unique_ptr<LiveDecider> decider) noexcept;
    LiveSlot* add_reader();  // null: there are kMaxLiveReaders, or no memory
    void remove_reader(LiveSlot& slot) noexcept;

    // ---- writers
    enum class Swap : uint8_t { Done, Busy, Obsolete };
    /// Makes `next` current if the current version is `*only_after` or that is null. The version that was current is retired.
    Swap swap(std::shared_ptr<const Policy> next, const uint64_t* only_after, uint64_t& number);
    /// Frees the retired versions that no reader can use any more; how many are left.
    size_t collect() noexcept;

    uint64_t number() const noexcept { return number_.load(std::memory_order_acquire); }
    std::shared_ptr<const Policy> policy(uint64_t& number) const;
    size_t retired() const;
    size_t readers() const;
    bool asymmetric() const { return barrier_.asymmetric(); }

private:
    /// Freed after the lock is given back, because it may take a while.
    using Unused = std::array<std::unique_ptr<const LiveVersion>, kMaxRetiredVersions>;
    void sweep(Unused& unused) noexcept;
    bool is_held(const LiveVersion* version) const;
    void unpark_old(LiveSlot& slot);

    alignas(128) std::atomic<const LiveVersion*> current_;
    Barrier barrier_;

    alignas(128) mutable std::mutex mutex_;  // writers, and readers that come and go
    std::atomic<uint64_t> number_{1};
    std::vector<std::unique_ptr<const LiveVersion>> retired_;
    size_t fenced_ = 0;  // the first of retired_: those that no reader can announce anew
    std::deque<LiveSlot> slots_;
    size_t readers_ = 0;
};

}  // namespace remit
