/* remit/compile.h - from the text of a policy to a policy that decides, or to an image of it.
 *
 * These functions are in libremit. A host that only decides links libremit_vm, which has remit/vm.h alone and no
 * compiler: it loads images that `remit build`, or remit_compile on another machine, has made. Runtime, threads, errors
 * and text are as remit/base.h says.
 */
#ifndef REMIT_COMPILE_H
#define REMIT_COMPILE_H

#include "remit/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a file for the compiler: puts the text of `path` into `text` with remit_text_set and returns REMIT_OK. For any
 * other status the compiler reports that the file cannot be read, and goes on; text in `text` then says why. `path` is
 * as the policy has it, seen from the file that names it, `.` and `..` resolved. It is for the host to say which paths
 * a policy may name. Called in the thread that compiles, before remit_compile returns; it may call functions of the
 * library. */
typedef remit_status (*remit_read_file)(void* user, remit_str path, remit_text* text);

typedef struct remit_source {
    uint32_t size;
    uint32_t reserved; /* 0 */
    remit_str path;    /* of the main file: for messages, and where `use "x"` is looked for. Empty: "policy.remit" */
    remit_str text;    /* of the main file; at most 64 MiB. With null `data` it is read through `read_file` */
    /* For `use "file"` and `under ... from "file"`; null: no file can be read. Modules (`use std.mcp`) are in the
     * library. */
    remit_read_file read_file;
    void* user; /* handed to `read_file` */
} remit_source;

/* Where results go. Each may be null, if it is not wanted. */
typedef struct remit_compiled {
    uint32_t size;
    uint32_t errors;   /* out: how many diagnostics are errors */
    uint32_t warnings; /* out */
    uint32_t reserved; /* 0 */
    /* out: bytes for remit_policy_load, on this machine or another; unchanged if there were errors. */
    remit_text* image;
    /* out: what the compiler has to say, also when it succeeds: a JSON array of
     * {"code","name","severity","file","line","column", "end_line","end_column","message","help","notes"}. */
    remit_text* diagnostics;
    /* out: the same for people, with the lines of the policy in question. */
    remit_text* report;
} remit_compiled;

/* Compiles. REMIT_BAD_POLICY: the text has errors, and the diagnostics say which. `compiled` must be there; results are
 * also written where the status is REMIT_BAD_POLICY. */
REMIT_API remit_status remit_compile(remit_runtime* runtime, const remit_source* source, remit_compiled* compiled,
                                     remit_error* error) REMIT_NOEXCEPT;

/* Compiles and loads in one go, without an image: remit_compile and remit_policy_load. `compiled` may be null. */
REMIT_API remit_status remit_policy_compile(remit_runtime* runtime, const remit_source* source,
                                            const remit_policy_options* options, remit_compiled* compiled,
                                            remit_policy* out, remit_error* error) REMIT_NOEXCEPT;

/* Compiles, and replaces what `policy` runs: remit_compile and remit_policy_reload. If the text has errors the policy
 * goes on as it was. `compiled` may be null. */
REMIT_API remit_status remit_policy_recompile(remit_runtime* runtime, remit_policy policy, const remit_source* source,
                                              remit_compiled* compiled, remit_error* error) REMIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
