// A call's arguments: from what was set to values in the frames.
#include <algorithm>
#include <new>

#include "vm/engine/call_impl.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

/// Bytes below 0x80 are UTF-8; almost all texts are of these alone.
bool is_text(std::string_view s) noexcept {
    constexpr uint64_t kHigh = 0x8080808080808080u;
    const auto load = [&](size_t at, size_t size) {
        uint64_t bytes = 0;
        std::memcpy(&bytes, s.data() + at, size);
        return bytes & kHigh;
    };
    const size_t n = s.size();
    uint64_t high = 0;
    if (n >= 8) {
        for (size_t i = 0; i + 8 < n; i += 8) high |= load(i, 8);
        high |= load(n - 8, 8);
    } else if (n >= 4) {
        high = load(0, 4) | load(n - 4, 4);
    } else {
        for (size_t i = 0; i < n; ++i) high |= static_cast<uint8_t>(s[i]) & 0x80u;
    }
    return high == 0 || is_utf8(s);
}

bool chosen(const ParamPlan& plan, int64_t value) noexcept {
    return plan.choices.empty() || std::find(plan.choices.begin(), plan.choices.end(), value) != plan.choices.end();
}

}  // namespace

/// An argument that the tool does not have denies until the next begin.
bool Call::Impl::has_param(uint32_t param) noexcept {
    if (param < param_count) return true;
    unknown_argument = stale = true;
    return false;
}

Arena& Call::Impl::memory_of(CallArgument& argument) {
    if (argument.memory)
        argument.memory->reset();
    else
        argument.memory = std::make_unique<Arena>();
    return *argument.memory;
}

void Call::Impl::assign(uint32_t param, CallArgument::As as, V value, uint32_t fault) noexcept {
    const ParamPlan& plan = own_param(param);
    CallArgument& a = arguments[param];
    const bool is_new = !a.given();
    stale |= is_new || a.wrong != 0 || fault != 0 || facts_read || plan.list;
    if (is_new) {
        touch(param);
        ++given;
        missing -= plan.required;
    }
    wrong = wrong + (fault != 0) - (a.wrong != 0);
    a.as = as;
    a.wrong = fault;
    a.value = value;
    live[param].low = 1;
    live[param].high = 0;
    if (fault != 0) return;
    for (CallLayer& layer : layers) {
        if (layer.tool_plan == nullptr || !layer.tool_plan->same_schema) continue;
        const uint32_t slot = layer.plan->params[layer.tool_plan->params_begin + param].slots.value;
        if (slot != kNoSlot) layer.frame[slot] = value;
    }
}

/// By way of the reader of requests; `json`'s texts need not outlive this.
void Call::Impl::read(uint32_t param, CallArgument::As as, const Json& source) noexcept {
    CallArgument& a = arguments[param];
    const LayerPlan& plan = *layers[0].plan;
    V value = error(Err::BadValue);
    uint32_t fault = bit(Denial::Limit);
    try {
        ValueReader reader(*plan.program, *plan.defaults, memory_of(a));
        if (reader.read_field(*own_param(param).field, &source, value))
            fault = 0;
        else if (!reader.is_limit())
            fault = bit(Denial::Arguments);
    } catch (const std::bad_alloc&) {}
    assign(param, as, value, fault);
}

void Call::Impl::set_number(uint32_t param, int64_t value) noexcept {
    if (!has_param(param)) return;
    const ParamPlan& p = own_param(param);
    CallArgument& a = arguments[param];
    a.number = value;
    if (!p.number) {
        try {
            const std::string digits = std::to_string(value);
            Json node;
            node.kind = JsonKind::Number;
            node.text = digits;
            read(param, CallArgument::As::Number, node);
        } catch (const std::bad_alloc&) {
            assign(param, CallArgument::As::Number, error(Err::BadValue), bit(Denial::Limit));
        }
        return;
    }
    const bool fits = p.low <= value && value <= p.high && chosen(p, value);
    assign(param, CallArgument::As::Number, V{value, 0}, fits ? 0 : bit(Denial::Arguments));
    if (!fits || !p.choices.empty() || layers.size() != 1 || facts_read) return;
    live[param] = {p.low, p.high, &a.number, p.slots.value == kNoSlot ? &sink : &layers[0].frame[p.slots.value]};
}

void Call::Impl::set_text(uint32_t param, std::string_view text) noexcept {
    if (!has_param(param)) return;
    const ParamPlan& p = own_param(param);
    CallArgument& a = arguments[param];
    a.text = text.data() == nullptr ? std::string_view("") : text;
    const ValueKind kind = p.field->type.kind;
    if (kind == ValueKind::Symbol) {
        const uint32_t rank = policy->names().symbol(p.field->type.vocabulary, text);
        const bool fits = rank != kUnknownName && chosen(p, rank);
        return assign(param, CallArgument::As::Text, V{rank, 0}, fits ? 0 : bit(Denial::Arguments));
    }
    if (text.size() > limits::kMaxStringBytes) return assign(param, CallArgument::As::Text, V{}, bit(Denial::Limit));
    if (!is_text(a.text)) return assign(param, CallArgument::As::Text, V{}, bit(Denial::Arguments));
    if (kind != ValueKind::String) {
        Json node;
        node.kind = JsonKind::String;
        node.text = a.text;
        return read(param, CallArgument::As::Text, node);
    }
    const auto size = static_cast<int64_t>(text.size());
    const auto& choices = p.field->one_of;
    const bool fits = p.low <= size && size <= p.high &&
                      (choices.empty() || std::find(choices.begin(), choices.end(), a.text) != choices.end());
    a.string = str_of(a.text);
    // The frames already refer to `string`.
    if (fits && a.as == CallArgument::As::Text && a.wrong == 0 && !facts_read) return;
    assign(param, CallArgument::As::Text, ref(&a.string), fits ? 0 : bit(Denial::Arguments));
}

void Call::Impl::set_json(uint32_t param, std::string_view text) noexcept {
    if (!has_param(param)) return;
    arguments[param].text = text;
    uint32_t fault = bit(Denial::Limit);
    try {
        Arena& memory = memory_of(arguments[param]);
        if (const Json* source = json.read(text, memory); source != nullptr) {
            V value = error(Err::BadValue);
            const LayerPlan& plan = *layers[0].plan;
            ValueReader reader(*plan.program, *plan.defaults, memory);
            const FieldDesc& field = *own_param(param).field;
            if (reader.read_field(field, source, value)) return assign(param, CallArgument::As::Json, value, 0);
            if (!reader.is_limit()) fault = bit(Denial::Arguments);
        } else if (json.fault() != JsonFault::Limit) {
            fault = bit(Denial::Arguments);
        }
    } catch (const std::bad_alloc&) {}
    assign(param, CallArgument::As::Json, error(Err::BadValue), fault);
}

void Call::Impl::unset(uint32_t param) noexcept {
    if (!has_param(param) || !arguments[param].given()) return;
    CallArgument& a = arguments[param];
    wrong -= a.wrong != 0;
    --given;
    missing += own_param(param).required;
    const bool had_label = a.labelled;
    forget(param);
    a.labelled = had_label;
    a.touched = true;
    stale = true;
}

}  // namespace remit
