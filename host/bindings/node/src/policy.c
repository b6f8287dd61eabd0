#include "addon.h"

/* ---- the compiler ---- */

typedef struct reader {
    napi_env env;
    napi_value read; /* path => {text} or {why}; does not throw */
} reader;

static remit_status read_file(void* user, remit_str path, remit_text* out) {
    const reader* const from = user;
    napi_handle_scope scope;
    napi_value self, argument, result, value;
    text bytes = {{"", 0}, NULL};
    remit_status status = REMIT_CALLBACK;
    if (napi_open_handle_scope(from->env, &scope) != napi_ok) return REMIT_CALLBACK;
    napi_get_undefined(from->env, &self);
    argument = string_of(from->env, path.data, path.size);
    if (napi_call_function(from->env, self, from->read, 1, &argument, &result) == napi_ok &&
        napi_get_named_property(from->env, result, "text", &value) == napi_ok) {
        const bool is_text = !is_undefined(from->env, value);
        if ((is_text && text_of(from->env, value, &bytes)) ||
            (!is_text && text_of_property(from->env, result, "why", &bytes))) {
            const remit_status set = remit_text_set(out, bytes.str);
            if (is_text) status = set;
        }
    }
    free(bytes.memory);
    napi_close_handle_scope(from->env, scope);
    return status;
}

/* What compile(source), compileImage(source) and recompile(source, policy) have in common; `source` is {path, text, read, engine}. */
typedef enum job { COMPILE, COMPILE_IMAGE, RECOMPILE } job;

static napi_value run(napi_env env, napi_callback_info info, job what) {
    napi_value arguments[2], engine, out = NULL;
    if (!arguments_of(env, info, 2, arguments)) return NULL;
    remit_runtime* const runtime = addon_of(env)->runtime;
    remit_text image = REMIT_TEXT_INIT, diagnostics = REMIT_TEXT_INIT, report = REMIT_TEXT_INIT;
    remit_source source = REMIT_INIT(remit_source);
    remit_compiled compiled = REMIT_INIT(remit_compiled);
    remit_policy_options options = REMIT_INIT(remit_policy_options);
    remit_error error = REMIT_INIT(remit_error);
    remit_policy policy = {0};
    reader from = {env, NULL};
    napi_value given;
    text path = {{"", 0}, NULL}, bytes = path;
    if (!text_of_property(env, arguments[0], "path", &path) || !text_of_property(env, arguments[0], "text", &bytes))
        goto done;
    napi_get_named_property(env, arguments[0], "text", &given);
    napi_get_named_property(env, arguments[0], "read", &from.read);
    napi_get_named_property(env, arguments[0], "engine", &engine);
    options.engine = uint32_of(env, engine);
    source.path = path.str;
    if (!is_undefined(env, given)) source.text = bytes.str;
    if (!is_undefined(env, from.read)) source.read_file = read_file;
    source.user = &from;
    if (what == COMPILE_IMAGE) compiled.image = &image;
    compiled.diagnostics = &diagnostics;
    compiled.report = &report;

    remit_status status = REMIT_OK;
    switch (what) {
        case COMPILE: status = remit_policy_compile(runtime, &source, &options, &compiled, &policy, &error); break;
        case COMPILE_IMAGE: status = remit_compile(runtime, &source, &compiled, &error); break;
        case RECOMPILE:
            status = remit_policy_recompile(runtime, policy_of(handle_of(env, arguments[1])), &source, &compiled,
                                            &error);
            break;
    }
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    if (pending) {
        if (policy.id != 0) (void)remit_policy_free(runtime, policy);
        goto done;
    }
    if (status != REMIT_OK && status != REMIT_BAD_POLICY) {
        throw_status(env, status, error.message);
        goto done;
    }
    napi_value handle = undefined_of(env);
    if (policy.id != 0 && (handle = handle_new(env, POLICY, policy.id)) == NULL) goto done;
    napi_create_object(env, &out);
    put(env, out, "diagnostics", string_of(env, diagnostics.data, diagnostics.size));
    put(env, out, "policy", handle);
    if (status == REMIT_BAD_POLICY) {
        put(env, out, "message", string_of(env, error.message, strlen(error.message)));
        put(env, out, "report", string_of(env, report.data, report.size));
    } else if (what == COMPILE_IMAGE) {
        napi_value buffer;
        void* data;
        if (napi_create_buffer_copy(env, image.size, image.data, &data, &buffer) == napi_ok)
            put(env, out, "image", buffer);
    }
done:
    free(path.memory);
    free(bytes.memory);
    remit_text_free(&image);
    remit_text_free(&diagnostics);
    remit_text_free(&report);
    return out;
}

static napi_value compile(napi_env env, napi_callback_info info) { return run(env, info, COMPILE); }
static napi_value compile_image(napi_env env, napi_callback_info info) { return run(env, info, COMPILE_IMAGE); }
static napi_value recompile(napi_env env, napi_callback_info info) { return run(env, info, RECOMPILE); }

/* ---- images ---- */

/* load(image, engine) */
static napi_value load(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    text image;
    if (!arguments_of(env, info, 2, arguments) || !text_of(env, arguments[0], &image)) return NULL;
    remit_policy_options options = REMIT_INIT(remit_policy_options);
    remit_error error = REMIT_INIT(remit_error);
    options.engine = uint32_of(env, arguments[1]);
    remit_policy policy;
    const remit_status status = remit_policy_load(addon_of(env)->runtime, image.str, &options, &policy, &error);
    free(image.memory);
    return throw_if(env, status, &error) ? NULL : handle_new(env, POLICY, policy.id);
}

/* reload(policy, image) */
static napi_value reload(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    text image;
    if (!arguments_of(env, info, 2, arguments) || !text_of(env, arguments[1], &image)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    const remit_policy policy = policy_of(handle_of(env, arguments[0]));
    const remit_status status = remit_policy_reload(addon_of(env)->runtime, policy, image.str, &error);
    free(image.memory);
    (void)throw_if(env, status, &error);
    return NULL;
}

/* inspect(policy): {id, version, engine, native, hash} */
static napi_value inspect(napi_env env, napi_callback_info info) {
    napi_value argument, out, id, hash;
    void* data;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    remit_policy_status status = REMIT_INIT(remit_policy_status);
    remit_error error = REMIT_INIT(remit_error);
    const remit_policy policy = policy_of(handle_of(env, argument));
    if (throw_if(env, remit_policy_inspect(addon_of(env)->runtime, policy, &status, &error), &error)) return NULL;
    napi_create_object(env, &out);
    napi_create_bigint_uint64(env, policy.id, &id);
    put(env, out, "id", id);
    put(env, out, "version", number_of(env, status.version));
    put(env, out, "engine", number_of(env, status.engine));
    put(env, out, "native", number_of(env, status.native));
    if (napi_create_buffer_copy(env, sizeof status.hash, status.hash, &data, &hash) == napi_ok)
        put(env, out, "hash", hash);
    return out;
}

/* ---- decisions as JSON ---- */

static napi_value text_out(napi_env env, remit_status status, const remit_error* error, remit_text* from) {
    napi_value out = throw_if(env, status, error) ? NULL : string_of(env, from->data, from->size);
    remit_text_free(from);
    return out;
}

/* describe(policy) */
static napi_value describe(napi_env env, napi_callback_info info) {
    napi_value argument;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_text out = REMIT_TEXT_INIT;
    const remit_status status = remit_policy_describe(addon_of(env)->runtime, policy_of(handle_of(env, argument)), &out,
                                                      &error);
    return text_out(env, status, &error, &out);
}

/* decide(policy, request, flags) */
static napi_value decide(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    text request;
    if (!arguments_of(env, info, 3, arguments) || !text_of(env, arguments[1], &request)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_text out = REMIT_TEXT_INIT;
    const remit_policy policy = policy_of(handle_of(env, arguments[0]));
    const remit_status status = remit_decide(addon_of(env)->runtime, policy, request.str, uint32_of(env, arguments[2]),
                                             &out, &error);
    free(request.memory);
    return text_out(env, status, &error, &out);
}

/* decideAll(policy, requests, flags): lines. */
static napi_value decide_all(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    uint32_t count = 0, made = 0;
    if (!arguments_of(env, info, 3, arguments) || napi_get_array_length(env, arguments[1], &count) != napi_ok)
        return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_text out = REMIT_TEXT_INIT;
    text* const texts = calloc(count + 1, sizeof *texts);
    remit_str* const requests = calloc(count + 1, sizeof *requests);
    napi_value result = NULL;
    if (texts == NULL || requests == NULL) throw_status(env, REMIT_NO_MEMORY, "no memory");
    for (; texts != NULL && requests != NULL && made < count; ++made) {
        napi_value element;
        if (napi_get_element(env, arguments[1], made, &element) != napi_ok || !text_of(env, element, &texts[made]))
            break;
        requests[made] = texts[made].str;
    }
    if (texts != NULL && requests != NULL && made == count) {
        const remit_policy policy = policy_of(handle_of(env, arguments[0]));
        const uint32_t flags = uint32_of(env, arguments[2]);
        const remit_status status = remit_decide_all(addon_of(env)->runtime, policy, requests, count, flags, &out,
                                                     &error);
        result = text_out(env, status, &error, &out);
    }
    for (uint32_t i = 0; texts != NULL && i < made; ++i) free(texts[i].memory);
    free(texts);
    free(requests);
    return result;
}

const function kPolicyFunctions[9] = {{"compile", compile},     {"compileImage", compile_image},
                                      {"recompile", recompile}, {"load", load},
                                      {"reload", reload},       {"inspect", inspect},
                                      {"describe", describe},   {"decide", decide},
                                      {"decideAll", decide_all}};
