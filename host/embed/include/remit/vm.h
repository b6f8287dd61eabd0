/* remit/vm.h - decide with a compiled policy.
 *
 * A `remit_policy` is a policy that runs: loaded from an image (or compiled, remit/compile.h), decided with from any
 * number of threads, and reloaded in place while they do. There are two ways to decide, with one meaning:
 *
 *   - remit_decide takes a request as JSON and gives the whole decision as JSON: the rules that spoke, obligations,
 *     leases, what goes on the record. Some microseconds, most of them for reading. Signatures go this way.
 *   - remit_session_bind and remit_judge: names are looked up once, a session is bound once, and a decision is plain
 *     numbers in a struct. Nanoseconds; no lock, no allocation. The verdict is the same; for the whole decision of the
 *     same request there is remit_explain.
 *
 * What a request and a decision contain is said in docs/cli.md ("Request", "Decision") and docs/semantics.md; the typed
 * structs below use the same words. Runtime, threads, errors and text: remit/base.h.
 *
 * Reloading. remit_policy_reload swaps the new version in for all threads at once: no decision waits, fails or is made
 * half by one version and half by the other, and each carries the hash of the version that made it. Sessions stay valid
 * and are bound to the new version at their next use, from the names that they were given. Tools, parameters and
 * symbols are numbers of one version: with those of an older one remit_judge gives REMIT_STALE, and the host looks the
 * names up again. An old version is freed as soon as no decision uses it and every remit_call has moved on, which it
 * does at its next use.
 */
#ifndef REMIT_VM_H
#define REMIT_VM_H

#include "remit/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- policies -------------------------------------------------------------------------------------------------- */

typedef struct remit_policy {
    uint64_t id;
} remit_policy;

typedef uint32_t remit_engine;
enum {
    REMIT_ENGINE_AUTO = 0, /* the interpreter at once, native code as soon as it is compiled in the background */
    REMIT_ENGINE_INTERPRETER = 1,
    REMIT_ENGINE_NATIVE = 2 /* compile before the load returns; REMIT_NO_NATIVE if that cannot be */
};

typedef struct remit_policy_options {
    uint32_t size;
    remit_engine engine; /* also of later reloads; AUTO without native code is the interpreter */
} remit_policy_options;

/* Loads an image: verifies it, makes its index and its engine. `image` is at most 256 MiB. `options` may be null. */
REMIT_API remit_status remit_policy_load(remit_runtime* runtime, remit_str image, const remit_policy_options* options,
                                         remit_policy* out, remit_error* error) REMIT_NOEXCEPT;

/* Replaces what `policy` runs by another image. On failure it goes on as it was. Reloads of one policy happen one after
 * another. */
REMIT_API remit_status remit_policy_reload(remit_runtime* runtime, remit_policy policy, remit_str image,
                                           remit_error* error) REMIT_NOEXCEPT;

/* Its sessions and calls stay to be freed, but nothing can be decided with them any more. Waits for native code that is
 * just being made. */
REMIT_API remit_status remit_policy_free(remit_runtime* runtime, remit_policy policy) REMIT_NOEXCEPT;

typedef struct remit_policy_status {
    uint32_t size;
    uint32_t version;    /* 1, and one more with each reload */
    remit_engine engine; /* that decides now: INTERPRETER or NATIVE */
    uint32_t native;     /* REMIT_NATIVE_... */
    uint8_t hash[32];    /* of the version that decides now */
} remit_policy_status;
enum {
    REMIT_NATIVE_OFF = 0,     /* not asked for, or not built in */
    REMIT_NATIVE_PENDING = 1, /* being compiled */
    REMIT_NATIVE_READY = 2,
    REMIT_NATIVE_FAILED = 3 /* the interpreter goes on; remit_policy_await says why */
};
REMIT_API remit_status remit_policy_inspect(remit_runtime* runtime, remit_policy policy, remit_policy_status* out,
                                            remit_error* error) REMIT_NOEXCEPT;

/* Waits until native code of the current version is there: REMIT_OK, or REMIT_NO_NATIVE, or REMIT_NOT_READY after
 * `milliseconds`. For benchmarks and tests; a host need not wait. */
REMIT_API remit_status remit_policy_await(remit_runtime* runtime, remit_policy policy, uint32_t milliseconds,
                                          remit_error* error) REMIT_NOEXCEPT;

/* What the policy declares, as JSON:
 * {"name","hash","layers","roles","tiers","classes","trust","lanes","tools":[{"name","write",
 * "destructive","idempotent","open","trust","gives","parameters":[{"name","type","optional",...}]}],"states":[...]}.
 * For bindings and generators. */
REMIT_API remit_status remit_policy_describe(remit_runtime* runtime, remit_policy policy, remit_text* json,
                                             remit_error* error) REMIT_NOEXCEPT;

/* ---- decisions as JSON ----------------------------------------------------------------------------------------- */

enum {
    REMIT_EXPLAIN = 1 /* with the terms of the risk sum */
};

/* Decides one request, a JSON text of at most 4 MiB. Whatever is wrong with the request itself is a denial that says
 * so, and REMIT_OK. `flags`: REMIT_EXPLAIN or 0. */
REMIT_API remit_status remit_decide(remit_runtime* runtime, remit_policy policy, remit_str request, uint32_t flags,
                                    remit_text* decision, remit_error* error) REMIT_NOEXCEPT;

/* Decides many: `count` requests, and into `decisions` as many lines of JSON, in the same order, each ended by a
 * newline. All by the same version of the policy. */
REMIT_API remit_status remit_decide_all(remit_runtime* runtime, remit_policy policy, const remit_str* requests,
                                        size_t count, uint32_t flags, remit_text* decisions,
                                        remit_error* error) REMIT_NOEXCEPT;

/* ---- names ----------------------------------------------------------------------------------------------------- */

/* A tool of one version of one policy: zero is none. Parameters, symbols and states are numbers of the same version. */
typedef struct remit_tool {
    uint64_t id;
} remit_tool;

/* A tier, class, trust level, or a symbol of an enum: from remit_symbol_find. 0 is none. */
typedef uint32_t remit_symbol;

typedef uint32_t remit_value_kind;
enum {
    REMIT_VALUE_INTEGER = 1, /* `number`: bool (0, 1), int, decimal (times 10 to its scale), duration, timestamp (ns) */
    REMIT_VALUE_TEXT = 2,    /* `text`: string, path, host, url, email, ip, cidr as they are written */
    REMIT_VALUE_SYMBOL = 3,  /* `number`: a remit_symbol of the parameter's enum */
    REMIT_VALUE_JSON = 4,    /* `text`: JSON, for lists, sets, records, and anything else */
    REMIT_VALUE_NULL = 5     /* a null */
};

typedef struct remit_parameter {
    uint32_t size;
    uint32_t index;        /* for remit_argument */
    remit_value_kind kind; /* how its values are given */
    uint32_t scale;        /* of a decimal: 2 means that 300.00 is given as 30000 */
    uint32_t vocabulary;   /* of a symbol: for remit_symbol_find */
    uint32_t optional;     /* 1: may be left out */
} remit_parameter;

enum {
    REMIT_VOCABULARY_TIERS = 0,
    REMIT_VOCABULARY_CLASSES = 1,
    REMIT_VOCABULARY_TRUST = 2,
    REMIT_VOCABULARY_LANES = 3
};

REMIT_API remit_status remit_tool_find(remit_runtime* runtime, remit_policy policy, remit_str name, remit_tool* out,
                                       remit_error* error) REMIT_NOEXCEPT;
REMIT_API remit_status remit_parameter_find(remit_runtime* runtime, remit_policy policy, remit_tool tool,
                                            remit_str name, remit_parameter* out, remit_error* error) REMIT_NOEXCEPT;
REMIT_API remit_status remit_symbol_find(remit_runtime* runtime, remit_policy policy, uint32_t vocabulary,
                                         remit_str name, remit_symbol* out, remit_error* error) REMIT_NOEXCEPT;

/* A mark or a count, of the policy or of one that it stands under. */
typedef struct remit_state {
    uint32_t size;
    uint32_t index; /* for remit_state_value */
    uint32_t kind;  /* REMIT_STATE_... */
    uint32_t scale; /* of a count of decimals */
} remit_state;
enum { REMIT_STATE_MARK = 1, REMIT_STATE_COUNT = 2, REMIT_STATE_DISTINCT = 3 };
REMIT_API remit_status remit_state_find(remit_runtime* runtime, remit_policy policy, remit_str name, remit_state* out,
                                        remit_error* error) REMIT_NOEXCEPT;

/* ---- sessions -------------------------------------------------------------------------------------------------- */

/* An agent's session, bound to a policy: what it settles has been worked out. Any number of threads may decide with
 * one. */
typedef struct remit_session {
    uint64_t id;
} remit_session;

/* As in a request's "session". A session that lacks something is bound, and its calls are denied as docs/semantics.md
 * says. */
typedef struct remit_session_fields {
    uint32_t size;
    uint32_t revoked; /* 0 or 1 */
    remit_str id, tier, tenant, owner, retention, principal;
    const remit_str* roles; /* names that the policy does not know are ignored */
    size_t role_count;
    const remit_str* scope; /* globs over tools */
    size_t scope_count;
    int64_t expires; /* 0: not given */
} remit_session_fields;

REMIT_API remit_status remit_session_bind(remit_runtime* runtime, remit_policy policy,
                                          const remit_session_fields* fields, remit_session* out,
                                          remit_error* error) REMIT_NOEXCEPT;
REMIT_API remit_status remit_session_free(remit_runtime* runtime, remit_session session) REMIT_NOEXCEPT;

/* ---- typed calls ----------------------------------------------------------------------------------------------- */

/* Memory to decide in: one for each thread and policy. It remembers nothing from one decision to the next. */
typedef struct remit_call {
    uint64_t id;
} remit_call;

REMIT_API remit_status remit_call_open(remit_runtime* runtime, remit_policy policy, remit_call* out,
                                       remit_error* error) REMIT_NOEXCEPT;
REMIT_API remit_status remit_call_free(remit_runtime* runtime, remit_call call) REMIT_NOEXCEPT;

/* Who supplied a value: the user, the agent itself, or a tool's result. */
typedef uint32_t remit_origin;
#define REMIT_ORIGIN_USER ((remit_origin)0xfffffffeu)
#define REMIT_ORIGIN_AGENT ((remit_origin)0xfffffffdu)
#define REMIT_ORIGIN_TOOL(tool) ((remit_origin)((tool).id & 0xfffffu))

/* One argument. Its layout changes only with remit_request's size. */
typedef struct remit_argument {
    uint32_t parameter; /* remit_parameter.index */
    remit_value_kind kind;
    int64_t number;
    remit_str text;
    const remit_origin* origins; /* its label: where it came from */
    uint32_t origin_count;       /* 0 and no data_class: it has no label, and is trusted as little as can be */
    remit_symbol data_class;     /* its label: 0 is none */
} remit_argument;

typedef struct remit_state_value {
    uint32_t index;   /* of a remit_state */
    uint32_t kind;    /* of the same */
    int64_t number;   /* a mark: 0 or 1; a count: where it stands, times 10 to its scale */
    remit_str values; /* a distinct count: the values so far, a JSON array */
} remit_state_value;

typedef struct remit_fact {
    remit_str fact, key, value; /* a name, a JSON array, a JSON object */
    int64_t as_of;
} remit_fact;

typedef struct remit_request {
    uint32_t size;
    uint32_t argument_count;
    remit_session session;
    remit_tool tool;
    int64_t time;                    /* now, as the host sees it */
    const remit_argument* arguments; /* those left out are absent; of two for one parameter the later counts */
    const remit_state_value* states; /* what the session has done: all that is declared, or the call is denied */
    const remit_fact* facts;
    uint32_t state_count, fact_count;
    remit_symbol data;                  /* class of the call's data; 0: not given */
    remit_symbol high_water, low_water; /* highest class and lowest trust that the session has read; 0: the strictest */
    uint32_t isolation;                 /* 1 + the best REMIT_ISOLATION_... that the host has; 0: not said */
    remit_str id, parent;               /* of the call and of the call that made it */
} remit_request;

typedef uint32_t remit_verdict;
enum { REMIT_ALLOW = 0, REMIT_ASK = 1, REMIT_DENY = 2 };
enum {
    REMIT_ISOLATION_NONE = 0,
    REMIT_ISOLATION_PROCESS = 1,
    REMIT_ISOLATION_SANDBOX = 2,
    REMIT_ISOLATION_MICROVM = 3
};

/* What was decided. */
typedef struct remit_ruling {
    uint32_t size;
    remit_verdict verdict;
    int64_t risk;
    uint32_t lane;        /* rank in REMIT_VOCABULARY_LANES, 0 the lowest */
    uint32_t isolation;   /* REMIT_ISOLATION_... that the call must run in */
    uint32_t obligations; /* how many effects are REMIT_EFFECT_ASK */
    uint32_t effects;     /* what the rules that spoke give: see remit_next_effect */
    remit_engine engine;  /* that decided */
    uint32_t denial;      /* 0, or the built-in denial: remit_denial_name */
    uint8_t policy[32];   /* hash of the version that decided */
} remit_ruling;

/* Decides. `call` is this thread's memory; session and tool are of the policy that `call` was opened for, else
 * REMIT_WRONG_POLICY. On failure `out` says REMIT_DENY, and nothing else in it is changed: a host that ignores the
 * status denies. */
REMIT_API remit_status remit_judge(remit_runtime* runtime, remit_call call, const remit_request* request,
                                   remit_ruling* out, remit_error* error) REMIT_NOEXCEPT;

/* What a rule gives, standing for all rules that give the same. Texts are the policy's, and valid until the next use of
 * the call. */
typedef struct remit_effect {
    uint32_t size;
    uint32_t kind;  /* REMIT_EFFECT_... */
    uint32_t layer; /* 0: of the policy itself, 1: of the one that it stands under, ... */
    uint32_t word_count;
    int64_t number; /* ASK: quorum; LIMIT, QUOTA: most; ISOLATE: level; COUNT: what this call adds; RETAIN: at least */
    int64_t span;   /* ASK: within; QUOTA: over; RETAIN: at most. Times are ns; -1: not said */
    /* ASK, NEVER: who signs (a role, or `owner`); LIMIT, QUOTA: `session` or `tenant`; REDACT: a path; REACH, MARK,
     * COUNT: its name. */
    remit_str name;
    remit_str because, at;
    const remit_str* words; /* ASK: evidence to show; RECORD: what to keep; ISOLATE: by what */
    uint8_t rule[32];
} remit_effect;
enum {
    REMIT_EFFECT_NONE = 0, /* there are no more */
    REMIT_EFFECT_ASK = 1,
    REMIT_EFFECT_LIMIT = 2,
    REMIT_EFFECT_QUOTA = 3,
    REMIT_EFFECT_ISOLATE = 4,
    REMIT_EFFECT_REACH = 5,
    REMIT_EFFECT_RECORD = 6,
    REMIT_EFFECT_REDACT = 7,
    REMIT_EFFECT_RETAIN = 8,
    REMIT_EFFECT_MARK = 9,
    REMIT_EFFECT_COUNT = 10,
    REMIT_EFFECT_NEVER = 11 /* denies, unless signed */
};
/* The next effect of the latest remit_judge with this call; REMIT_EFFECT_NONE after the last. Nothing after a failure
 * or a reload. */
REMIT_API remit_status remit_next_effect(remit_runtime* runtime, remit_call call, remit_effect* out,
                                         remit_error* error) REMIT_NOEXCEPT;

/* The whole decision of the same request, as remit_decide gives it. */
REMIT_API remit_status remit_explain(remit_runtime* runtime, remit_call call, const remit_request* request,
                                     uint32_t flags, remit_text* decision, remit_error* error) REMIT_NOEXCEPT;

/* "session-expired", "no-allow", ...: see docs/semantics.md. Null for a number that is none. Static. */
REMIT_API const char* remit_denial_name(uint32_t denial) REMIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
