/* remit/evidence.h - put decisions, and what became of them, on record.
 *
 * A `remit_evidence` is an evidence log that is open for writing: a folder, one writer at a time. A gateway talks to it
 * in lines of JSON, described in docs/evidence.md: a request is decided, recorded and answered; an allowed call is an
 * intent, and its answer has a permit; {"redeem":TOKEN} right before the effect says once that it may happen;
 * {"outcome":{...}} says what became of it. What an answer says is durable when the function returns. If nothing can be
 * recorded, the answer is a denial.
 *
 * Threads. Every function may be called from every thread at any time. Many threads at once are quick: what they record
 * reaches the disk together. An open log has three threads of its own (commit, sign, publish), and writes to its folder
 * and nowhere else. Runtime, errors and text: remit/base.h.
 */
#ifndef REMIT_EVIDENCE_H
#define REMIT_EVIDENCE_H

#include "remit/vm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct remit_evidence {
    uint64_t id;
} remit_evidence;

typedef struct remit_evidence_options {
    uint32_t size;
    uint32_t flags;   /* REMIT_EVIDENCE_... */
    remit_str folder; /* made if it is not there */
    remit_str origin; /* name of the log if it is made, and which it must have if it is there; empty: any */
} remit_evidence_options;
enum {
    REMIT_EVIDENCE_DECISIONS = 1 /* nothing is released: no intents, no permits */
};

/* Opens the log, or makes it. REMIT_NOT_READY with the reason if it cannot be had: another process writes to it, it was rolled
 * back, the disk refuses. Opening takes one segment's reading, whatever the log's size. */
REMIT_API remit_status remit_evidence_open(remit_runtime* runtime, const remit_evidence_options* options,
                                           remit_evidence* out, remit_error* error) REMIT_NOEXCEPT;

/* Keeps the image of the version that `policy` runs, and records that it is in force: what cannot be decided again is no
 * evidence. Needed once for each version, so after each reload again; before, every call is denied. REMIT_WRONG_POLICY if
 * `image` is another version's. */
REMIT_API remit_status remit_evidence_use(remit_runtime* runtime, remit_evidence evidence, remit_policy policy,
                                          remit_str image, remit_error* error) REMIT_NOEXCEPT;

/* Takes one line and gives its answer, one line without a newline. Whatever is wrong with the line itself is an answer
 * that says so, and REMIT_OK. */
REMIT_API remit_status remit_evidence_line(remit_runtime* runtime, remit_evidence evidence, remit_policy policy,
                                           remit_str line, remit_text* answer, remit_error* error) REMIT_NOEXCEPT;

/* How it stands, as JSON: {"mode":"normal"|"reserve"|"broken","trouble":"...","records":N,"head":"signed checkpoint"}.
 * In reserve, what changes state is denied; broken, everything. */
REMIT_API remit_status remit_evidence_status(remit_runtime* runtime, remit_evidence evidence, remit_text* json,
                                             remit_error* error) REMIT_NOEXCEPT;

/* Ends the sessions and the log in order. Lines that other threads have under way are answered first; later ones get
 * REMIT_BAD_HANDLE. A log that was not closed is whole too; the next opening says that it was not. */
REMIT_API remit_status remit_evidence_close(remit_runtime* runtime, remit_evidence evidence,
                                            remit_error* error) REMIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
