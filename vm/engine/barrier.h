// Barrier: orders "I announce what I read, then I look" of readers against "I change it, then I look who announced" of a
// writer, with nearly all of the cost on the writer's side. On Linux the writer's membarrier(2) makes every running
// thread of the process execute a fence, so that readers need none; where that call is not to be had, both sides pay a fence.
//
// Under the thread sanitizer, which does not understand fences, announcements are sequentially consistent instead.
#pragma once

#include <atomic>

namespace remit {

#if defined(__SANITIZE_THREAD__)
#define REMIT_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define REMIT_THREAD_SANITIZER 1
#endif
#endif

class Barrier {
public:
#ifdef REMIT_THREAD_SANITIZER
    static constexpr std::memory_order kStore = std::memory_order_seq_cst, kLoad = std::memory_order_seq_cst,
                                       kExchange = std::memory_order_seq_cst;
#else
    static constexpr std::memory_order kStore = std::memory_order_release, kLoad = std::memory_order_acquire,
                                       kExchange = std::memory_order_acq_rel;
#endif

    /// `asymmetric` false: fences on both sides even if the system can do better.
    explicit Barrier(bool asymmetric);

    /// Between a reader's announcement (a store with kStore) and its look (a load with kLoad).
    void reader() const noexcept {
#ifndef REMIT_THREAD_SANITIZER
        if (asymmetric_)
            std::atomic_signal_fence(std::memory_order_seq_cst);  // the compiler alone
        else
            std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
    }
    /// Between a writer's change and its look. False: the system refused, and nothing may be concluded from looking.
    bool writer() const noexcept;

    bool asymmetric() const { return asymmetric_; }

private:
    bool asymmetric_;
};

}  // namespace remit
