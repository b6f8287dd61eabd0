#include "vm/engine/call.h"

#include <algorithm>

#include "vm/engine/call_impl.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

Call::Impl::Impl(std::shared_ptr<const Policy> p) : policy(std::move(p)) {
    const auto& all = policy->layers();
    layers.resize(all.size());
    for (size_t i = 0; i < all.size(); ++i) {
        CallLayer& layer = layers[i];
        const Program& program = all[i].program->program();
        layer.plan = &policy->plan(i);
        layer.kernel = all[i].kernel.get();
        layer.index = &all[i].program->index();
        layer.frame.assign(std::max<size_t>(program.slots.size(), kSlotRoles + 1), error(Err::Absent));
        layer.frame[kSlotRisk] = layer.frame[kSlotLane] = layer.frame[kSlotData] = V{0, 0};
        layer.state.resize(program.states.size());
        layer.matched.resize(program.rules.size() + 1);
        layer.spoken.resize(layer.index->most_probes() + 1);
        layer.outcome.matched = layer.matched.data();
        layer.outcome.spoken = layer.spoken.data();
        for (size_t b = 0; b < program.hash.size(); ++b)  // should no rule ever be evaluated
            layer.outcome.policy[b / 8] |= uint64_t{program.hash[b]} << (8 * (b % 8));
    }
    size_t most = 0;
    for (const ToolDesc& t : all[0].program->program().tools) most = std::max(most, t.params.size());
    arguments.resize(most);
    live.resize(most);
    touched.reserve(most);
    states.resize(policy->names().state_count());
    clear_rest();
}

// ---- begin -------------------------------------------------------------------------------------------------------

void Call::Impl::load(const Session& s) noexcept {
    session = &s;
    fields = nullptr;
    foreign = s.policy_ != policy;
    if (serial == s.serial_ && !foreign) return;
    serial = foreign ? 0 : s.serial_;
    complete = !foreign && s.complete_;
    revoked = s.spec_.revoked;
    expires = s.spec_.expires.value_or(INT64_MAX);
    scope = s.scope_.get();
    if (foreign) return;
    for (size_t i = 0; i < layers.size(); ++i) {
        CallLayer& layer = layers[i];
        const BoundLayer& bound = s.layers_[i];
        const size_t room = layer.frame.size() - kSlotTier;
        std::copy_n(bound.slots.data(), std::min(room, bound.slots.size()), layer.frame.data() + kSlotTier);
        layer.frame[kSlotCallId] = ref(&id);
        layer.frame[kSlotParent] = ref(&parent);
        layer.bound = bound.cells->view();
        layer.unknown_tier = bound.unknown_tier;
    }
}

void Call::Impl::load(const SessionFields& s) noexcept {
    session = nullptr;
    fields = &s;
    serial = 0;
    foreign = false;
    complete = s.tier != kUnknownName && !s.tenant.empty() && !s.owner.empty() && !s.retention.empty();
    revoked = s.revoked;
    expires = s.expires;
    scope = s.scope;
    texts = {str_of(s.id), str_of(s.tenant), str_of(s.owner), str_of(s.retention)};
    for (CallLayer& layer : layers) {
        const uint32_t tier = translate(layer.plan->tier_of, s.tier);
        layer.unknown_tier = tier == kUnknownName;
        write_session(*layer.plan, tier, texts, s.roles, layer.frame.data());
    }
}

/// What was set for an argument goes; its slots are as if it had not been given.
void Call::Impl::forget(uint32_t param) noexcept {
    CallArgument& a = arguments[param];
    a.as = CallArgument::As::Nothing;
    a.wrong = 0;
    a.labelled = a.touched = false;
    live[param].low = 1;
    live[param].high = 0;
    for (CallLayer& layer : layers) {
        if (layer.tool_plan == nullptr || !layer.tool_plan->same_schema) continue;
        const ParamPlan& p = layer.plan->params[layer.tool_plan->params_begin + param];
        if (p.slots.value != kNoSlot) layer.frame[p.slots.value] = p.fallback;
    }
}

/// What defaults, labels and facts left in a frame goes, because other tools share the slots.
void Call::Impl::clear_tool(const CallLayer& layer, V* frame) const noexcept {
    const auto clear = [&](uint32_t slot) {
        if (slot != kNoSlot) frame[slot] = error(Err::Absent);
    };
    for (const ParamPlan& p : layer.plan->params_of(*layer.tool_plan)) {
        clear(p.slots.value);
        clear(p.slots.trust);
        clear(p.slots.data_class);
        clear(p.slots.sources);
    }
    const Program& program = *layer.plan->program;
    for (const uint32_t use : program.tools[layer.tool].facts)
        for (const auto& [field, slot] : program.fact_uses[use].fields) clear(slot);
}

void Call::Impl::change_tool(uint32_t next) noexcept {
    tool = next;
    facts_read = false;
    for (CallLayer& layer : layers) {
        const ToolPlan* last = layer.tool_plan;
        if (last != nullptr && (last->defaults || last->label_slots || last->facts))
            clear_tool(layer, layer.frame.data());
        layer.tool = translate(layer.plan->tool_of, next);
        layer.tool_plan = layer.tool == kUnknownName ? nullptr : &layer.plan->tools[layer.tool];
        if (layer.tool_plan == nullptr) continue;
        facts_read |= layer.tool_plan->facts;
        if (!layer.tool_plan->defaults) continue;
        for (const ParamPlan& p : layer.plan->params_of(*layer.tool_plan))
            if (p.slots.value != kNoSlot) layer.frame[p.slots.value] = p.fallback;
    }
    const ToolPlan* own = layers[0].tool_plan;
    param_count = own == nullptr ? 0 : own->params_end - own->params_begin;
    own_params = own == nullptr ? nullptr : layers[0].plan->params.data() + own->params_begin;
    required = own == nullptr ? 0 : own->required;
}

/// What few calls set.
void Call::Impl::clear_rest() noexcept {
    has_isolation = has_data = has_high = has_low = rest_set = false;
    unreadable = 0;
    id = parent = str_of("");
    facts.clear();
    facts_in.clear();
    for (CallLayer& layer : layers) {
        layer.frame[kSlotCallId] = ref(&id);
        layer.frame[kSlotParent] = ref(&parent);
    }
}

void Call::Impl::begin(uint32_t next) noexcept {
    if (rest_set) clear_rest();
    if (states_set)
        for (CallState& s : states) s.as = CallState::As::Nothing;
    states_set = false;
    for (const uint32_t param : touched) forget(param);
    touched.clear();
    if (next != tool) change_tool(next);
    missing = required;
    wrong = given = labelled = 0;
    unknown_argument = has_time = false;
    stale = true;
}

bool Call::begin(const Session& session, uint32_t tool) noexcept {
    impl_->load(session);
    impl_->begin(tool);
    live_count_ = impl_->param_count;
    return !impl_->foreign;
}

void Call::begin(const SessionFields& session, uint32_t tool) noexcept {
    impl_->load(session);
    impl_->begin(tool);
    live_count_ = impl_->param_count;
}

// ---- what is set beside arguments --------------------------------------------------------------------------------

void Call::set_label(uint32_t param, uint32_t data_class, std::span<const uint32_t> sources) noexcept {
    if (!impl_->has_param(param)) return;
    CallArgument& a = impl_->arguments[param];
    impl_->touch(param);
    impl_->labelled += !a.labelled;
    a.labelled = true;
    a.data_class = data_class;
    a.sources.assign(sources.begin(), sources.end());
    impl_->stale = true;
}

void Call::set_data(uint32_t data_class) noexcept {
    impl_->data = data_class;
    impl_->has_data = impl_->rest_set = impl_->stale = true;
}

void Call::set_time(int64_t ns) noexcept {
    Impl& c = *impl_;
    c.stale |= !c.has_time || c.facts_read;
    c.time = ns;
    c.has_time = true;
    for (CallLayer& layer : c.layers) layer.frame[kSlotTime] = V{ns, 0};
}

void Call::set_id(std::string_view id) noexcept {
    impl_->id = str_of(id);
    impl_->rest_set = true;
    impl_->stale |= impl_->facts_read;
}

void Call::set_parent(std::string_view parent) noexcept {
    impl_->parent = str_of(parent);
    impl_->rest_set = true;
    impl_->stale |= impl_->facts_read;
}

void Call::set_isolation(uint32_t best) noexcept {
    impl_->isolation = best;
    impl_->has_isolation = impl_->rest_set = true;
}

void Call::set_high_water(uint32_t data_class) noexcept {
    impl_->high_water = data_class;
    impl_->has_high = impl_->rest_set = impl_->stale = true;
}

void Call::set_low_water(uint32_t trust) noexcept {
    impl_->low_water = trust;
    impl_->has_low = impl_->rest_set = impl_->stale = true;
}

void Call::set_mark(uint32_t mark, bool value) noexcept {
    if (mark >= impl_->states.size()) return;
    impl_->states[mark] = {CallState::As::Mark, value ? 1 : 0, {}};
    impl_->states_set = impl_->stale = true;
}

void Call::set_count(uint32_t count, int64_t value) noexcept {
    if (count >= impl_->states.size()) return;
    impl_->states[count] = {CallState::As::Number, value, {}};
    impl_->states_set = impl_->stale = true;
}

void Call::set_distinct(uint32_t count, std::string_view json) noexcept {
    if (count >= impl_->states.size()) return;
    impl_->states[count] = {CallState::As::Json, 0, json};
    impl_->states_set = impl_->stale = true;
}

void Call::add_fact(std::string_view fact, std::string_view key_json, int64_t as_of,
                    std::string_view value_json) noexcept {
    Impl& c = *impl_;
    c.rest_set = c.stale = true;
    try {
        if (c.facts.empty()) c.fact_memory.reset();
        FactIn in{fact, nullptr, as_of, nullptr};
        const auto read = [&](std::string_view text, JsonKind kind) -> const Json* {
            const Json* json = c.json.read(text, c.fact_memory);
            if (json != nullptr && json->is(kind)) return json;
            const bool limit = json == nullptr && c.json.fault() == JsonFault::Limit;
            c.unreadable |= bit(limit ? Denial::Limit : Denial::Malformed);
            return nullptr;
        };
        in.key = read(key_json, JsonKind::Array);
        in.value = read(value_json, JsonKind::Object);
        c.facts.push_back({fact, key_json, value_json, as_of});
        if (in.key != nullptr && in.value != nullptr) c.facts_in.push_back(in);
    } catch (const std::bad_alloc&) { c.unreadable |= bit(Denial::Limit); }
}

// ---- the public face ---------------------------------------------------------------------------------------------

Call::Call(std::shared_ptr<const Policy> policy) : impl_(std::make_unique<Impl>(std::move(policy))) {
    live_ = impl_->live.data();
}
Call::~Call() = default;
Call::Call(Call&&) noexcept = default;
Call& Call::operator=(Call&&) noexcept = default;

const Policy& Call::policy() const { return *impl_->policy; }
void Call::set_number(uint32_t param, int64_t value) noexcept { impl_->set_number(param, value); }
void Call::set_text(uint32_t param, std::string_view text) noexcept { impl_->set_text(param, text); }
void Call::set_json(uint32_t param, std::string_view json) noexcept { impl_->set_json(param, json); }
void Call::set_null(uint32_t param) noexcept {
    if (impl_->has_param(param)) impl_->read(param, CallArgument::As::Null, Json{});
}
void Call::unset(uint32_t param) noexcept { impl_->unset(param); }

const Ruling& Call::decide() noexcept {
    impl_->decide();
    return impl_->ruling;
}

Decision Call::explain() {
    Impl& c = *impl_;
    if (!c.decider) c.decider = std::make_unique<Decider>(c.policy);
    c.explain_memory.reset();
    std::optional<Denied> refused;
    if (c.unreadable != 0)
        refused = Denied{(c.unreadable & bit(Denial::Limit)) != 0 ? Denial::Limit : Denial::Malformed, "a fact"};
    if (c.layers[0].tool_plan != nullptr && c.layers[0].tool_plan->batch) refused = Denied{Denial::Batch, ""};
    return c.decider->decide(c.request(c.explain_memory), refused);
}

}  // namespace remit
