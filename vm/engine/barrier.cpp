#include "vm/engine/barrier.h"

#if defined(__linux__) && !defined(REMIT_THREAD_SANITIZER)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace remit {

namespace {

#if defined(__linux__) && !defined(REMIT_THREAD_SANITIZER)
bool membarrier(int command) { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

/// For this process; doing it again does no harm.
bool register_process() { return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }
bool fence_all_threads() { return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }
#else
bool register_process() { return false; }
bool fence_all_threads() { return false; }
#endif

}  // namespace

Barrier::Barrier(bool asymmetric) : asymmetric_(asymmetric && register_process()) {}

bool Barrier::writer() const noexcept {
#ifndef REMIT_THREAD_SANITIZER
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
    return !asymmetric_ || fence_all_threads();
}

}  // namespace remit
