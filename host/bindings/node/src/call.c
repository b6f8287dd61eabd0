#include "addon.h"

/* openCall(policy): {call, buffer}; the buffer holds the ruling of the latest judge, laid out as remit_ruling. */
static napi_value open_call(napi_env env, napi_callback_info info) {
    napi_value argument, out, call_value, buffer;
    void* data;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_call call;
    if (throw_if(env, remit_call_open(addon_of(env)->runtime, policy_of(handle_of(env, argument)), &call, &error),
                 &error))
        return NULL;
    if ((call_value = handle_new(env, CALL, call.id)) == NULL) return NULL;
    handle* const of = handle_of(env, call_value);
    if (napi_create_arraybuffer(env, sizeof(remit_ruling), &data, &buffer) != napi_ok ||
        napi_create_reference(env, buffer, 1, &of->buffer) != napi_ok) {
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        return NULL;
    }
    of->ruling = data;
    *of->ruling = REMIT_INIT(remit_ruling);
    napi_create_object(env, &out);
    put(env, out, "call", call_value);
    put(env, out, "buffer", buffer);
    return out;
}

/* judge(call, request) */
static napi_value judge(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    if (!arguments_of(env, info, 2, arguments)) return NULL;
    const handle* const of = handle_of(env, arguments[0]);
    const remit_request* const request = request_of(env, arguments[1]);
    if (request == NULL) return NULL;
    remit_error error;
    error.size = sizeof error; /* the rest is written where there is a failure, and only then read */
    (void)throw_if(env, remit_judge(addon_of(env)->runtime, (remit_call){of->id}, request, of->ruling, &error), &error);
    return NULL;
}

static napi_value str_value(napi_env env, remit_str text) { return string_of(env, text.data, text.size); }

/* effects(call): an array; numbers that may be large are bigints. */
static napi_value effects(napi_env env, napi_callback_info info) {
    napi_value argument, out;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    const remit_call call = {handle_of(env, argument)->id};
    remit_error error = REMIT_INIT(remit_error);
    napi_create_array(env, &out);
    for (uint32_t count = 0;; ++count) {
        remit_effect effect = REMIT_INIT(remit_effect);
        if (throw_if(env, remit_next_effect(addon_of(env)->runtime, call, &effect, &error), &error)) return NULL;
        if (effect.kind == REMIT_EFFECT_NONE) return out;
        napi_value one, words, value;
        void* data;
        napi_create_object(env, &one);
        put(env, one, "kind", number_of(env, effect.kind));
        put(env, one, "layer", number_of(env, effect.layer));
        napi_create_bigint_int64(env, effect.number, &value);
        put(env, one, "number", value);
        napi_create_bigint_int64(env, effect.span, &value);
        put(env, one, "span", value);
        put(env, one, "name", str_value(env, effect.name));
        put(env, one, "because", str_value(env, effect.because));
        put(env, one, "at", str_value(env, effect.at));
        napi_create_array(env, &words);
        for (uint32_t i = 0; i < effect.word_count; ++i)
            napi_set_element(env, words, i, str_value(env, effect.words[i]));
        put(env, one, "words", words);
        if (napi_create_buffer_copy(env, sizeof effect.rule, effect.rule, &data, &value) == napi_ok)
            put(env, one, "rule", value);
        napi_set_element(env, out, count, one);
    }
}

/* explain(call, request, flags): JSON. */
static napi_value explain(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    if (!arguments_of(env, info, 3, arguments)) return NULL;
    const handle* const of = handle_of(env, arguments[0]);
    const remit_request* const request = request_of(env, arguments[1]);
    if (request == NULL) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_text out = REMIT_TEXT_INIT;
    const remit_status status = remit_explain(addon_of(env)->runtime, (remit_call){of->id}, request,
                                              uint32_of(env, arguments[2]), &out, &error);
    napi_value result = throw_if(env, status, &error) ? NULL : string_of(env, out.data, out.size);
    remit_text_free(&out);
    return result;
}

/* denialName(number) */
static napi_value denial_name(napi_env env, napi_callback_info info) {
    napi_value argument;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    const char* const name = remit_denial_name(uint32_of(env, argument));
    return name == NULL ? undefined_of(env) : string_of(env, name, strlen(name));
}

const function kCallFunctions[5] = {
    {"openCall", open_call}, {"judge", judge}, {"effects", effects}, {"explain", explain}, {"denialName", denial_name}};
