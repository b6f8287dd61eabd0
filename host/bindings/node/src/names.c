#include "addon.h"

static remit_policy first_policy(napi_env env, napi_value value) { return policy_of(handle_of(env, value)); }

static napi_value bigint_of(napi_env env, uint64_t id) {
    napi_value out = NULL;
    napi_create_bigint_uint64(env, id, &out);
    return out;
}
static uint64_t id_of(napi_env env, napi_value value) {
    uint64_t id = 0;
    bool lossless;
    napi_get_value_bigint_uint64(env, value, &id, &lossless);
    return id;
}

/* findTool(policy, name): its number, a bigint. */
static napi_value find_tool(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    text name;
    if (!arguments_of(env, info, 2, arguments) || !text_of(env, arguments[1], &name)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_tool tool = {0};
    const remit_status status = remit_tool_find(addon_of(env)->runtime, first_policy(env, arguments[0]), name.str,
                                                &tool, &error);
    free(name.memory);
    return throw_if(env, status, &error) ? NULL : bigint_of(env, tool.id);
}

/* findParameter(policy, name, tool): {index, kind, scale, vocabulary, optional} */
static napi_value find_parameter(napi_env env, napi_callback_info info) {
    napi_value arguments[3], out, optional;
    text name;
    if (!arguments_of(env, info, 3, arguments) || !text_of(env, arguments[1], &name)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_parameter found = REMIT_INIT(remit_parameter);
    const remit_tool tool = {id_of(env, arguments[2])};
    const remit_status status = remit_parameter_find(addon_of(env)->runtime, first_policy(env, arguments[0]), tool,
                                                     name.str, &found, &error);
    free(name.memory);
    if (throw_if(env, status, &error)) return NULL;
    napi_create_object(env, &out);
    put(env, out, "index", number_of(env, found.index));
    put(env, out, "kind", number_of(env, found.kind));
    put(env, out, "scale", number_of(env, found.scale));
    put(env, out, "vocabulary", number_of(env, found.vocabulary));
    napi_get_boolean(env, found.optional == 1, &optional);
    put(env, out, "optional", optional);
    return out;
}

/* findSymbol(policy, name, vocabulary) */
static napi_value find_symbol(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    text name;
    if (!arguments_of(env, info, 3, arguments) || !text_of(env, arguments[1], &name)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_symbol symbol = 0;
    const remit_status status = remit_symbol_find(addon_of(env)->runtime, first_policy(env, arguments[0]),
                                                  uint32_of(env, arguments[2]), name.str, &symbol, &error);
    free(name.memory);
    return throw_if(env, status, &error) ? NULL : number_of(env, symbol);
}

/* findState(policy, name): {index, kind, scale} */
static napi_value find_state(napi_env env, napi_callback_info info) {
    napi_value arguments[2], out;
    text name;
    if (!arguments_of(env, info, 2, arguments) || !text_of(env, arguments[1], &name)) return NULL;
    remit_error error = REMIT_INIT(remit_error);
    remit_state found = REMIT_INIT(remit_state);
    const remit_status status = remit_state_find(addon_of(env)->runtime, first_policy(env, arguments[0]), name.str,
                                                 &found, &error);
    free(name.memory);
    if (throw_if(env, status, &error)) return NULL;
    napi_create_object(env, &out);
    put(env, out, "index", number_of(env, found.index));
    put(env, out, "kind", number_of(env, found.kind));
    put(env, out, "scale", number_of(env, found.scale));
    return out;
}

/* An array of texts; null: has thrown. To be freed by texts_free. */
static text* texts_of(napi_env env, napi_value array, remit_str** strs, uint32_t* count) {
    *count = 0;
    *strs = NULL;
    uint32_t size = 0;
    if (napi_get_array_length(env, array, &size) != napi_ok) return NULL;
    text* const out = calloc(size + 1, sizeof *out);
    *strs = calloc(size + 1, sizeof **strs);
    if (out == NULL || *strs == NULL) {
        throw_status(env, REMIT_NO_MEMORY, "no memory");
        free(out);
        return NULL;
    }
    for (; *count < size; ++*count) {
        napi_value element;
        if (napi_get_element(env, array, *count, &element) != napi_ok || !text_of(env, element, &out[*count])) {
            for (uint32_t i = 0; i < *count; ++i) free(out[i].memory);
            free(out);
            return NULL;
        }
        (*strs)[*count] = out[*count].str;
    }
    return out;
}

/* bind(policy, fields): fields are {id, tier, tenant, owner, retention, principal, roles, scope, expires: bigint, revoked: 0 or 1}. */
static napi_value bind(napi_env env, napi_callback_info info) {
    static const char* const kNames[] = {"id", "tier", "tenant", "owner", "retention", "principal"};
    napi_value arguments[2], roles, scope, value, out = NULL;
    if (!arguments_of(env, info, 2, arguments)) return NULL;
    remit_session_fields fields = REMIT_INIT(remit_session_fields);
    remit_str* const to[] = {&fields.id,    &fields.tier,      &fields.tenant,
                             &fields.owner, &fields.retention, &fields.principal};
    text texts[COUNT_OF(kNames)] = {0};
    text *role_texts = NULL, *scope_texts = NULL;
    remit_str *role_strs = NULL, *scope_strs = NULL;
    uint32_t role_count = 0, scope_count = 0;
    bool fine = true, lossless;
    for (size_t i = 0; fine && i < COUNT_OF(kNames); ++i) {
        fine = text_of_property(env, arguments[1], kNames[i], &texts[i]);
        *to[i] = texts[i].str;
    }
    napi_get_named_property(env, arguments[1], "roles", &roles);
    napi_get_named_property(env, arguments[1], "scope", &scope);
    fine = fine && (role_texts = texts_of(env, roles, &role_strs, &role_count)) != NULL &&
           (scope_texts = texts_of(env, scope, &scope_strs, &scope_count)) != NULL;
    if (fine) {
        fields.roles = role_strs;
        fields.role_count = role_count;
        fields.scope = scope_strs;
        fields.scope_count = scope_count;
        napi_get_named_property(env, arguments[1], "expires", &value);
        napi_get_value_bigint_int64(env, value, &fields.expires, &lossless);
        napi_get_named_property(env, arguments[1], "revoked", &value);
        fields.revoked = uint32_of(env, value);
        remit_error error = REMIT_INIT(remit_error);
        remit_session session;
        const remit_status status = remit_session_bind(addon_of(env)->runtime, first_policy(env, arguments[0]), &fields,
                                                       &session, &error);
        if (!throw_if(env, status, &error)) out = handle_new(env, SESSION, session.id);
    }
    for (size_t i = 0; i < COUNT_OF(kNames); ++i) free(texts[i].memory);
    for (uint32_t i = 0; role_texts != NULL && i < role_count; ++i) free(role_texts[i].memory);
    for (uint32_t i = 0; scope_texts != NULL && i < scope_count; ++i) free(scope_texts[i].memory);
    free(role_texts);
    free(scope_texts);
    free(role_strs);
    free(scope_strs);
    return out;
}

const function kNameFunctions[5] = {{"findTool", find_tool},
                                    {"findParameter", find_parameter},
                                    {"findSymbol", find_symbol},
                                    {"findState", find_state},
                                    {"bind", bind}};
