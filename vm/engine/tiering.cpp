#include "vm/engine/tiering.h"

#include <exception>
#include <new>
#include <system_error>

namespace remit {

namespace {

using State = TieringStatus::State;

/// How often what has come out of use is looked for, while readers sleep in their guards; and how often a busy LivePolicy is tried again.
constexpr std::chrono::milliseconds kCollectEvery{50}, kRetryEvery{5};

}  // namespace

Tiering::Tiering(std::shared_ptr<LivePolicy> live, std::vector<KernelMaker> tiers)
    : live_(std::move(live)), tiers_(std::move(tiers)) {}

Result<std::unique_ptr<Tiering>> Tiering::start(std::shared_ptr<LivePolicy> live, std::vector<KernelMaker> tiers) {
    if (!live) return Failure{"tiering needs a live policy"};
    try {
        std::unique_ptr<Tiering> tiering(new Tiering(std::move(live), std::move(tiers)));
        const auto [version, policy] = tiering->live_->current();
        tiering->enqueue({version, policy});
        tiering->thread_ = std::thread([t = tiering.get()] { t->loop(); });
        return tiering;
    } catch (const std::system_error& e) {
        return Failure{std::string("cannot start a thread: ") + e.what()};
    } catch (const std::bad_alloc&) { return Failure{"out of memory"}; }
}

Tiering::~Tiering() { stop(); }

void Tiering::stop() {
    std::thread thread;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        thread.swap(thread_);
    }
    changed_.notify_all();
    if (thread.joinable()) thread.join();
    {
        const std::lock_guard lock(mutex_);
        status_.state = State::Stopped;
        next_.reset();
    }
    changed_.notify_all();
}

Published Tiering::publish(std::shared_ptr<const Policy> policy) {
    const Published published = live_->publish(policy);
    if (published.done()) enqueue({published.version, std::move(policy)});
    return published;
}

void Tiering::enqueue(TieringJob job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || job.version <= status_.version) return;  // a newer one came first
        status_.version = job.version;
        status_.state = State::Waiting;
        status_.tier = 0;
        std::swap(job, next_.emplace());  // what waited before goes, after the lock
    }
    changed_.notify_all();
}

TieringStatus Tiering::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

bool Tiering::settle(std::chrono::milliseconds most) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most,
                             [&] { return status_.state != State::Waiting && status_.state != State::Making; });
}

// ---- the thread --------------------------------------------------------------------------------------------------

void Tiering::loop() {
    for (;;) {
        TieringJob job;
        {
            const bool clean = live_->collect() == 0;
            std::unique_lock lock(mutex_);
            const auto called = [&] { return stopping_ || next_; };
            if (clean)
                changed_.wait(lock, called);
            else
                changed_.wait_for(lock, kCollectEvery, called);
            if (stopping_) return;
            if (!next_) continue;
            job = std::move(*next_);
            next_.reset();
            status_.state = State::Making;
        }
        work(std::move(job));
    }
}

/// All tiers for one version, as long as it is in force.
void Tiering::work(TieringJob job) {
    for (const KernelMaker& maker : tiers_) {
        if (!is_wanted(job)) return finish(job, State::Obsolete);
        const auto begin = std::chrono::steady_clock::now();
        auto better = make(job, maker);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        if (!is_wanted(job)) return finish(job, State::Obsolete);
        if (!better) return finish(job, State::Failed, better.error());
        if (!put_in_force(job, std::move(*better))) return finish(job, State::Obsolete);
        const std::lock_guard lock(mutex_);
        ++status_.made;
        status_.last_ms = took.count();
        status_.error.clear();
        if (!next_) {
            status_.version = job.version;
            ++status_.tier;
        }
    }
    finish(job, State::Settled);
}

bool Tiering::is_wanted(const TieringJob& job) const {
    const std::lock_guard lock(mutex_);
    return !stopping_ && live_->version() == job.version;
}

Result<std::shared_ptr<const Policy>> Tiering::make(const TieringJob& job, const KernelMaker& maker) const {
    try {
        std::vector<Layer> layers;
        for (const Layer& layer : job.policy->layers()) {
            if (!is_wanted(job)) return Failure{"no longer wanted"};
            auto kernel = maker(layer.program);
            if (!kernel) return Failure{kernel.error()};
            layers.push_back({layer.program, std::move(*kernel)});
        }
        return Policy::make(std::move(layers));
    } catch (const std::exception& e) { return Failure{std::string("the compiler failed: ") + e.what()}; } catch (...) {
        return Failure{"the compiler failed"};
    }
}

/// Publishes `better` in place of `job`, and makes it the job; false if something newer is in force.
bool Tiering::put_in_force(TieringJob& job, std::shared_ptr<const Policy> better) {
    for (;;) {
        const Published published = live_->replace(job.version, better);
        switch (published.status) {
            case PublishStatus::Done: job = {published.version, std::move(better)}; return true;
            case PublishStatus::Obsolete:
            case PublishStatus::Invalid: return false;
            case PublishStatus::Busy:
            case PublishStatus::NoMemory: break;
        }
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, kRetryEvery, [&] { return stopping_ || next_; })) return false;
    }
}

/// What became of `job`, unless a newer one has come.
void Tiering::finish(const TieringJob& job, TieringStatus::State state, std::string error) {
    {
        const std::lock_guard lock(mutex_);
        if (state == State::Obsolete) ++status_.obsolete;
        if (state == State::Failed) {
            ++status_.failed;
            status_.error = std::move(error);
        }
        if (!next_ && !stopping_ && status_.version <= job.version) status_.state = state;
    }
    changed_.notify_all();
}

}  // namespace remit
