/* A request: a struct of the ABI, and numbers that JavaScript writes without calling us, in an ArrayBuffer: of `capacity` parameters
 *
 *   double  time, in ms since 1970; NaN: as setTime said
 *   double  numbers[capacity], by parameter
 *   uint8_t kinds[capacity]: 0 absent, else REMIT_VALUE_..., or kExact: an integer, as setExact said */
#include "addon.h"

#include <math.h>

enum { kExact = 6 };
static const double kMostSafe = 9007199254740991.0;

/* Memory that is kept while what it must hold fits. */
typedef struct block {
    char* data;
    size_t size, capacity;
} block;

typedef struct value {
    block text, origins;
    int64_t exact;
    uint32_t origin_count;
    remit_symbol data_class;
} value;

typedef struct request {
    remit_request fields;
    int64_t time;
    uint32_t capacity;
    double* shared;
    napi_ref buffer;
    value* values;             /* capacity */
    remit_argument* arguments; /* capacity */
    remit_state_value* states;
    remit_fact* facts;
    block id, parent;
} request;

static bool block_set(napi_env env, block* to, const void* data, size_t size) {
    if (size > to->capacity) {
        char* const grown = realloc(to->data, size);
        if (grown == NULL) {
            throw_status(env, REMIT_NO_MEMORY, "no memory");
            return false;
        }
        to->data = grown;
        to->capacity = size;
    }
    if (size != 0) memcpy(to->data, data, size);
    to->size = size;
    return true;
}
static remit_str str_of(const block* from) { return (remit_str){from->data, from->size}; }

static request* target_of(napi_env env, napi_value of) {
    void* data = NULL;
    napi_get_value_external(env, of, &data);
    return data;
}

static void values_free(request* r) {
    for (uint32_t i = 0; i < r->capacity; ++i) {
        free(r->values[i].text.data);
        free(r->values[i].origins.data);
    }
    free(r->values);
    free(r->arguments);
}

static void finalize(napi_env env, void* data, void* hint) {
    (void)hint;
    request* const r = data;
    values_free(r);
    for (uint32_t i = 0; i < r->fields.state_count; ++i) free((void*)(uintptr_t)r->states[i].values.data);
    for (uint32_t i = 0; i < r->fields.fact_count; ++i) {
        free((void*)(uintptr_t)r->facts[i].fact.data);
        free((void*)(uintptr_t)r->facts[i].key.data);
        free((void*)(uintptr_t)r->facts[i].value.data);
    }
    free(r->states);
    free(r->facts);
    free(r->id.data);
    free(r->parent.data);
    if (r->buffer != NULL) napi_delete_reference(env, r->buffer);
    free(r);
}

/* newRequest(tool) */
static napi_value new_request(napi_env env, napi_callback_info info) {
    napi_value argument, out;
    bool lossless;
    if (!arguments_of(env, info, 1, &argument)) return NULL;
    request* const r = calloc(1, sizeof *r);
    if (r == NULL || napi_create_external(env, r, finalize, NULL, &out) != napi_ok) {
        free(r);
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        return NULL;
    }
    r->fields = REMIT_INIT(remit_request);
    napi_get_value_bigint_uint64(env, argument, &r->fields.tool.id, &lossless);
    return out;
}

/* reserve(request, capacity): the ArrayBuffer; it replaces the one before. */
static napi_value reserve(napi_env env, napi_callback_info info) {
    napi_value arguments[2], buffer;
    if (!arguments_of(env, info, 2, arguments)) return NULL;
    request* const r = target_of(env, arguments[0]);
    const uint32_t capacity = uint32_of(env, arguments[1]);
    value* const values = calloc(capacity, sizeof *values);
    remit_argument* const list = calloc(capacity, sizeof *list);
    void* data;
    napi_ref reference;
    if (values == NULL || list == NULL ||
        napi_create_arraybuffer(env, 8 + 9 * (size_t)capacity, &data, &buffer) != napi_ok ||
        napi_create_reference(env, buffer, 1, &reference) != napi_ok) {
        free(values);
        free(list);
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        return NULL;
    }
    double* const shared = data;
    memset(shared, 0, 8 + 9 * (size_t)capacity);
    if (r->buffer != NULL) {
        memcpy(values, r->values, r->capacity * sizeof *values);
        memset(r->values, 0, r->capacity * sizeof *values); /* what they refer to has moved */
        memcpy(shared, r->shared, 8 + 8 * (size_t)r->capacity);
        memcpy(shared + 1 + capacity, r->shared + 1 + r->capacity, r->capacity);
        napi_delete_reference(env, r->buffer);
    }
    values_free(r);
    r->values = values;
    r->arguments = list;
    r->capacity = capacity;
    r->shared = shared;
    r->buffer = reference;
    return buffer;
}

/* setText(request, parameter, text) */
static napi_value set_text(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    text bytes;
    if (!arguments_of(env, info, 3, arguments)) return NULL;
    request* const r = target_of(env, arguments[0]);
    block* const to = &r->values[uint32_of(env, arguments[1])].text;
    size_t size = 0;
    /* Into the memory that is there, if that suffices: one more byte is needed for the zero that comes with it, and up to three where
     * a character might have been cut. */
    if (to->capacity > 4 && napi_get_value_string_utf8(env, arguments[2], to->data, to->capacity, &size) == napi_ok &&
        size + 4 < to->capacity) {
        to->size = size;
        return NULL;
    }
    if (!text_of(env, arguments[2], &bytes)) return NULL;
    if (to->capacity < bytes.str.size + 8) {
        char* const grown = realloc(to->data, bytes.str.size + 64);
        if (grown != NULL) {
            to->data = grown;
            to->capacity = bytes.str.size + 64;
        }
    }
    (void)block_set(env, to, bytes.str.data, bytes.str.size);
    free(bytes.memory);
    return NULL;
}

/* setExact(request, parameter, bigint); a parameter of -1 is the time, in ns. */
static napi_value set_exact(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    int64_t number = 0;
    int32_t parameter = 0;
    bool lossless = false;
    if (!arguments_of(env, info, 3, arguments)) return NULL;
    request* const r = target_of(env, arguments[0]);
    napi_get_value_int32(env, arguments[1], &parameter);
    if (napi_get_value_bigint_int64(env, arguments[2], &number, &lossless) != napi_ok || !lossless) {
        napi_throw_range_error(env, NULL, "the number needs more than 64 bits");
        return NULL;
    }
    if (parameter < 0)
        r->time = number;
    else
        r->values[parameter].exact = number;
    return NULL;
}

/* setLabel(request, parameter, Uint32Array of origins, dataClass) */
static napi_value set_label(napi_env env, napi_callback_info info) {
    napi_value arguments[4];
    size_t count = 0;
    void* data = NULL;
    if (!arguments_of(env, info, 4, arguments)) return NULL;
    value* const to = &target_of(env, arguments[0])->values[uint32_of(env, arguments[1])];
    napi_get_typedarray_info(env, arguments[2], NULL, &count, &data, NULL, NULL);
    if (!block_set(env, &to->origins, data, count * sizeof(remit_origin))) return NULL;
    to->origin_count = (uint32_t)count;
    to->data_class = uint32_of(env, arguments[3]);
    return NULL;
}

/* setState(request, index, kind, bigint, text) */
static napi_value set_state(napi_env env, napi_callback_info info) {
    napi_value arguments[5];
    text values;
    bool lossless;
    if (!arguments_of(env, info, 5, arguments) || !text_of(env, arguments[4], &values)) return NULL;
    request* const r = target_of(env, arguments[0]);
    const uint32_t index = uint32_of(env, arguments[1]), kind = uint32_of(env, arguments[2]);
    uint32_t at = 0;
    while (at < r->fields.state_count && (r->states[at].index != index || r->states[at].kind != kind)) ++at;
    if (at == r->fields.state_count) {
        remit_state_value* const grown = realloc(r->states, (at + 1) * sizeof *grown);
        if (grown == NULL) {
            throw_status(env, REMIT_NO_MEMORY, "no memory");
            free(values.memory);
            return NULL;
        }
        r->fields.states = r->states = grown;
        grown[at] = (remit_state_value){.index = index, .kind = kind};
        ++r->fields.state_count;
    }
    napi_get_value_bigint_int64(env, arguments[3], &r->states[at].number, &lossless);
    block of = {(char*)(uintptr_t)r->states[at].values.data, 0, 0};
    if (block_set(env, &of, values.str.data, values.str.size)) r->states[at].values = str_of(&of);
    free(values.memory);
    return NULL;
}

/* addFact(request, name, key, value, as of: bigint) */
static napi_value add_fact(napi_env env, napi_callback_info info) {
    napi_value arguments[5];
    bool lossless;
    if (!arguments_of(env, info, 5, arguments)) return NULL;
    request* const r = target_of(env, arguments[0]);
    const uint32_t at = r->fields.fact_count;
    remit_fact* const grown = realloc(r->facts, (at + 1) * sizeof *grown);
    if (grown == NULL) {
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        return NULL;
    }
    r->fields.facts = r->facts = grown;
    grown[at] = (remit_fact){.as_of = 0};
    remit_str* const to[] = {&grown[at].fact, &grown[at].key, &grown[at].value};
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(to); ++i) {
        text bytes;
        block of = {NULL, 0, 0};
        fine = text_of(env, arguments[1 + i], &bytes);
        if (fine && (fine = block_set(env, &of, bytes.str.data, bytes.str.size))) *to[i] = str_of(&of);
        if (bytes.memory != NULL) free(bytes.memory);
    }
    if (fine)
        napi_get_value_bigint_int64(env, arguments[4], &grown[at].as_of, &lossless);
    else
        for (size_t i = 0; i < COUNT_OF(to); ++i) free((void*)(uintptr_t)to[i]->data);
    if (fine) ++r->fields.fact_count;
    return NULL;
}

/* setRest(request, session, {data, highWater, lowWater, isolation, id, parent}) */
static napi_value set_rest(napi_env env, napi_callback_info info) {
    napi_value arguments[3], number;
    text id, parent;
    if (!arguments_of(env, info, 3, arguments)) return NULL;
    request* const r = target_of(env, arguments[0]);
    r->fields.session.id = handle_of(env, arguments[1])->id;
    const char* const names[] = {"data", "highWater", "lowWater", "isolation"};
    uint32_t* const to[] = {&r->fields.data, &r->fields.high_water, &r->fields.low_water, &r->fields.isolation};
    for (size_t i = 0; i < COUNT_OF(names); ++i)
        if (napi_get_named_property(env, arguments[2], names[i], &number) == napi_ok) *to[i] = uint32_of(env, number);
    if (!text_of_property(env, arguments[2], "id", &id)) return NULL;
    if (text_of_property(env, arguments[2], "parent", &parent)) {
        if (block_set(env, &r->id, id.str.data, id.str.size)) r->fields.id = str_of(&r->id);
        if (block_set(env, &r->parent, parent.str.data, parent.str.size)) r->fields.parent = str_of(&r->parent);
        free(parent.memory);
    }
    free(id.memory);
    return NULL;
}

const remit_request* request_of(napi_env env, napi_value of) {
    request* const r = target_of(env, of);
    const uint8_t* const kinds = (const uint8_t*)(r->shared + 1 + r->capacity);
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->capacity; ++i) {
        if (kinds[i] == 0) continue;
        const value* const from = &r->values[i];
        int64_t number = from->exact;
        if (kinds[i] == REMIT_VALUE_INTEGER || kinds[i] == REMIT_VALUE_SYMBOL) {
            const double given = r->shared[1 + i];
            if (!(given >= -kMostSafe && given <= kMostSafe)) {
                throw_status(env, REMIT_BAD_ARGUMENT, "a number is not exact");
                return NULL;
            }
            number = (int64_t)given;
        }
        r->arguments[count++] = (remit_argument){.parameter = i,
                                                 .kind = kinds[i] == kExact ? REMIT_VALUE_INTEGER : kinds[i],
                                                 .number = number,
                                                 .text = str_of(&from->text),
                                                 .origins = (const remit_origin*)(const void*)from->origins.data,
                                                 .origin_count = from->origin_count,
                                                 .data_class = from->data_class};
    }
    r->fields.arguments = r->arguments;
    r->fields.argument_count = count;
    const double milliseconds = r->shared[0];
    r->fields.time = isnan(milliseconds) || fabs(milliseconds) > 9e12 ? r->time : (int64_t)(milliseconds * 1e6);
    return &r->fields;
}

const function kRequestFunctions[8] = {{"newRequest", new_request}, {"reserve", reserve},    {"setText", set_text},
                                       {"setExact", set_exact},     {"setLabel", set_label}, {"setState", set_state},
                                       {"addFact", add_fact},       {"setRest", set_rest}};
