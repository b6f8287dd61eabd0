// What setters leave open, settled before rules run: the built-in denials that do not depend on rules, labels, state and facts, layer by layer,
// in the order of vm/engine/bind.cpp.
#include <algorithm>
#include <new>

#include "vm/engine/bind_facts.h"
#include "vm/engine/bind_state.h"
#include "vm/engine/call_impl.h"

namespace remit {

namespace {

const List kNoSources;

int64_t power_of_ten(int n) noexcept {
    int64_t p = 1;
    while (n-- > 0) p *= 10;
    return p;
}

}  // namespace

void Call::Impl::prepare() noexcept {
    stale = false;
    evaluated = true;
    denials = 0;
    scratch.reset();
    for (CallLayer& layer : layers) {
        try {
            prepare_layer(layer);
        } catch (const std::bad_alloc&) { layer.denials = bit(Denial::Limit); }
        denials |= layer.denials;
        evaluated = evaluated && (layer.denials & kStopping) == 0;
    }
    ruling.engine = layers[0].kernel->name();
    alone = layers.size() == 1 && denials == 0;
}

void Call::Impl::prepare_layer(CallLayer& layer) {
    layer.denials = unreadable;
    if (!complete || layer.unknown_tier) layer.denials |= bit(Denial::SessionIncomplete);
    if (!has_time)
        layer.denials |= bit(Denial::TimeMissing);
    else if (complete && revoked)
        layer.denials |= bit(Denial::SessionRevoked);
    if (layer.tool_plan == nullptr) {
        layer.denials |= bit(Denial::ToolUnknown);
        return;
    }
    if (layer.tool_plan->batch) {  // its elements are calls of their own
        layer.denials |= bit(Denial::Batch);
        return;
    }
    if (complete && (scope == nullptr || !scope->covers(tool))) layer.denials |= bit(Denial::OutOfScope);
    layer.denials |= argument_denials(layer);
    if (!label(layer)) layer.denials |= bit(Denial::Label);
    if ((layer.denials & kStopping) != 0) return;
    if (!layer.state.empty()) write_state(layer);
    if (layer.tool_plan->facts) write_facts(layer);
}

/// The first argument that is wrong, in the order of declaration, says why.
uint32_t Call::Impl::argument_denials(const CallLayer& layer) const noexcept {
    if (!layer.tool_plan->same_schema || unknown_argument) return bit(Denial::Arguments);
    if (missing == 0 && wrong == 0) return 0;
    for (uint32_t i = 0; i < param_count; ++i) {
        if (arguments[i].wrong != 0) return arguments[i].wrong;
        if (!arguments[i].given() && own_param(i).required) return bit(Denial::Arguments);
    }
    return 0;
}

// ---- labels ------------------------------------------------------------------------------------------------------

/// nullopt: a rank that the layer does not have.
std::optional<Water> Call::Impl::water(const CallLayer& layer) const noexcept {
    Water out;
    out.high_class = layer.plan->top_class;
    out.low_trust = 0;
    if (has_high) {
        const uint32_t rank = translate(layer.plan->class_of, high_water);
        if (rank == kUnknownName) return std::nullopt;
        out.high_class = rank;
    }
    if (has_low) {
        const uint32_t rank = translate(layer.plan->trust_of, low_water);
        if (rank == kUnknownName) return std::nullopt;
        out.low_trust = rank;
    }
    return out;
}

/// An argument's own label, in the layer's numbers. False: it names what is not known.
bool Call::Impl::own_label(const CallLayer& layer, const Water& water, CallArgument& argument, Label& out) const {
    out.data_class = water.high_class;
    if (argument.data_class != kNoClass) {
        const uint32_t rank = translate(layer.plan->class_of, argument.data_class);
        if (rank == kUnknownName) return false;
        out.data_class = rank;
    }
    out.trust = argument.sources.empty() ? 0 : INT64_MAX;
    argument.source_items.clear();
    for (const uint32_t name : argument.sources) {
        int64_t source = name == kUser ? kUserSource : kAgentSource;
        if (name != kUser && name != kAgent) {
            const uint32_t index = translate(layer.plan->tool_of, name);
            if (index == kUnknownName) return false;
            source = kFirstToolSource + index;
        }
        out.trust = std::min(out.trust, trust_of(*layer.plan->program, water, source));
        argument.source_items.push_back({source, 0});
    }
    normalise_sources(argument.source_items);
    return true;
}

/// `label` of parameter `param`, where rules read it. Items of a list have the label of the whole.
void Call::Impl::write_labels(CallLayer& layer, size_t param, const Label& label) {
    const ParamPlan& p = layer.plan->params[layer.tool_plan->params_begin + param];
    const V value = arguments[param].given() ? arguments[param].value : p.fallback;
    const bool there = value.err != static_cast<int64_t>(Err::Absent);
    const auto write = [&](uint32_t slot, V v) {
        if (slot != kNoSlot) layer.frame[slot] = there ? v : error(Err::Absent);
    };
    write(p.slots.trust, {label.trust, 0});
    write(p.slots.data_class, {label.data_class, 0});
    write(p.slots.sources, ref(label.sources));
    if (!p.list || !p.slots.item_labels || value.err != 0 || p.slots.value == kNoSlot) return;
    List with = as<List>(value);
    Label* labels = scratch.array<Label>(with.size);
    std::fill_n(labels, with.size, label);
    with.labels = labels;
    layer.frame[p.slots.value] = ref(scratch.make(with));
}

/// False: a label, a water or the data class names what is not known, and the arguments are not to blame.
bool Call::Impl::label(CallLayer& layer) {
    const auto known = water(layer);
    if (!known) return false;
    if ((layer.denials & (bit(Denial::Arguments) | bit(Denial::Limit))) != 0) return true;
    int64_t highest = 0;
    if (has_data) {
        const uint32_t rank = translate(layer.plan->class_of, data);
        if (rank == kUnknownName) return false;
        highest = rank;
    }
    const Label unlabelled{0, known->high_class, &kNoSources};
    if (labelled == 0 && !layer.tool_plan->label_slots) {
        if (given != 0) highest = std::max(highest, unlabelled.data_class);
        layer.frame[kSlotData] = {highest, 0};
        return true;
    }
    for (uint32_t i = 0; i < param_count; ++i) {
        CallArgument& a = arguments[i];
        Label l = unlabelled;
        if (a.labelled) {
            if (!own_label(layer, *known, a, l)) return false;
            V* items = scratch.array<V>(a.source_items.size());
            std::copy(a.source_items.begin(), a.source_items.end(), items);
            l.sources = scratch.make(List{static_cast<uint32_t>(a.source_items.size()), Kind::Int, items, nullptr});
        }
        write_labels(layer, i, l);
        if (a.given()) highest = std::max(highest, l.data_class);
    }
    layer.frame[kSlotData] = {highest, 0};
    return true;
}

// ---- state and facts ---------------------------------------------------------------------------------------------

namespace {

/// Whether the tool that is called declares this argument.
bool has_param_named(const CallLayer& layer, const std::string& name) {
    const auto& params = layer.plan->program->tools[layer.tool].params;
    return std::any_of(params.begin(), params.end(), [&](const FieldDesc& p) { return p.name == name; });
}

}  // namespace

/// The slots of one mark or count; false: it is missing, or not what it must be.
bool Call::Impl::state_value(CallLayer& layer, const StateDesc& desc, const CallState& in) {
    V* slot = &layer.frame[desc.slot];
    if (!desc.is_count) {
        *slot = V{in.number, 0};
        return in.as == CallState::As::Mark;
    }
    slot[1] = V{0, 0};
    if (!desc.key.empty() && !has_param_named(layer, desc.key)) {  // no rule of this tool reads it or adds to it
        slot[0] = V{0, 0};
        if (desc.count == CountKind::Distinct) slot[2] = error(Err::MissingState);
        return in.as != CallState::As::Nothing;
    }
    if (desc.count == CountKind::Distinct) {
        slot[2] = error(Err::MissingState);
        if (in.as != CallState::As::Json) return false;
        const Json* values = json.read(in.text, scratch);
        V list;
        if (values == nullptr || !values->is(JsonKind::Array)) return false;
        if (!read_distinct(*layer.plan->program, desc, values->children(), scratch, list)) return false;
        slot[0] = V{as<List>(list).size, 0};
        slot[2] = list;
        return true;
    }
    if (in.as != CallState::As::Number || in.number < 0) return false;
    const int64_t unit = power_of_ten(
        policy->names().count_scale(
            layer.plan->state_ids[static_cast<size_t>(&desc - layer.plan->program->states.data())]) -
        desc.scale);
    *slot = V{in.number / unit, 0};
    return in.number % unit == 0;
}

void Call::Impl::write_state(CallLayer& layer) {
    const auto& all = layer.plan->program->states;
    for (size_t s = 0; s < all.size(); ++s) {
        if (!state_value(layer, all[s], states[layer.plan->state_ids[s]])) {
            layer.frame[all[s].slot] = error(Err::MissingState);
            layer.denials |= bit(Denial::StateMissing);
        }
        layer.state[s] = layer.frame[all[s].slot];
    }
}

void Call::Impl::write_facts(CallLayer& layer) {
    const ToolDesc& desc = layer.plan->program->tools[layer.tool];
    Denials found;
    bind_facts(facts_in, *layer.plan->loaded, *layer.plan->defaults, desc, time, scratch, layer.frame.data(), found);
    for (const Denied& denied : found) layer.denials |= bit(denied.denial);
}

}  // namespace remit
