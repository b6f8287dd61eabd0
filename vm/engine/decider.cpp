// Decider: a request's way through the engine, on one screen: read, bind, decide, combine, join, check signatures, carry.
#include <algorithm>
#include <new>

#include "vm/engine/batch.h"
#include "vm/engine/bind.h"
#include "vm/engine/bind_state.h"
#include "vm/engine/combine.h"
#include "vm/engine/count_key.h"
#include "vm/engine/digest.h"
#include "vm/engine/distinct.h"
#include "vm/engine/join.h"
#include "vm/engine/policy.h"
#include "vm/engine/signatures.h"

namespace remit {

struct Decider::Prepared {
    const Kernel* kernel = nullptr;
    uint32_t tool = 0;
    V* frame = nullptr;
    std::vector<std::pair<uint32_t, V>> written;  // slots that the kernel writes, as they were
    uint32_t* matched = nullptr;
};

struct Decider::Impl {
    explicit Impl(std::shared_ptr<const Policy> p) : policy(std::move(p)), bounds(layers().size()) {
        for (size_t i = 0; i < layers().size(); ++i)
            matched.emplace_back(program(i).rules.size() + 1);  // kernels may store one past what they count
    }
    const std::vector<Layer>& layers() const { return policy->layers(); }
    const Program& program(size_t layer) const { return layers()[layer].program->program(); }

    Decision decide(std::string_view text, bool stateful);
    Decision decide_read(bool stateful);
    Prepared* prepare(std::string_view text);
    std::optional<Denied> read(std::string_view text);
    Decision refused(const Denied& denied) const;
    bool hear(std::string_view text);
    void run_layers(const Carry* carry);
    Joined join_spoken(const Carry* carry);
    void run_elements(const Batch& batch, const Carry* carry);
    void run_element(const Batch& batch, size_t element, const Request& own);
    void settle(Joined& joined);
    ElementSaid said_of(const std::vector<LayerDecision>& element, const Signatures* signatures) const;
    bool nevers_hold(size_t layer, const Signatures* signatures, Decision& decision) const;
    Carry carry_for();
    void commit(const Carry& carry);
    struct Said {  // one layer's words about one call
        size_t layer = 0;
        const Bound& bound;
        const Decision& decision;
    };
    void commit_states(const Carry& carry, std::span<const Bound> of, std::span<const LayerDecision> said);
    void commit_state(const Carry& carry, const Said& said, const StateDesc& state);
    void commit_distinct(const Said& said, const StateDesc& state, WindowedCount& count);
    void commit_others(const Carry& carry, const StateDesc& state, const std::string& key);

    std::shared_ptr<const Policy> policy;
    std::vector<Bound> bounds;           // of each layer, reused
    std::vector<Outcome> outcomes;       // of each layer
    std::vector<LayerDecision> decided;  // of each layer
    std::vector<std::vector<uint32_t>> matched;

    // Of a batch: what was said of each element, by layers, and what its calls have charged so far.
    std::vector<std::vector<LayerDecision>> elements;
    std::vector<Bound> element_bounds;                   // of each layer, reused
    std::vector<std::vector<uint32_t>> element_matched;  // as `matched`
    Arena element_arena;
    Carried batch_session, batch_tenant;

    std::optional<Denied> refusal;  // why the request that was heard is none
    Arena arena;
    JsonReader json;
    Request request;
    bool is_read = false;  // `request` is whole
    Prepared prepared;
    std::map<std::string, Carried, std::less<>> sessions, tenants;
};

// ---- one request -------------------------------------------------------------------------------------------------

std::optional<Denied> Decider::Impl::read(std::string_view text) {
    arena.reset();
    request.id = {};
    is_read = false;
    const Json* root = json.read(text, arena);
    if (root != nullptr) {
        auto denied = read_request(*root, request);
        is_read = !denied;
        return denied;
    }
    switch (json.fault()) {
        case JsonFault::None:
        case JsonFault::Malformed: break;
        case JsonFault::Limit: return Denied{Denial::Limit, json.error()};
        case JsonFault::DuplicateArgument: return Denied{Denial::Arguments, json.error()};
    }
    return Denied{Denial::Malformed, json.error()};
}

/// A request that no layer has seen.
Decision Decider::Impl::refused(const Denied& denied) const {
    Decision d;
    d.id = request.id.empty() ? json.partial_id() : std::string(request.id);
    d.lane = program(0).vocabularies[kVocLanes].symbols.front();
    d.rules.push_back(spoken(denied.denial, denied.detail));
    d.policy = to_text(program(0).hash);
    d.engine = layers()[0].kernel->name();
    if (denied.denial != Denial::Arguments) d.error = std::string(info(denied.denial).id) + ": " + denied.detail;
    return d;
}

/// The rules of every layer, into `bounds` and `outcomes`.
void Decider::Impl::run_layers(const Carry* carry) {
    outcomes.clear();
    for (size_t i = 0; i < layers().size(); ++i) {
        const Layer& layer = layers()[i];
        Bound& bound = bounds[i];
        bind(request, *layer.program, policy->defaults(i), carry, arena, bound);
        Outcome& outcome = outcomes.emplace_back();
        outcome.matched = matched[i].data();
        if (!bound.stopped && bound.ruled) layer.kernel->decide(bound.tool, bound.frame, outcome);
    }
}

/// What they said, as one decision: all but its verdict.
Joined Decider::Impl::join_spoken(const Carry* carry) {
    decided.clear();
    elements.clear();
    for (size_t i = 0; i < layers().size(); ++i)
        decided.push_back(
            combine(request, bounds[i], bounds[i].stopped ? nullptr : &outcomes[i], layers()[i].kernel->name()));
    if (const auto batch = batch_of(request, bounds)) run_elements(*batch, carry);
    return join_layers(decided, bounds, request);
}

/// The calls of a batch, one after another: each sees what the batch and those before it have charged. They join the call layer by layer.
void Decider::Impl::run_elements(const Batch& batch, const Carry* carry) {
    batch_session = carry != nullptr ? *carry->session : Carried{};
    batch_tenant = carry != nullptr ? *carry->tenant : Carried{};
    element_bounds.resize(layers().size());
    element_matched.resize(layers().size());
    for (size_t i = 0; i < layers().size(); ++i) element_matched[i].resize(program(i).rules.size() + 1);
    const Carry charged{&batch_session, &batch_tenant};
    commit_states(charged, bounds, decided);
    Request own = request;
    for (size_t e = 0; e < batch.elements.size(); ++e) {
        element_arena.reset();
        make_request(request, batch, e, element_arena, own);
        run_element(batch, e, own);
        commit_states(charged, element_bounds, elements[e]);
    }
    for (size_t e = 0; e < elements.size(); ++e)
        for (size_t i = 0; i < layers().size(); ++i)
            if (!bounds[i].stopped) join_element(decided[i], elements[e][i], program(i), place_of(batch, e));
}

void Decider::Impl::run_element(const Batch& batch, size_t element, const Request& own) {
    const Carry charged{&batch_session, &batch_tenant};
    auto& said = elements.emplace_back();
    for (size_t i = 0; i < layers().size(); ++i) {
        const Layer& layer = layers()[i];
        Bound& bound = element_bounds[i];
        bind(own, *layer.program, policy->defaults(i), &charged, element_arena, bound);
        name_element(place_of(batch, element), bound.denials);
        Outcome outcome;
        outcome.matched = element_matched[i].data();
        if (!bound.stopped) layer.kernel->decide(bound.tool, bound.frame, outcome);
        said.push_back(combine(own, bound, bound.stopped ? nullptr : &outcome, layer.kernel->name()));
    }
}

/// One element's part of the whole, as if it were a call by itself.
ElementSaid Decider::Impl::said_of(const std::vector<LayerDecision>& element, const Signatures* signatures) const {
    ElementSaid out;
    out.verdict = Verdict::Allow;
    for (size_t i = 0; i < element.size(); ++i) {
        const LayerDecision& layer = element[i];
        const Program* const own[] = {&program(i)};
        const auto met = [&](const Obligation& o) { return signatures != nullptr && signatures->meet(o, own); };
        const auto stands = [&](const RuleInfo* never) {
            return never->property != Property::Allow || signatures == nullptr ||
                   !signatures->answer(*never, program(i));
        };
        const bool asked = !std::all_of(layer.decision.ask.begin(), layer.decision.ask.end(), met);
        const bool against = !asked && std::any_of(layer.nevers.begin(), layer.nevers.end(), stands);
        if (layer.denied || against)
            out.verdict = Verdict::Deny;
        else if (asked)
            out.verdict = std::max(out.verdict, Verdict::Ask);
        out.risk = std::max(out.risk, layer.decision.risk);
        for (const SpokenRule& r : layer.decision.rules)
            if (std::find(out.rules.begin(), out.rules.end(), r.rule) == out.rules.end()) out.rules.push_back(r.rule);
    }
    return out;
}

/// Writes the never rules that deny into `decision`; true if there were none.
bool Decider::Impl::nevers_hold(size_t layer, const Signatures* signatures, Decision& decision) const {
    bool hold = true;
    for (const RuleInfo* never : decided[layer].nevers) {
        if (never->property == Property::Allow && signatures != nullptr && signatures->answer(*never, program(layer)))
            continue;
        decision.rules.push_back(spoken(*never));
        hold = false;
    }
    return hold;
}

/// From what the layers said to the verdict: each by itself, then the strictest; and the joined obligations must be met too.
void Decider::Impl::settle(Joined& joined) {
    Decision& d = joined.decision;
    const auto stopped = [](const Bound& b) { return b.stopped; };
    const bool evaluated = std::none_of(bounds.begin(), bounds.end(), stopped);
    std::optional<Signatures> signatures;
    if (evaluated && (!d.ask.empty() || joined.has_never)) {
        const Hash call = call_digest(request, bounds[0], layers());
        const Shown now = shown_by(d);
        d.digest = approval_digest(call, now);
        signatures.emplace(request, call, d.digest, now);
    }
    std::vector<const Program*> programs;
    for (size_t i = 0; i < layers().size(); ++i) programs.push_back(&program(i));
    bool ask = false;
    for (Obligation& o : d.ask) {
        o.met = signatures && signatures->meet(o, programs);
        ask = ask || !o.met;
    }
    for (size_t i = 0; i < decided.size(); ++i) {
        if (decided[i].denied) continue;
        const std::span<const Program* const> own(&programs[i], 1);
        const auto met = [&](const Obligation& o) { return signatures && signatures->meet(o, own); };
        const auto& obligations = decided[i].decision.ask;
        if (!std::all_of(obligations.begin(), obligations.end(), met))
            ask = true;
        else if (!nevers_hold(i, signatures ? &*signatures : nullptr, d))
            joined.denied = true;
    }
    for (const auto& element : elements) d.elements.push_back(said_of(element, signatures ? &*signatures : nullptr));
    d.verdict = joined.denied ? Verdict::Deny : ask ? Verdict::Ask : Verdict::Allow;
    for (const Bound& b : bounds)
        for (const Denied& denied : b.denials)
            if (denied.denial == Denial::Limit && d.error.empty()) d.error = "limit: " + denied.detail;
}

Decision Decider::Impl::decide(std::string_view text, bool stateful) {
    if (const auto denied = read(text)) return refused(*denied);
    return decide_read(stateful);
}

/// `request`, once it was read.
Decision Decider::Impl::decide_read(bool stateful) {
    Carry carry;
    if (stateful) carry = carry_for();
    run_layers(stateful ? &carry : nullptr);
    Joined joined = join_spoken(stateful ? &carry : nullptr);
    settle(joined);
    if (stateful && joined.decision.verdict == Verdict::Allow && request.result == nullptr) commit(carry);
    return std::move(joined.decision);
}

bool Decider::Impl::hear(std::string_view text) {
    refusal = read(text);
    if (!refusal) run_layers(nullptr);
    return !refusal;
}

// ---- recorded sessions -------------------------------------------------------------------------------------------

Carry Decider::Impl::carry_for() {
    const auto [session, is_new] = sessions.try_emplace(std::string(request.session.id));
    if (is_new) session->second.known = !request.state.given;  // an orderly host opens a session with nothing done
    return {&session->second, &tenants[std::string(request.session.tenant)]};
}

void Decider::Impl::commit(const Carry& carry) {
    const Bound& bound = bounds[0];
    const ToolDesc& tool = program(0).tools[bound.tool];
    int64_t gives = tool.gives, trust = tool.trust;
    if (elements.empty()) {
        commit_states(carry, bounds, decided);
    } else {  // all that its calls have charged
        *carry.session = std::move(batch_session);
        *carry.tenant = std::move(batch_tenant);
        gives = std::max<int64_t>(gives, program(0).tools[tool.each_tool].gives);
        trust = std::min<int64_t>(trust, program(0).tools[tool.each_tool].trust);
    }
    const auto high = std::max(bound.water.high_class, gives);
    const auto low = std::min(bound.water.low_trust, trust);
    carry.session->high_water = program(0).vocabularies[kVocClasses].symbols[static_cast<size_t>(high)];
    carry.session->low_water = program(0).vocabularies[kVocTrust].symbols[static_cast<size_t>(low)];
    carry.session->known = true;  // allowed, so nothing was missing
}

/// What one call charges by all layers. A layer that stopped charges nothing.
void Decider::Impl::commit_states(const Carry& carry, std::span<const Bound> of, std::span<const LayerDecision> said) {
    for (size_t i = 0; i < layers().size(); ++i) {
        if (of[i].stopped) continue;
        for (const StateDesc& state : program(i).states) commit_state(carry, {i, of[i], said[i].decision}, state);
    }
}

void Decider::Impl::commit_state(const Carry& carry, const Said& said, const StateDesc& state) {
    const V value = said.bound.frame[state.slot];
    if (value.err != 0) return;
    if (!state.is_count) {
        if (value.bits != 0) carry.session->marks.insert(state.name);
        return;
    }
    WindowedCount* count = nullptr;
    if (state.key.empty()) {
        count = &carry.count(state);
    } else {
        const Program& p = program(said.layer);
        const auto key = count_key(p, p.tools[said.bound.tool], said.bound.arguments, state);
        if (!key) return;
        commit_others(carry, state, *key);
        count = carry.room(state, *key, *request.time);
        if (count == nullptr) return;  // it is unbounded, and stays so
    }
    if (state.count == CountKind::Distinct) return commit_distinct(said, state, *count);
    const int64_t more = value.bits - count->total();  // both at least 0
    if (more > 0) count->add(*request.time, state.over_ns, more);
}

/// What the host says of other keys than this call's.
void Decider::Impl::commit_others(const Carry& carry, const StateDesc& state, const std::string& key) {
    const Json* all = request.state.counts == nullptr ? nullptr : request.state.counts->find(state.name);
    if (all == nullptr || !all->is(JsonKind::Object) || state.count == CountKind::Distinct) return;
    for (const Json& one : all->children()) {
        const auto amount = read_amount(state, one);
        if (one.key == key || !amount) continue;
        WindowedCount* count = carry.room(state, std::string(one.key), *request.time);
        if (count != nullptr && *amount > count->total())
            count->add(*request.time, state.over_ns, *amount - count->total());
    }
}

void Decider::Impl::commit_distinct(const Said& said, const StateDesc& state, WindowedCount& count) {
    const V* frame = said.bound.frame;
    const int64_t now = *request.time, charged = frame[state.slot + 1].bits;
    const auto known = count.values();
    const List& given = as<List>(frame[state.slot + 2]);
    for (uint32_t i = 0; i < given.size; ++i) {
        const auto text = distinct_text(program(said.layer), state.distinct_type, given.items[i]);
        if (text && !std::binary_search(known.begin(), known.end(), *text))
            count.note(now, state.over_ns, *text, state.max_distinct);
    }
    const auto& rules = said.decision.rules;
    const auto counts = [&](const SpokenRule& r) { return r.kind == "count" && r.name == state.name; };
    if (std::none_of(rules.begin(), rules.end(), counts)) return;
    const auto value = distinct_value(*layers()[said.layer].program, said.bound.tool, frame, state);
    if (value)
        count.note(now, state.over_ns, *value, state.max_distinct);
    else
        count.add(now, state.over_ns, charged);
}

// ---- benchmarks --------------------------------------------------------------------------------------------------

Decider::Prepared* Decider::Impl::prepare(std::string_view text) {
    if (read(text)) return nullptr;
    Bound& bound = bounds[0];
    bind(request, *layers()[0].program, policy->defaults(0), nullptr, arena, bound);
    if (bound.stopped) return nullptr;
    prepared.kernel = layers()[0].kernel.get();
    prepared.tool = bound.tool;
    prepared.frame = bound.frame;
    prepared.matched = matched[0].data();
    prepared.written.clear();
    const auto keep = [&](uint32_t slot) { prepared.written.emplace_back(slot, bound.frame[slot]); };
    keep(kSlotRisk);
    keep(kSlotLane);
    for (const StateDesc& state : program(0).states) {
        keep(state.slot);
        if (state.is_count) keep(state.slot + 1);
    }
    return &prepared;
}

// ---- the public face ---------------------------------------------------------------------------------------------

Decider::Decider(std::shared_ptr<const Policy> policy) : impl_(std::make_unique<Impl>(std::move(policy))) {}
Decider::~Decider() = default;

Decision Decider::decide(std::string_view request_json) {
    try {
        return impl_->decide(request_json, false);
    } catch (const std::bad_alloc&) { return impl_->refused({Denial::Limit, "out of memory"}); }
}

Decision Decider::decide(const Request& request, const std::optional<Denied>& refused) {
    try {
        impl_->arena.reset();
        impl_->request = request;
        impl_->is_read = !refused;
        return refused ? impl_->refused(*refused) : impl_->decide_read(false);
    } catch (const std::bad_alloc&) { return impl_->refused({Denial::Limit, "out of memory"}); }
}

Decision Decider::decide_stateful(std::string_view request_json) {
    try {
        return impl_->decide(request_json, true);
    } catch (const std::bad_alloc&) { return impl_->refused({Denial::Limit, "out of memory"}); }
}

std::optional<Decider::Heard> Decider::hear(std::string_view request_json) {
    try {
        if (!impl_->hear(request_json)) return std::nullopt;
        return Heard{impl_->request, impl_->bounds, impl_->outcomes};
    } catch (const std::bad_alloc&) {
        impl_->refusal = Denied{Denial::Limit, "out of memory"};
        return std::nullopt;
    }
}

Decision Decider::answer() {
    try {
        if (impl_->refusal) return impl_->refused(*impl_->refusal);
        Joined joined = impl_->join_spoken(nullptr);
        impl_->settle(joined);
        return std::move(joined.decision);
    } catch (const std::bad_alloc&) { return impl_->refused({Denial::Limit, "out of memory"}); }
}

const Request* Decider::request() const { return impl_->is_read ? &impl_->request : nullptr; }
const Policy& Decider::policy() const { return *impl_->policy; }

Decider::Prepared* Decider::prepare(std::string_view request_json) { return impl_->prepare(request_json); }

Outcome Decider::run(Prepared& p) noexcept {
    for (const auto& [slot, value] : p.written) p.frame[slot] = value;
    Outcome out;
    out.matched = p.matched;
    p.kernel->decide(p.tool, p.frame, out);
    return out;
}

}  // namespace remit
