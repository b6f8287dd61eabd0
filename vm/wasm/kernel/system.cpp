// What the C library would ask the host for. The module has no imports, so that it runs wherever WebAssembly does.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <wasi/api.h>

#include "vm/wasm/kernel/image.h"

namespace {

constexpr size_t kPage = 65536;
/// The memory that the allocator begins with must not hold the policy's image.
bool asked = false;

}  // namespace

extern "C" {

/// Where memory for the allocator ends, and more of it. The limit on all of it is the module's own, given to the
/// linker.
void* sbrk(intptr_t increment) {
    const size_t end = __builtin_wasm_memory_size(0) * kPage;
    if (increment == 0) {
        const size_t image = remit_image.address;
        const bool first = !asked;
        asked = true;
        return reinterpret_cast<void*>(first && image != 0 ? image : end);
    }
    asked = true;
    const size_t pages = (static_cast<size_t>(increment) + kPage - 1) / kPage;
    if (increment < 0 || __builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
        errno = ENOMEM;
        return reinterpret_cast<void*>(-1);
    }
    return reinterpret_cast<void*>(end);
}

/// There is no clock: requests bring their time.
int clock_gettime(clockid_t, timespec* out) {
    *out = {};
    return 0;
}

/// Nothing is printed: not even the last words of a library that gives up, for which alone the names of symbols would
/// be read.
[[noreturn]] void abort() { __builtin_trap(); }
[[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }
char* __cxa_demangle(const char*, char*, size_t*, int*) { return nullptr; }

/// There are no files.
__wasi_errno_t __wasi_fd_close(__wasi_fd_t) { return __WASI_ERRNO_NOSYS; }
__wasi_errno_t __wasi_fd_seek(__wasi_fd_t, __wasi_filedelta_t, __wasi_whence_t, __wasi_filesize_t*) {
    return __WASI_ERRNO_NOSYS;
}
__wasi_errno_t __wasi_fd_write(__wasi_fd_t, const __wasi_ciovec_t*, size_t, __wasi_size_t*) {
    return __WASI_ERRNO_NOSYS;
}
}
