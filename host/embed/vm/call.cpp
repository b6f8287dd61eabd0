#include "host/embed/vm/call.h"

#include "host/embed/vm/lookup.h"
#include "host/embed/vm/session.h"
#include "host/embed/vm/tool_check.h"

namespace remit::embed {

namespace {

// The ABI's numbers for who supplied a value are the engine's.
static_assert(REMIT_ORIGIN_USER == Call::kUser && REMIT_ORIGIN_AGENT == Call::kAgent);
static_assert(sizeof(remit_origin) == sizeof(uint32_t));

/// 0 is none in the ABI.
uint32_t rank_of(remit_symbol symbol) noexcept { return symbol == 0 ? Call::kNoClass : symbol - 1; }

}  // namespace

void HostedCall::renew() {
    // In this order, because a call refers to its session and both to their policy.
    has_effects_ = false;
    last_.forget();
    call_.reset();
    session_.reset();
    session_id_ = 0;
    edition_ = {};
    Edition now = host_->edition();
    call_.emplace(now.policy);
    edition_ = std::move(now);
}

remit_status HostedCall::use_session(const remit_runtime& runtime, uint64_t id, remit_error* error) {
    if (id == session_id_ && id != 0) {
        if (runtime.handles.alive(id)) return REMIT_OK;
        return fail(error, REMIT_BAD_HANDLE, kBadSession);
    }
    const auto hosted = std::static_pointer_cast<HostedSession>(runtime.handles.get(HandleKind::Session, id));
    if (!hosted) return fail(error, REMIT_BAD_HANDLE, kBadSession);
    if (&hosted->host() != host_.get())
        return fail(error, REMIT_WRONG_POLICY, "the session is bound to another policy");
    Refusal refusal;
    auto bound = hosted->bound_to(edition_, refusal);
    if (!bound) return said(refusal, error);
    has_effects_ = false;
    last_.forget();
    session_id_ = 0;
    if (call_) call_->begin(SessionFields{}, kUnknownName);  // lets go of the session that goes
    session_ = std::move(bound);
    session_id_ = id;
    return REMIT_OK;
}

remit_status HostedCall::set_arguments(const remit_request& request, bool again, remit_error* error) noexcept {
    const size_t count = edition_.program().tools[tool_index(request.tool.id)].params.size();
    for (uint32_t i = 0; i < request.argument_count; ++i) {
        const remit_argument& argument = request.arguments[i];
        const uint32_t parameter = argument.parameter;
        if (parameter >= count) return fail(error, REMIT_BAD_ARGUMENT, "the tool has no such parameter");
        if (const auto status = check_text(argument.text, error, "an argument's text is null")) return status;
        const bool is_number = argument.kind == REMIT_VALUE_INTEGER || argument.kind == REMIT_VALUE_SYMBOL;
        if (again && is_number && last_.has(i, argument.number)) continue;
        switch (argument.kind) {
            case REMIT_VALUE_INTEGER: call_->set_int(parameter, argument.number); break;
            case REMIT_VALUE_TEXT: call_->set_text(parameter, view(argument.text)); break;
            case REMIT_VALUE_SYMBOL:
                call_->set_int(parameter, argument.number > 0 ? argument.number - 1 : INT64_MAX);
                break;
            case REMIT_VALUE_JSON: call_->set_json(parameter, view(argument.text)); break;
            case REMIT_VALUE_NULL: call_->set_null(parameter); break;
            default: return fail(error, REMIT_BAD_ARGUMENT, "there is no such kind of value");
        }
        if (argument.origin_count == 0 && argument.data_class == 0) continue;
        if (const auto status = check_list(argument.origins, argument.origin_count, error, "origins is null"))
            return status;
        call_->set_label(parameter, rank_of(argument.data_class), {argument.origins, argument.origin_count});
    }
    return REMIT_OK;
}

remit_status HostedCall::set_states(const remit_request& request, remit_error* error) noexcept {
    for (uint32_t i = 0; i < request.state_count; ++i) {
        const remit_state_value& state = request.states[i];
        if (const auto status = check_text(state.values, error, "a state's values are null")) return status;
        switch (state.kind) {
            case REMIT_STATE_MARK:
                if (state.number != 0 && state.number != 1) return fail(error, REMIT_BAD_ARGUMENT, "a mark is 0 or 1");
                call_->set_mark(state.index, state.number != 0);
                break;
            case REMIT_STATE_COUNT: call_->set_count(state.index, state.number); break;
            case REMIT_STATE_DISTINCT: call_->set_distinct(state.index, view(state.values)); break;
            default: return fail(error, REMIT_BAD_ARGUMENT, "there is no such kind of state");
        }
    }
    return REMIT_OK;
}

remit_status HostedCall::set_facts(const remit_request& request, remit_error* error) noexcept {
    for (uint32_t i = 0; i < request.fact_count; ++i) {
        const remit_fact& fact = request.facts[i];
        for (const remit_str& text : {fact.fact, fact.key, fact.value})
            if (const auto status = check_text(text, error, "a fact's text is null")) return status;
        call_->add_fact(view(fact.fact), view(fact.key), fact.as_of, view(fact.value));
    }
    return REMIT_OK;
}

remit_status HostedCall::prepare(const remit_runtime& runtime, const remit_request& request, remit_error* error) {
    if (host_->closed()) return fail(error, REMIT_BAD_HANDLE, kBadPolicy);
    if (!host_->is_current(edition_.number)) renew();
    if (const remit_status status = use_session(runtime, request.session.id, error)) return status;
    if (const remit_status status = check_tool(*host_, edition_, request.tool, error)) return status;
    for (const remit_str& text : {request.id, request.parent})
        if (const auto status = check_text(text, error, "an id is null")) return status;
    if (request.isolation > REMIT_ISOLATION_MICROVM + 1)
        return fail(error, REMIT_BAD_ARGUMENT, "there is no such isolation");

    if (const auto status = check_list(request.arguments, request.argument_count, error, "arguments is null"))
        return status;
    if (const auto status = check_list(request.states, request.state_count, error, "states is null")) return status;
    if (const auto status = check_list(request.facts, request.fact_count, error, "facts is null")) return status;

    has_effects_ = false;
    const bool again = last_.has_form_of(request);
    if (const remit_status status = again ? set_again(request, error) : set_all(request, error)) {
        last_.forget();
        return status;
    }
    if (again)
        last_.update(request);
    else
        last_.remember(request);
    return REMIT_OK;
}

remit_status HostedCall::set_all(const remit_request& request, remit_error* error) noexcept {
    call_->begin(*session_, tool_index(request.tool.id));
    call_->set_time(request.time);
    if (request.id.size != 0) call_->set_id(view(request.id));
    if (request.parent.size != 0) call_->set_parent(view(request.parent));
    if (request.data != 0) call_->set_data(request.data - 1);
    if (request.isolation != 0) call_->set_isolation(request.isolation - 1);
    if (request.high_water != 0) call_->set_high_water(request.high_water - 1);
    if (request.low_water != 0) call_->set_low_water(request.low_water - 1);
    if (const remit_status status = set_arguments(request, false, error)) return status;
    if (const remit_status status = set_states(request, error)) return status;
    return set_facts(request, error);
}

/// What may differ in a request of the same form.
remit_status HostedCall::set_again(const remit_request& request, remit_error* error) noexcept {
    if (!last_.has_time(request.time)) call_->set_time(request.time);
    if (request.id.size != 0) call_->set_id(view(request.id));
    if (request.parent.size != 0) call_->set_parent(view(request.parent));
    if (const remit_status status = set_arguments(request, true, error)) return status;
    return set_states(request, error);
}

}  // namespace remit::embed
