// remit/vm.h, names: tools, parameters, symbols, marks and counts by their names.
#include <string>

#include "host/embed/vm/lookup.h"
#include "host/embed/vm/tool_check.h"

using namespace remit;
using namespace remit::embed;

namespace {

remit_status unknown(remit_error* error, std::string_view what, remit_str name) {
    return fail(error, REMIT_UNKNOWN_NAME,
                "there is no " + std::string(what) + " `" + std::string(view(name).substr(0, 100)) + "`");
}
remit_status check_name(remit_str name, const void* out, remit_error* error) {
    if (const auto status = check_text(name, error, "the name is null")) return status;
    return out == nullptr ? fail(error, REMIT_BAD_ARGUMENT, "out is null") : REMIT_OK;
}

remit_value_kind value_kind_of(const ValueType& type) noexcept {
    switch (type.kind) {
        case ValueKind::Bool:
        case ValueKind::Int:
        case ValueKind::Decimal:
        case ValueKind::Duration:
        case ValueKind::Timestamp: return REMIT_VALUE_INTEGER;
        case ValueKind::String:
        case ValueKind::Ip:
        case ValueKind::Cidr:
        case ValueKind::Url:
        case ValueKind::Path:
        case ValueKind::Email:
        case ValueKind::Host:
        case ValueKind::Command: return REMIT_VALUE_TEXT;
        case ValueKind::Symbol: return REMIT_VALUE_SYMBOL;
        case ValueKind::List:
        case ValueKind::Set:
        case ValueKind::Record:
        case ValueKind::Any: break;
    }
    return REMIT_VALUE_JSON;
}

bool is_distinct(const Policy& policy, std::string_view name) {
    for (const Layer& layer : policy.layers())
        for (const StateDesc& state : layer.program->program().states)
            if (state.is_count && state.name == name) return state.count == CountKind::Distinct;
    return false;
}

}  // namespace

remit_status remit_tool_find(remit_runtime* runtime, remit_policy policy, remit_str name, remit_tool* out,
                             remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_name(name, out, error)) return status;
        const Edition now = host.edition();
        const uint32_t index = now.policy->names().tool(view(name));
        if (index == kUnknownName) return unknown(error, "tool", name);
        out->id = tool_id(host.tag(), now.version, index);
        return REMIT_OK;
    });
}

remit_status remit_parameter_find(remit_runtime* runtime, remit_policy policy, remit_tool tool, remit_str name,
                                  remit_parameter* out, remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_name(name, out, error)) return status;
        if (!good(out)) return refuse_version(error, out, "remit_parameter");
        const Edition now = host.edition();
        if (const remit_status status = check_tool(host, now, tool, error)) return status;
        const uint32_t index = now.policy->names().param(tool_index(tool.id), view(name));
        if (index == kUnknownName) return unknown(error, "parameter", name);
        const FieldDesc& field = now.program().tools[tool_index(tool.id)].params[index];
        out->index = index;
        out->kind = value_kind_of(field.type);
        out->scale = field.type.kind == ValueKind::Decimal ? field.type.scale : 0;
        out->vocabulary = field.type.kind == ValueKind::Symbol ? field.type.vocabulary : 0;
        out->optional = field.optional || field.has_default ? 1 : 0;
        return REMIT_OK;
    });
}

remit_status remit_symbol_find(remit_runtime* runtime, remit_policy policy, uint32_t vocabulary, remit_str name,
                               remit_symbol* out, remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_name(name, out, error)) return status;
        const Edition now = host.edition();
        if (vocabulary >= now.program().vocabularies.size())
            return fail(error, REMIT_BAD_ARGUMENT, "there is no such vocabulary");
        const uint32_t rank = now.policy->names().symbol(vocabulary, view(name));
        if (rank == kUnknownName) return unknown(error, "symbol", name);
        *out = rank + 1;
        return REMIT_OK;
    });
}

remit_status remit_state_find(remit_runtime* runtime, remit_policy policy, remit_str name, remit_state* out,
                              remit_error* error) noexcept {
    return with_policy(runtime, policy, error, [&](HostedPolicy& host) -> remit_status {
        if (const remit_status status = check_name(name, out, error)) return status;
        if (!good(out)) return refuse_version(error, out, "remit_state");
        const Edition now = host.edition();
        const Names& names = now.policy->names();
        const uint32_t mark = names.mark(view(name)), count = names.count(view(name));
        if (mark == kUnknownName && count == kUnknownName) return unknown(error, "mark or count", name);
        out->index = mark != kUnknownName ? mark : count;
        out->scale = mark != kUnknownName ? 0 : names.count_scale(count);
        out->kind = mark != kUnknownName                   ? REMIT_STATE_MARK
                    : is_distinct(*now.policy, view(name)) ? REMIT_STATE_DISTINCT
                                                           : REMIT_STATE_COUNT;
        return REMIT_OK;
    });
}
