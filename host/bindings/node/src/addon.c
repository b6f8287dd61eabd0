#include "addon.h"

#include <pthread.h>

static pthread_mutex_t runtime_mutex = PTHREAD_MUTEX_INITIALIZER;
static remit_runtime* the_runtime;
static size_t runtime_holders;

remit_runtime* runtime_hold(void) {
    pthread_mutex_lock(&runtime_mutex);
    if (runtime_holders == 0 && remit_runtime_new(NULL, &the_runtime, NULL) != REMIT_OK) the_runtime = NULL;
    remit_runtime* const out = the_runtime;
    if (out != NULL) ++runtime_holders;
    pthread_mutex_unlock(&runtime_mutex);
    return out;
}

void runtime_release(void) {
    pthread_mutex_lock(&runtime_mutex);
    if (--runtime_holders == 0) {
        remit_runtime_free(the_runtime);
        the_runtime = NULL;
    }
    pthread_mutex_unlock(&runtime_mutex);
}

addon* addon_of(napi_env env) {
    void* data = NULL;
    napi_get_instance_data(env, &data);
    return data;
}

static void addon_free(napi_env env, void* data, void* hint) {
    (void)hint;
    addon* const of = data;
    if (of->error_class != NULL) napi_delete_reference(env, of->error_class);
    free(of);
    runtime_release();
}

/* init(RemitError): the class of what is thrown. */
static napi_value init(napi_env env, napi_callback_info info) {
    napi_value argument;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    napi_create_reference(env, argument, 1, &addon_of(env)->error_class);
    return NULL;
}

static napi_value version(napi_env env, napi_callback_info info) {
    (void)info;
    return string_of(env, remit_version(), strlen(remit_version()));
}

static napi_value has_native(napi_env env, napi_callback_info info) {
    (void)info;
    napi_value out;
    napi_get_boolean(env, remit_has_native() == 1, &out);
    return out;
}

static const function kFunctions[] = {{"init", init}, {"version", version}, {"hasNative", has_native}};

static void put_all(napi_env env, napi_value exports, const function* functions, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        napi_value value;
        if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].body, NULL, &value) == napi_ok)
            put(env, exports, functions[i].name, value);
    }
}

NAPI_MODULE_INIT() {
    addon* const of = calloc(1, sizeof *of);
    if (of != NULL) of->runtime = runtime_hold();
    if (of == NULL || of->runtime == NULL || napi_set_instance_data(env, of, addon_free, NULL) != napi_ok) {
        if (of != NULL && of->runtime != NULL) runtime_release();
        free(of);
        napi_throw_error(env, "REMIT_NO_MEMORY", "no memory");
        return NULL;
    }
    put_all(env, exports, kFunctions, COUNT_OF(kFunctions));
    put_all(env, exports, kHandleFunctions, COUNT_OF(kHandleFunctions));
    put_all(env, exports, kPolicyFunctions, COUNT_OF(kPolicyFunctions));
    put_all(env, exports, kNameFunctions, COUNT_OF(kNameFunctions));
    put_all(env, exports, kRequestFunctions, COUNT_OF(kRequestFunctions));
    put_all(env, exports, kCallFunctions, COUNT_OF(kCallFunctions));
    return exports;
}
