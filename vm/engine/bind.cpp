#include "vm/engine/bind.h"

#include <algorithm>

#include "vm/engine/bind_facts.h"
#include "vm/engine/bind_state.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

class Binder {
public:
    Binder(const Request& request, const LoadedProgram& loaded, const Defaults& defaults, const Carry* carry,
           Arena& arena, Bound& out)
        : request_(request),
          loaded_(loaded),
          program_(loaded.program()),
          defaults_(defaults),
          carry_(carry),
          arena_(arena),
          out_(out) {}
    void run();

private:
    void deny(Denial d, std::string detail = {}) {
        out_.stopped |= info(d).stops;
        out_.denials.push_back({d, std::move(detail)});
    }
    V text(std::string_view s) { return ref(arena_.make(Arena::str(s))); }
    void session();
    bool tool();
    bool scope_covers(std::string_view name) const;
    void roles();
    bool water();
    bool arguments();
    void labels();
    void result();
    bool result_fields();

    const Request& request_;
    const LoadedProgram& loaded_;
    const Program& program_;
    const Defaults& defaults_;
    const Carry* carry_;
    Arena& arena_;
    Bound& out_;
};

void Binder::run() {
    out_.program = &program_;
    out_.stopped = false;
    out_.after = request_.result != nullptr;
    out_.ruled = true;
    out_.denials.clear();
    out_.arguments.clear();
    out_.frame = arena_.array<V>(program_.slots.size());
    std::fill_n(out_.frame, program_.slots.size(), error(Err::Absent));
    out_.frame[kSlotRisk] = out_.frame[kSlotLane] = out_.frame[kSlotData] = V{0, 0};

    session();
    if (tool()) {
        const bool known_water = water();
        if (arguments() && known_water) labels();
        if (out_.after && !out_.stopped) result();
    }
    if (out_.stopped) return;
    bind_state(request_, program_, carry_, arena_, out_);
    if (!out_.ruled) return;
    bind_facts(request_.facts, loaded_, defaults_, program_.tools[out_.tool], *request_.time, arena_, out_.frame,
               out_.denials);
}

void Binder::session() {
    const SessionIn& s = request_.session;
    V* frame = out_.frame;
    for (const std::string& problem : s.problems) deny(Denial::SessionIncomplete, problem);
    if (!s.tier.empty()) {
        const auto rank = rank_of(program_.vocabularies[kVocTiers], s.tier);
        if (!rank)
            deny(Denial::SessionIncomplete, "session.tier: no tier " + std::string(s.tier));
        else
            frame[kSlotTier] = {*rank, 0};
    }
    if (s.has_id) frame[kSlotSessionId] = text(s.id);
    frame[kSlotTenant] = text(s.tenant);
    frame[kSlotOwner] = text(s.owner);
    frame[kSlotRetention] = text(s.retention);
    frame[kSlotCallId] = text(request_.call.id);
    frame[kSlotParent] = text(request_.call.parent);
    roles();
    if (!request_.time) return deny(Denial::TimeMissing);
    frame[kSlotTime] = {*request_.time, 0};
    if (!s.problems.empty()) return;
    if (s.revoked) deny(Denial::SessionRevoked);
    if (s.expires <= *request_.time) deny(Denial::SessionExpired, "at " + format_timestamp(s.expires));
}

void Binder::roles() {
    const uint32_t words = program_.role_words();
    for (uint32_t w = 0; w < words; ++w) out_.frame[kSlotRoles + w] = V{0, 0};
    for (std::string_view name : request_.session.roles) {
        const auto it = std::find(program_.roles.begin(), program_.roles.end(), name);
        if (it == program_.roles.end()) continue;
        const auto& closure = program_.role_closure[static_cast<size_t>(it - program_.roles.begin())];
        for (uint32_t w = 0; w < words && w < closure.size(); ++w)
            out_.frame[kSlotRoles + w].bits |= static_cast<int64_t>(closure[w]);
    }
}

bool Binder::tool() {
    const std::string_view name = request_.call.tool;
    out_.tool = program_.find_tool(name);
    if (out_.tool == kNoTool) {
        out_.tool = 0;
        deny(Denial::ToolUnknown, std::string(name));
        return false;
    }
    if (request_.session.problems.empty() && !scope_covers(name)) deny(Denial::OutOfScope, std::string(name));
    return true;
}

bool Binder::scope_covers(std::string_view name) const {
    const auto& scope = request_.session.scope;
    return std::any_of(scope.begin(), scope.end(), [&](std::string_view glob) { return glob_matches(glob, name); });
}

bool Binder::water() {
    const Vocabulary& classes = program_.vocabularies[kVocClasses];
    const Vocabulary& trust = program_.vocabularies[kVocTrust];
    const auto high = carried_water(request_.state.high_water, carry_, classes, true);
    const auto low = carried_water(request_.state.low_water, carry_, trust, false);
    if (!high) deny(Denial::Label, "state.high_water: no class " + std::string(*request_.state.high_water));
    if (!low) deny(Denial::Label, "state.low_water: no trust level " + std::string(*request_.state.low_water));
    if (!high || !low) return false;
    out_.water = {*high, *low};
    return true;
}

bool Binder::arguments() {
    const ToolDesc& tool = program_.tools[out_.tool];
    const Json none{JsonKind::Object, false, 0, {}, nullptr, {}};
    const Json& args = request_.call.args != nullptr ? *request_.call.args : none;
    ValueReader reader(program_, defaults_, arena_);
    const auto fail = [&](const std::string& why) {
        deny(reader.is_limit() ? Denial::Limit : Denial::Arguments, why);
        return false;
    };
    if (!args.is(JsonKind::Object)) return fail("args: not an object");
    for (const Json& m : args.children()) {
        const auto known = [&](const FieldDesc& f) { return f.name == m.key; };
        if (std::none_of(tool.params.begin(), tool.params.end(), known))
            return fail("args." + std::string(m.key) + ": no such argument");
    }
    for (size_t i = 0; i < tool.params.size(); ++i) {
        const FieldDesc& field = tool.params[i];
        const Json* json = args.find(field.name);
        Argument& argument = out_.arguments.emplace_back();
        argument.given = json != nullptr;
        reader.clear_set_order();
        if (!reader.read_field(field, json, argument.value)) return fail(reader.problem_under("args." + field.name));
        argument.set_order = reader.set_order();
        argument.json_items = json != nullptr && json->is(JsonKind::Array) ? json->size : 0;
    }
    return true;
}

void Binder::labels() {
    const ToolDesc& tool = program_.tools[out_.tool];
    const ToolDesc& slots_of = out_.after && tool.after != kNoTool ? program_.tools[tool.after] : tool;
    label_arguments(program_, slots_of, request_.call, out_.water, out_.arguments, arena_, out_.labelled);
    if (!out_.labelled.error.empty()) return deny(Denial::Label, out_.labelled.error);
    V* frame = out_.frame;
    frame[kSlotData] = {out_.labelled.data, 0};
    for (size_t i = 0; i < tool.slots.size(); ++i) {
        const ParamSlots& slots = slots_of.slots[i];
        const Argument& argument = out_.arguments[i];
        const Label& label = out_.labelled.arguments[i];
        if (slots.value != kNoSlot) frame[slots.value] = argument.value;
        if (argument.value.err == static_cast<int64_t>(Err::Absent)) continue;  // the label of nothing is absent too
        if (slots.trust != kNoSlot) frame[slots.trust] = {label.trust, 0};
        if (slots.data_class != kNoSlot) frame[slots.data_class] = {label.data_class, 0};
        if (slots.sources != kNoSlot) frame[slots.sources] = ref(label.sources);
    }
}

/// From here on the tool is the one that decides results. Without one there is nothing to fit and no rule to run.
void Binder::result() {
    const uint32_t after = program_.tools[out_.tool].after;
    out_.ruled = after != kNoTool;
    if (!out_.ruled) return;
    const bool fits = !program_.tools[out_.tool].returns || result_fields();
    if (fits) out_.tool = after;
}

bool Binder::result_fields() {
    const ToolDesc& tool = program_.tools[program_.tools[out_.tool].after];
    const Json& result = *request_.result;
    ValueReader reader(program_, defaults_, arena_);
    const auto fail = [&](const std::string& why) {
        deny(reader.is_limit() ? Denial::Limit : Denial::Result, why);
        return false;
    };
    if (!result.is(JsonKind::Object)) return fail("result: not an object");
    const std::span<const FieldDesc> fields = std::span(tool.params).subspan(out_.arguments.size());
    const auto name_of = [](const FieldDesc& f) { return std::string_view(f.name).substr(kResultPrefix.size()); };
    for (const Json& m : result.children()) {
        const auto known = [&](const FieldDesc& f) { return name_of(f) == m.key; };
        if (std::none_of(fields.begin(), fields.end(), known))
            return fail(std::string(kResultPrefix) + std::string(m.key) + ": no such field");
    }
    for (size_t i = 0; i < fields.size(); ++i) {
        V value;
        if (!reader.read_field(fields[i], result.find(name_of(fields[i])), value))
            return fail(reader.problem_under(fields[i].name));
        const uint32_t slot = tool.slots[out_.arguments.size() + i].value;
        if (slot != kNoSlot) out_.frame[slot] = value;
    }
    return true;
}

}  // namespace

void bind(const Request& request, const LoadedProgram& program, const Defaults& defaults, const Carry* carry,
          Arena& arena, Bound& out) {
    Binder(request, program, defaults, carry, arena, out).run();
}

}  // namespace remit
