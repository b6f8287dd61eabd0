#include "addon.h"

/* What is closed, or was borrowed, has nothing to free. */
static remit_status release(remit_runtime* runtime, const handle* of) {
    switch (of->kind) {
        case POLICY: return remit_policy_free(runtime, policy_of(of));
        case SESSION: return remit_session_free(runtime, (remit_session){of->id});
        case CALL: return remit_call_free(runtime, (remit_call){of->id});
        case BORROWED_POLICY: break;
    }
    return REMIT_OK;
}

static void finalize(napi_env env, void* data, void* hint) {
    handle* const of = data;
    (void)release(hint, of);
    if (of->buffer != NULL) napi_delete_reference(env, of->buffer);
    free(of);
    runtime_release();
}

napi_value handle_new(napi_env env, handle_kind kind, uint64_t id) {
    napi_value out;
    handle* const of = calloc(1, sizeof *of);
    remit_runtime* const runtime = runtime_hold();
    const handle key = {.kind = kind, .id = id};
    if (of != NULL) *of = key;
    if (of == NULL || runtime == NULL || napi_create_external(env, of, finalize, runtime, &out) != napi_ok) {
        (void)release(addon_of(env)->runtime, &key);
        free(of);
        if (runtime != NULL) runtime_release();
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        return NULL;
    }
    return out;
}

handle* handle_of(napi_env env, napi_value value) {
    void* data = NULL;
    napi_get_value_external(env, value, &data);
    return data;
}

/* close(handle): a second time throws REMIT_BAD_HANDLE. */
static napi_value close_handle(napi_env env, napi_callback_info info) {
    napi_value argument;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    handle* const of = handle_of(env, argument);
    const remit_status status = of->id == 0 ? REMIT_BAD_HANDLE : release(addon_of(env)->runtime, of);
    of->id = 0;
    if (status != REMIT_OK) throw_status(env, status, "it was closed before");
    return NULL;
}

/* attach(id): a policy of another thread, by its number; it is not freed from here. */
static napi_value attach(napi_env env, napi_callback_info info) {
    napi_value argument;
    uint64_t id = 0;
    bool lossless = false;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    if (napi_get_value_bigint_uint64(env, argument, &id, &lossless) != napi_ok || !lossless) id = 0;
    remit_policy_status status = REMIT_INIT(remit_policy_status);
    remit_error error = REMIT_INIT(remit_error);
    if (throw_if(env, remit_policy_inspect(addon_of(env)->runtime, (remit_policy){id}, &status, &error), &error))
        return NULL;
    return handle_new(env, BORROWED_POLICY, id);
}

const function kHandleFunctions[2] = {{"close", close_handle}, {"attach", attach}};
