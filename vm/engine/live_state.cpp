#include "vm/engine/live_state.h"

#include <algorithm>
#include <new>

namespace remit {

LiveState::LiveState(std::shared_ptr<const Policy> first, bool asymmetric)
    : current_(new LiveVersion(std::move(first), 1)), barrier_(asymmetric) {
    retired_.reserve(kMaxRetiredVersions);
}

LiveState::~LiveState() {
    // No readers are left: each shares this.
    for (LiveSlot& slot : slots_) delete slot.parked.load();
    delete current_.load();
}

// ---- readers -----------------------------------------------------------------------------------------------------

void LiveState::park(LiveSlot& slot, std::unique_ptr<LiveDecider> decider) noexcept {
    const LiveVersion* version = decider->version();
    // A writer may have put back what it took away by mistake.
    delete slot.parked.exchange(decider.release(), Barrier::kExchange);
    barrier_.reader();
    if (current_.load(Barrier::kLoad) == version) return;
    delete slot.parked.exchange(nullptr, Barrier::kExchange);
}

LiveSlot* LiveState::add_reader() {
    const std::lock_guard lock(mutex_);
    if (readers_ >= kMaxLiveReaders) return nullptr;
    auto slot = std::find_if(slots_.begin(), slots_.end(), [](const LiveSlot& s) { return !s.taken; });
    if (slot == slots_.end()) {
        try {
            slots_.emplace_back();
        } catch (const std::bad_alloc&) { return nullptr; }
        slot = std::prev(slots_.end());
    }
    slot->taken = true;
    ++readers_;
    return &*slot;
}

void LiveState::remove_reader(LiveSlot& slot) noexcept {
    delete slot.parked.exchange(nullptr, Barrier::kExchange);
    const std::lock_guard lock(mutex_);
    slot.taken = false;
    --readers_;
}

// ---- writers -----------------------------------------------------------------------------------------------------

LiveState::Swap LiveState::swap(std::shared_ptr<const Policy> next, const uint64_t* only_after, uint64_t& number) {
    Unused unused;
    const std::lock_guard lock(mutex_);
    const uint64_t now = number_.load(std::memory_order_relaxed);
    if (only_after != nullptr && *only_after != now) return Swap::Obsolete;
    if (retired_.size() >= kMaxRetiredVersions) {
        sweep(unused);
        if (retired_.size() >= kMaxRetiredVersions) return Swap::Busy;
    }
    number = now + 1;
    auto version = std::make_unique<LiveVersion>(std::move(next), number);
    retired_.emplace_back(current_.exchange(version.release(), Barrier::kExchange));
    number_.store(number, std::memory_order_release);
    return Swap::Done;
}

size_t LiveState::collect() noexcept {
    Unused unused;
    const std::lock_guard lock(mutex_);
    sweep(unused);
    return retired_.size();
}

/// Moves the retired versions that no reader can use any more to `unused`.
void LiveState::sweep(Unused& unused) noexcept {
    if (retired_.empty()) return;
    if (fenced_ < retired_.size()) {
        if (!barrier_.writer()) return;
        fenced_ = retired_.size();
    }
    // A version's announcement is looked for before its parked Decider: what a reader left behind while it still announced is seen.
    std::array<bool, kMaxRetiredVersions> held{};
    for (size_t i = 0; i < retired_.size(); ++i) held[i] = is_held(retired_[i].get());
    for (LiveSlot& slot : slots_) unpark_old(slot);
    size_t kept = 0, freed = 0;
    for (size_t i = 0; i < retired_.size(); ++i) {
        const bool used = held[i] || retired_[i]->deciders.load(std::memory_order_acquire) != 0;
        if (used)
            retired_[kept++].swap(retired_[i]);
        else
            unused[freed++] = std::move(retired_[i]);
    }
    retired_.resize(kept);
    fenced_ = kept;
}

bool LiveState::is_held(const LiveVersion* version) const {
    return std::any_of(slots_.begin(), slots_.end(),
                       [&](const LiveSlot& slot) { return slot.held.load(Barrier::kLoad) == version; });
}

void LiveState::unpark_old(LiveSlot& slot) {
    LiveDecider* decider = slot.parked.exchange(nullptr, Barrier::kExchange);
    if (decider == nullptr) return;
    LiveDecider* none = nullptr;
    const bool keep = decider->version() == current_.load(std::memory_order_relaxed);
    if (!keep || !slot.parked.compare_exchange_strong(none, decider, Barrier::kExchange)) delete decider;
}

std::shared_ptr<const Policy> LiveState::policy(uint64_t& number) const {
    const std::lock_guard lock(mutex_);
    number = number_.load(std::memory_order_relaxed);
    return current_.load(std::memory_order_relaxed)->policy;
}

size_t LiveState::retired() const {
    const std::lock_guard lock(mutex_);
    return retired_.size();
}

size_t LiveState::readers() const {
    const std::lock_guard lock(mutex_);
    return readers_;
}

}  // namespace remit
