/* remit/base.h - what remit/vm.h and remit/compile.h share: status codes, errors, text, and the runtime.
 *
 * Runtime and handles. A host makes one `remit_runtime` (or several; they know nothing of each other) and passes it to
 * every function. The runtime owns all that is made through it. What it gives out are handles: small structs with a
 * number in them, to be copied freely and never to be looked into. A handle is checked at every use and exactly: one
 * that is zero, was freed, is of another kind or came from another runtime gives REMIT_BAD_HANDLE, and nothing else
 * happens. Numbers are not used twice. `remit_runtime_free` frees everything that is still there; the runtime's own
 * pointer must not be used after that, and is the only thing that the library cannot check for certain.
 *
 * Threads. Every function may be called from every thread at any time, with two exceptions: a `remit_call` belongs to
 * one thread at a time, and `remit_runtime_free` must be the last call. Freeing a policy or a session while other
 * threads decide with it is allowed: decisions under way end as they began, later ones get REMIT_BAD_HANDLE. The
 * library has no global state, reads no environment, prints nothing, installs no signal handlers, and starts no threads
 * but one for each policy whose native code is made in the background (REMIT_ENGINE_AUTO), and three for each evidence
 * log that is open (remit/evidence.h).
 *
 * Errors. Every function that can fail returns a `remit_status`, and REMIT_OK is 0. Those that take a `remit_error`
 * write what went wrong to it, in words; it may always be null. On failure outputs are left as they were, unless said
 * otherwise. No input makes the library abort or throw. A denial is not a failure: it is an answer.
 *
 * Text. Strings go in as `remit_str`: bytes in UTF-8 that need no zero at the end and are not used after the call
 * returns. Strings come out as `remit_text`, which the caller owns. Times are nanoseconds since 1970-01-01T00:00:00Z.
 *
 * Versions. Structs that may grow begin with `uint32_t size`, which the caller sets to sizeof of the struct that it was
 * compiled with (REMIT_INIT does). A size that this library does not know gives REMIT_BAD_VERSION: neither side
 * guesses. Structs without it never change. All fields that are zero have their default. Numbers of enumerators never
 * change either.
 */
#ifndef REMIT_BASE_H
#define REMIT_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define REMIT_API __attribute__((visibility("default")))
#else
#define REMIT_API
#endif

#ifdef __cplusplus
#define REMIT_NOEXCEPT noexcept
extern "C" {
#else
#define REMIT_NOEXCEPT
#endif

/* ---- status ---------------------------------------------------------------------------------------------------- */

typedef int32_t remit_status;
enum {
    REMIT_OK = 0,
    REMIT_BAD_ARGUMENT = 1, /* a null where something must be, an enumerator or index that does not exist */
    REMIT_BAD_HANDLE = 2,   /* zero, freed, of another kind, or of another runtime */
    REMIT_BAD_VERSION = 3,  /* a struct's `size` is none that this library knows */
    REMIT_TOO_LARGE = 4,    /* a string, a list or the number of handles is over its limit */
    REMIT_WRONG_POLICY = 5, /* a session or a tool of another policy */
    REMIT_STALE = 6,        /* a tool that was looked up before the policy was reloaded: look it up again */
    REMIT_UNKNOWN_NAME = 7, /* the policy knows no tool, parameter or symbol of this name */
    REMIT_BAD_POLICY = 8,   /* the text of a policy has errors: see the diagnostics */
    REMIT_BAD_IMAGE = 9,    /* damaged, of another version of the format, or not an image */
    REMIT_NO_NATIVE = 10,   /* no native code: this library was built without it, or it could not be made */
    REMIT_NOT_READY = 11,   /* the time was up before it was done */
    REMIT_BUSY = 12,        /* the call is in use by another thread */
    REMIT_CALLBACK = 13,    /* a function of the host reported a failure */
    REMIT_NO_MEMORY = 14,
    REMIT_INTERNAL = 15 /* a mistake of ours; please report it */
};

/* The name of a status, as above: "REMIT_BAD_HANDLE". Never null; static, not to be freed. */
REMIT_API const char* remit_status_name(remit_status status) REMIT_NOEXCEPT;

/* ---- strings in ------------------------------------------------------------------------------------------------ */

/* Bytes that the caller owns. `data` may be null if `size` is 0. This struct never changes. */
typedef struct remit_str {
    const char* data;
    size_t size;
} remit_str;

/* ---- strings out ----------------------------------------------------------------------------------------------- */

/* Text that the library wrote and the caller owns. Begin with REMIT_TEXT_INIT; pass the same one again and again: its
 * memory is reused and grows as needed. There is always a zero byte after `size` bytes. Free it with remit_text_free;
 * then it is as after REMIT_TEXT_INIT. Never set `data` or `capacity`, and never copy the struct and use both. It
 * belongs to no runtime and may outlive all. This struct never changes. */
typedef struct remit_text {
    char* data;
    size_t size;
    size_t capacity;
} remit_text;
#define REMIT_TEXT_INIT {NULL, 0, 0}

REMIT_API void remit_text_free(remit_text* text) REMIT_NOEXCEPT; /* null and empty are fine */
/* Copies `bytes` into `text`; for callbacks that hand text to the library. */
REMIT_API remit_status remit_text_set(remit_text* text, remit_str bytes) REMIT_NOEXCEPT;

/* ---- errors ---------------------------------------------------------------------------------------------------- */

/* What went wrong, in words: lower case, no full stop, cut off at the end of the array, always ended by a zero.
 * Untouched on success. */
typedef struct remit_error {
    uint32_t size;
    remit_status status;
    char message[504];
} remit_error;

/* A struct with its size, and zeros. */
#ifdef __cplusplus
} /* a template may not have C linkage */
template <class T>
inline T remit_init() noexcept {
    T zeros{};
    zeros.size = sizeof(T);
    return zeros;
}
extern "C" {
#define REMIT_INIT(type) (remit_init<type>())
#else
#define REMIT_INIT(type) ((type){.size = sizeof(type)})
#endif

/* ---- the runtime ----------------------------------------------------------------------------------------------- */

/* "0.1.0": of the library, not of this header. */
REMIT_API const char* remit_version(void) REMIT_NOEXCEPT;
/* 1 if native code was built into the library, else 0. */
REMIT_API int32_t remit_has_native(void) REMIT_NOEXCEPT;

typedef struct remit_runtime remit_runtime;

typedef struct remit_runtime_options {
    uint32_t size;
    uint32_t max_handles; /* alive at once; 0: 1,048,576, which is also the most */
} remit_runtime_options;

/* `options` may be null: all defaults. */
REMIT_API remit_status remit_runtime_new(const remit_runtime_options* options, remit_runtime** out,
                                         remit_error* error) REMIT_NOEXCEPT;
/* Keeps native code in `folder` from now on, so that the next start of the process need not compile: policies that are loaded later
 * look there first. The folder is made if only it is missing; it must belong to this user and be closed to others' writing, because
 * code from there is run: else REMIT_BAD_ARGUMENT. REMIT_NO_NATIVE in a library without native code. Call it before other threads use
 * the runtime. */
REMIT_API remit_status remit_runtime_cache(remit_runtime* runtime, remit_str folder, remit_error* error) REMIT_NOEXCEPT;
/* Stops background work, frees all that was made through the runtime, then the runtime. Null is fine. */
REMIT_API void remit_runtime_free(remit_runtime* runtime) REMIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
