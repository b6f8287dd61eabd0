#include "vm/engine/call_plan.h"

#include <algorithm>

#include "vm/program/value_kind.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

bool same_types(const Program& a, const ValueType& x, const Program& b, const ValueType& y);

bool same_fields(const Program& a, const FieldDesc& x, const Program& b, const FieldDesc& y) {
    return x.name == y.name && x.optional == y.optional && x.nullable == y.nullable && x.has_default == y.has_default &&
           x.default_json == y.default_json && x.has_min == y.has_min && x.has_max == y.has_max && x.min == y.min &&
           x.max == y.max && x.one_of == y.one_of && same_types(a, x.type, b, y.type);
}

bool same_types(const Program& a, const ValueType& x, const Program& b, const ValueType& y) {
    if (x.kind != y.kind || x.scale != y.scale || x.max_items != y.max_items) return false;
    if (x.kind == ValueKind::Symbol && a.vocabularies[x.vocabulary].symbols != b.vocabularies[y.vocabulary].symbols)
        return false;
    return std::equal(x.item.begin(), x.item.end(), y.item.begin(), y.item.end(),
                      [&](const ValueType& s, const ValueType& t) { return same_types(a, s, b, t); }) &&
           std::equal(x.fields.begin(), x.fields.end(), y.fields.begin(), y.fields.end(),
                      [&](const FieldDesc& s, const FieldDesc& t) { return same_fields(a, s, b, t); });
}

/// The bounds of a number or string, as ValueReader holds it to them.
void bound(const Program& program, ParamPlan& p) {
    const FieldDesc& field = *p.field;
    p.low = field.has_min ? field.min : INT64_MIN;
    p.high = field.has_max ? field.max : INT64_MAX;
    if (field.type.kind == ValueKind::Bool) {
        p.low = 0;
        p.high = 1;
    } else if (field.type.kind == ValueKind::Symbol) {
        p.low = 0;
        p.high = static_cast<int64_t>(program.vocabularies[field.type.vocabulary].symbols.size()) - 1;
    }
}

/// one_of as numbers. A text that is no value of the type permits nothing.
void choose(const Program& program, ParamPlan& p) {
    const ValueType& type = p.field->type;
    if (p.field->one_of.empty() || type.kind == ValueKind::Bool) return;
    for (const std::string& text : p.field->one_of) {
        std::optional<int64_t> value;
        if (type.kind == ValueKind::Symbol) {
            const auto& symbols = program.vocabularies[type.vocabulary].symbols;
            const auto it = std::find(symbols.begin(), symbols.end(), text);
            if (it != symbols.end()) value = it - symbols.begin();
        } else {
            value = parse_number(type, text);
        }
        if (value) p.choices.push_back(*value);
    }
    if (p.choices.empty()) {  // nothing is permitted
        p.low = 1;
        p.high = 0;
    }
}

ParamPlan plan_param(const Program& program, const Defaults& defaults, const FieldDesc& field,
                     const ParamSlots& slots) {
    ParamPlan p;
    p.field = &field;
    p.slots = slots;
    const V* fallback = field.has_default ? defaults.find(field) : nullptr;
    p.fallback = fallback != nullptr ? *fallback : error(Err::Absent);
    p.required = field.has_default ? fallback == nullptr : !field.optional;
    p.number = kind_of(field.type.kind) == Kind::Int;
    p.list = field.type.kind == ValueKind::List || field.type.kind == ValueKind::Set;
    bound(program, p);
    if (p.number) choose(program, p);
    return p;
}

void plan_written(LayerPlan& plan, const ToolDesc& tool) {
    const Program& program = *plan.program;
    const auto add = [&](uint32_t slot) {
        const auto begin = plan.written.begin() + plan.tools.back().written_begin;
        if (std::any_of(begin, plan.written.end(), [&](const WrittenState& w) { return w.slot == slot; })) return;
        for (uint32_t s = 0; s < program.states.size(); ++s)
            if (program.states[s].slot == slot) return plan.written.push_back({slot, s, program.states[s].is_count});
    };
    for (uint32_t i = tool.segments_begin; i < tool.segments_end; ++i) {
        const Segment& segment = program.segments[program.tool_segments[i]];
        if (segment.action != Action::Mark && segment.action != Action::Count &&
            segment.action != Action::CountDistinct)
            continue;
        for (uint32_t r = segment.row_begin; r < segment.row_end; ++r)
            add(static_cast<uint32_t>(program.rows[r].payload));
    }
}

void plan_tool(LayerPlan& plan, const ToolDesc& tool) {
    ToolPlan& t = plan.tools.emplace_back();
    t.params_begin = static_cast<uint32_t>(plan.params.size());
    t.written_begin = static_cast<uint32_t>(plan.written.size());
    for (size_t i = 0; i < tool.params.size(); ++i) {
        const ParamSlots& slots = tool.slots[i];
        plan.params.push_back(plan_param(*plan.program, *plan.defaults, tool.params[i], slots));
        t.required += plan.params.back().required;
        t.defaults |= plan.params.back().fallback.err != static_cast<int64_t>(Err::Absent);
        t.label_slots |= slots.trust != kNoSlot || slots.data_class != kNoSlot || slots.sources != kNoSlot ||
                         slots.item_labels;
    }
    t.facts = !tool.facts.empty();
    t.batch = tool.each_tool != kNoTool;
    plan_written(plan, tool);
    t.params_end = static_cast<uint32_t>(plan.params.size());
    t.written_end = static_cast<uint32_t>(plan.written.size());
}

std::vector<uint32_t> map_ranks(const Vocabulary& from, const Vocabulary& to, uint32_t otherwise) {
    std::vector<uint32_t> map;
    for (const std::string& symbol : from.symbols) {
        const auto it = std::find(to.symbols.begin(), to.symbols.end(), symbol);
        map.push_back(it == to.symbols.end() ? otherwise : static_cast<uint32_t>(it - to.symbols.begin()));
    }
    return map;
}

void map_tools(LayerPlan& plan, const Program& own) {
    for (const ToolDesc& tool : own.callable()) {
        const uint32_t index = plan.program->find_tool(tool.name);
        plan.tool_of.push_back(index == kNoTool ? kUnknownName : index);
        if (index == kNoTool || plan.program == &own) continue;
        const ToolDesc& there = plan.program->tools[index];
        plan.tools[index].same_schema = std::equal(
            tool.params.begin(), tool.params.end(), there.params.begin(), there.params.end(),
            [&](const FieldDesc& x, const FieldDesc& y) { return same_fields(own, x, *plan.program, y); });
    }
}

}  // namespace

LayerPlan plan_layer(const LoadedProgram& layer, const Defaults& defaults, const Program& own, const Names& names) {
    LayerPlan plan;
    const Program& program = layer.program();
    plan.loaded = &layer;
    plan.program = &program;
    plan.defaults = &defaults;
    plan.tools.reserve(program.tools.size());
    for (const ToolDesc& tool : program.tools) plan_tool(plan, tool);
    map_tools(plan, own);
    const auto map = [&](WellKnownVocabulary v) {
        return map_ranks(own.vocabularies[v], program.vocabularies[v], kUnknownName);
    };
    plan.top_class = static_cast<int64_t>(program.vocabularies[kVocClasses].symbols.size()) - 1;
    plan.tier_of = map(kVocTiers);
    plan.class_of = map(kVocClasses);
    plan.trust_of = map(kVocTrust);
    plan.lane_to = map_ranks(program.vocabularies[kVocLanes], own.vocabularies[kVocLanes], 0);
    NameTable roles;
    roles.reserve(program.roles.size());
    for (uint32_t r = 0; r < program.roles.size(); ++r) roles.add(0, program.roles[r], r);
    for (std::string_view role : names.role_names()) {
        const uint32_t r = roles.find(0, role);
        plan.closure_of_role.push_back(r == kUnknownName ? nullptr : &program.role_closure[r]);
    }
    for (const StateDesc& state : program.states)
        plan.state_ids.push_back(state.is_count ? names.count(state.name) : names.mark(state.name));
    return plan;
}

}  // namespace remit
