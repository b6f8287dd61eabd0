#include "vm/engine/live.h"

#include <new>
#include <thread>

#include "vm/engine/combine.h"

namespace remit {

Result<std::shared_ptr<LivePolicy>> LivePolicy::make(std::shared_ptr<const Policy> first, const LiveOptions& options) {
    if (!first) return Failure{"there is no policy to begin with"};
    try {
        auto state = std::make_shared<LiveState>(std::move(first), options.asymmetric);
        return std::shared_ptr<LivePolicy>(new LivePolicy(std::move(state)));
    } catch (const std::bad_alloc&) { return Failure{"out of memory"}; }
}

Result<LivePolicy::Reader> LivePolicy::reader() {
    LiveSlot* slot = state_->add_reader();
    if (slot == nullptr) return Failure{"out of memory, or more than " + std::to_string(kMaxLiveReaders) + " readers"};
    return Reader(state_, slot);
}

// ---- writers -----------------------------------------------------------------------------------------------------

Published LivePolicy::publish(std::shared_ptr<const Policy> next) { return swap(std::move(next), nullptr); }

Published LivePolicy::replace(uint64_t version, std::shared_ptr<const Policy> next) {
    return swap(std::move(next), &version);
}

Published LivePolicy::swap(std::shared_ptr<const Policy> next, const uint64_t* only_after) noexcept {
    if (!next) return {PublishStatus::Invalid, 0};
    try {
        uint64_t number = 0;
        switch (state_->swap(std::move(next), only_after, number)) {
            case LiveState::Swap::Done: break;
            case LiveState::Swap::Busy: return {PublishStatus::Busy, 0};
            case LiveState::Swap::Obsolete: return {PublishStatus::Obsolete, 0};
        }
        // Readers leave within microseconds, unless their thread sleeps.
        const auto until = std::chrono::steady_clock::now() + kGrace;
        while (state_->collect() != 0 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(kGrace / 40);
        return {PublishStatus::Done, number};
    } catch (const std::bad_alloc&) { return {PublishStatus::NoMemory, 0}; }
}

size_t LivePolicy::collect() noexcept { return state_->collect(); }

LivePolicy::Current LivePolicy::current() const {
    Current now;
    now.policy = state_->policy(now.version);
    return now;
}

LivePolicy::Stats LivePolicy::stats() const {
    return {state_->number(), state_->readers(), state_->retired(), state_->asymmetric()};
}

// ---- readers -----------------------------------------------------------------------------------------------------

LivePolicy::Reader::~Reader() {
    if (slot_ != nullptr) state_->remove_reader(*slot_);
}

LivePolicy::Reader& LivePolicy::Reader::operator=(Reader&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(slot_, other.slot_);
    return *this;
}

/// The parked Decider if it is for the current version, or a new one.
std::unique_ptr<LiveDecider> LivePolicy::Reader::take_decider() {
    std::unique_ptr<LiveDecider> decider(slot_->parked.exchange(nullptr, Barrier::kExchange));
    {
        const Guard guard = enter();
        if (decider && decider->version() == &guard.version_) return decider;
        decider = std::make_unique<LiveDecider>(guard.version_);
    }
    decider->build();
    return decider;
}

Decision LivePolicy::Reader::decide(std::string_view request_json) {
    try {
        std::unique_ptr<LiveDecider> decider = take_decider();
        Decision decision = decider->decider().decide(request_json);
        state_->park(*slot_, std::move(decider));
        return decision;
    } catch (const std::bad_alloc&) {
        Decision decision;  // denies
        decision.rules.push_back(spoken(Denial::Limit, "out of memory"));
        decision.error = "limit: out of memory";
        return decision;
    }
}

}  // namespace remit
