#include "addon.h"

bool arguments_of(napi_env env, napi_callback_info info, size_t count, napi_value* out) {
    size_t given = count; /* what is missing becomes undefined */
    return napi_get_cb_info(env, info, &given, out, NULL, NULL) == napi_ok;
}

void throw_status(napi_env env, remit_status status, const char* message) {
    const char* const code = remit_status_name(status);
    napi_value parts[2] = {string_of(env, code, strlen(code)), string_of(env, message, strlen(message))}, class_value,
               error;
    addon* const of = addon_of(env);
    if (of->error_class == NULL || napi_get_reference_value(env, of->error_class, &class_value) != napi_ok ||
        napi_new_instance(env, class_value, 2, parts, &error) != napi_ok || napi_throw(env, error) != napi_ok)
        napi_throw_error(env, code, message);
}

bool throw_if(napi_env env, remit_status status, const remit_error* error) {
    if (status == REMIT_OK) return false;
    throw_status(env, status, error->message);
    return true;
}

bool text_of(napi_env env, napi_value value, text* out) {
    *out = (text){{"", 0}, NULL};
    napi_valuetype type;
    napi_typeof(env, value, &type);
    if (type == napi_string) {
        size_t size = 0;
        napi_get_value_string_utf8(env, value, NULL, 0, &size);
        char* const memory = malloc(size + 1);
        if (memory == NULL) {
            throw_status(env, REMIT_NO_MEMORY, "no memory");
            return false;
        }
        napi_get_value_string_utf8(env, value, memory, size + 1, &size);
        *out = (text){{memory, size}, memory};
        return true;
    }
    bool is_array = false;
    napi_is_typedarray(env, value, &is_array);
    napi_typedarray_type kind;
    size_t size = 0;
    void* data = NULL;
    if (is_array && napi_get_typedarray_info(env, value, &kind, &size, &data, NULL, NULL) == napi_ok &&
        kind == napi_uint8_array) {
        if (size != 0) out->str = (remit_str){data, size};
        return true;
    }
    napi_throw_type_error(env, NULL, "a text is a string or a Uint8Array");
    return false;
}

bool text_of_property(napi_env env, napi_value object, const char* name, text* out) {
    napi_value value;
    *out = (text){{"", 0}, NULL};
    if (napi_get_named_property(env, object, name, &value) != napi_ok) return false;
    return is_undefined(env, value) || text_of(env, value, out);
}

bool is_undefined(napi_env env, napi_value value) {
    napi_valuetype type = napi_undefined;
    napi_typeof(env, value, &type);
    return type == napi_undefined;
}

uint32_t uint32_of(napi_env env, napi_value value) {
    uint32_t out = 0;
    napi_get_value_uint32(env, value, &out);
    return out;
}

napi_value string_of(napi_env env, const char* data, size_t size) {
    napi_value out = NULL;
    if (napi_create_string_utf8(env, size == 0 ? "" : data, size, &out) != napi_ok) return undefined_of(env);
    return out;
}

napi_value number_of(napi_env env, double number) {
    napi_value out = NULL;
    napi_create_double(env, number, &out);
    return out;
}

void put(napi_env env, napi_value object, const char* name, napi_value value) {
    napi_set_named_property(env, object, name, value);
}

napi_value undefined_of(napi_env env) {
    napi_value out = NULL;
    napi_get_undefined(env, &out);
    return out;
}
