/* What the files of the addon share. The functions that JavaScript sees are those of lib/native.js, and only lib/ calls them: arguments are
 * of the right kinds, because private fields of its classes hold them.
 *
 * There is one remit_runtime in a process, so that worker threads can decide with one policy. It lives as long as any environment or
 * any handle of one. */
#ifndef REMIT_ADDON_H
#define REMIT_ADDON_H

#include <node_api.h>
#include <remit/compile.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Of an environment: napi instance data. */
typedef struct addon {
    remit_runtime* runtime;
    napi_ref error_class; /* RemitError, set by `init` */
} addon;

addon* addon_of(napi_env env);
remit_runtime* runtime_hold(void); /* null: no memory */
void runtime_release(void);

/* ---- values.c: between JavaScript and C. Those that return false have thrown. ---- */
bool arguments_of(napi_env env, napi_callback_info info, size_t count, napi_value* out);
void throw_status(napi_env env, remit_status status, const char* message);
bool throw_if(napi_env env, remit_status status, const remit_error* error); /* true: has thrown */

/* Text of a string or of a Uint8Array, to be freed with free(memory). */
typedef struct text {
    remit_str str;
    void* memory;
} text;
bool text_of(napi_env env, napi_value value, text* out);
bool text_of_property(napi_env env, napi_value object, const char* name, text* out); /* absent: empty */
bool is_undefined(napi_env env, napi_value value);
uint32_t uint32_of(napi_env env, napi_value value);
napi_value string_of(napi_env env, const char* data, size_t size);
napi_value number_of(napi_env env, double number);
void put(napi_env env, napi_value object, const char* name, napi_value value);
napi_value undefined_of(napi_env env);

/* ---- handles.c: policies, sessions and calls as externals ---- */
typedef enum handle_kind { POLICY, SESSION, CALL, BORROWED_POLICY } handle_kind;
typedef struct handle {
    handle_kind kind;
    uint64_t id;
    /* of a call */
    remit_ruling* ruling; /* in an ArrayBuffer of JavaScript's */
    napi_ref buffer;
} handle;
napi_value handle_new(napi_env env, handle_kind kind, uint64_t id); /* null: has thrown, and the id is freed */
handle* handle_of(napi_env env, napi_value value);
static inline remit_policy policy_of(const handle* of) { return (remit_policy){of->id}; }

/* ---- request.c ---- */
/* Null: has thrown. Valid until the request changes. */
const remit_request* request_of(napi_env env, napi_value value);

/* ---- tables of functions ---- */
typedef struct function {
    const char* name;
    napi_callback body;
} function;
extern const function kHandleFunctions[2], kPolicyFunctions[9], kNameFunctions[5], kRequestFunctions[8],
    kCallFunctions[5];

#endif
