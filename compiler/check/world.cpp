#include "compiler/check/world.h"

#include <algorithm>

#include "vm/ops/op_table.h"
#include "vm/value/scalar.h"

namespace remit {

World::World(Diagnostics& diagnostics_in) : diagnostics(diagnostics_in), schema(policy.schema) {
    schema.types = plain_types();
}

// ---- nodes -------------------------------------------------------------------------------------------------------

ir::NodeId World::add(ir::Node node) {
    policy.nodes.push_back(std::move(node));
    return static_cast<ir::NodeId>(policy.nodes.size() - 1);
}

ir::NodeId World::op(Op op, std::vector<ir::NodeId> kids) {
    ir::Node n;
    n.kind = ir::NodeKind::Op;
    n.op = op;
    n.type = static_cast<TypeRef>(op_info(op).result);
    n.kids = std::move(kids);
    return add(std::move(n));
}

ir::NodeId World::slot(uint32_t index, std::string text) {
    ir::Node n;
    n.kind = ir::NodeKind::Slot;
    n.type = schema.slots[index].type;
    n.index = index;
    n.text = std::move(text);
    return add(std::move(n));
}

ir::NodeId World::constant(Constant constant, std::string text) {
    ir::Node n;
    n.kind = ir::NodeKind::Const;
    n.type = constant.type;
    n.constant = std::move(constant);
    n.text = std::move(text);
    return add(std::move(n));
}

ir::NodeId World::number(int64_t value, std::string text) {
    Constant c;
    c.type = static_cast<TypeRef>(Kind::Int);
    c.number = value;
    return constant(std::move(c), std::move(text));
}

ir::NodeId World::text(const std::string& value) {
    Constant c;
    c.type = static_cast<TypeRef>(Kind::Str);
    c.text = value;
    return constant(std::move(c), quoted(value));
}

ir::NodeId World::truth(bool value) {
    Constant c;
    c.type = static_cast<TypeRef>(Kind::Truth);
    c.number = value ? kTrue : kFalse;
    return constant(std::move(c), value ? "true" : "false");
}

// ---- slots -------------------------------------------------------------------------------------------------------

uint32_t World::new_slot(std::string name, TypeRef type) {
    schema.slots.push_back({std::move(name), type});
    return static_cast<uint32_t>(schema.slots.size() - 1);
}

TypeRef World::layout(const ValueType& t) {
    const TypeRef type = layout_of(t, schema.types);
    if (type >= kKindCount) demand(Demand::Layout, type);
    return type;
}

const FieldDesc* World::find_param(uint32_t tool, const std::string& name) const {
    for (const FieldDesc& p : schema.tools[tool].params)
        if (p.name == name) return &p;
    return nullptr;
}

std::span<const FieldDesc> World::arguments(uint32_t tool) const {
    const ToolDesc& t = schema.tools[tool];
    const ToolDesc& called = t.after_of == kNoTool ? t : schema.tools[t.after_of];
    return {t.params.data(), called.params.size()};
}

std::string World::param_key(const FieldDesc& param) const {
    std::string key = param.name + "\n" + name_of(param.type);
    if (param.optional) key += " optional";
    if (param.nullable) key += " or null";
    if (param.has_min && param.min >= 0) key += " natural";  // a count's summand must be provably >= 0
    return key;
}

void World::index_tools() {
    slots_of_tool_.assign(schema.tools.size(), {});
    for (uint32_t t = 0; t < schema.tools.size(); ++t) {
        ToolDesc& tool = schema.tools[t];
        tool.slots.assign(tool.params.size(), {});
        param_key_ids_.emplace_back();
        for (size_t p = 0; p < tool.params.size(); ++p) {
            const std::string key = param_key(tool.params[p]);
            params_by_key_[key].emplace_back(t, p);
            param_key_ids_.back().push_back(
                key_ids_.emplace(key, static_cast<uint32_t>(key_ids_.size() + 1)).first->second);
        }
    }
}

uint32_t World::param_key_id(uint32_t tool, const std::string& name) const {
    const std::vector<FieldDesc>& declared = schema.tools[tool].params;
    for (size_t p = 0; p < declared.size(); ++p)
        if (declared[p].name == name) return param_key_ids_[tool][p];
    return 0;
}

const std::vector<uint32_t>& World::tools_matching(const std::string& glob) {
    const auto [it, is_new] = glob_cache_.try_emplace(glob);
    const size_t named = schema.callable().size();
    if (is_new)
        for (uint32_t t = 0; t < named; ++t)
            if (glob_matches(glob, schema.tools[t].name)) it->second.push_back(t);
    return it->second;
}

namespace {

uint32_t& part_of(ParamSlots& slots, World::Part part) {
    switch (part) {
        case World::Part::Value: return slots.value;
        case World::Part::Trust: return slots.trust;
        case World::Part::Class: return slots.data_class;
        case World::Part::Sources: return slots.sources;
    }
    return slots.value;
}

const char* part_name(World::Part part) {
    switch (part) {
        case World::Part::Value: return "";
        case World::Part::Trust: return "#trust";
        case World::Part::Class: return "#class";
        case World::Part::Sources: return "#sources";
    }
    return "";
}

}  // namespace

void World::set_part(uint32_t tool, size_t param, Part part, uint32_t slot) {
    part_of(schema.tools[tool].slots[param], part) = slot;
    slots_of_tool_[tool].insert(slot);
}

// Tools share argument slots, as only one tool is called at a time: a slot is free for a parameter if none of the tools that declare
// it uses the slot already. Greedy colouring; few slots keep the frame small and the shapes of guards alike.
uint32_t World::argument_slot(uint32_t tool, const std::string& param, Part part) {
    const FieldDesc& desc = *find_param(tool, param);
    const size_t position = static_cast<size_t>(&desc - schema.tools[tool].params.data());
    demand(Demand::Argument, uint64_t{param_key_ids_[tool][position]} << 2 | static_cast<uint64_t>(part));
    if (const uint32_t known = part_of(schema.tools[tool].slots[position], part); known != kNoSlot) return known;

    const auto& users = params_by_key_[param_key(desc)];
    TypeRef type = static_cast<TypeRef>(Kind::Int);
    if (part == Part::Value) type = layout(desc.type);
    if (part == Part::Sources) type = static_cast<TypeRef>(Kind::List);
    const std::string name = "args." + param + part_name(part);

    uint32_t slot = kNoSlot;
    for (uint32_t candidate : argument_slots_[type]) {
        const bool is_free = std::none_of(users.begin(), users.end(), [&](const auto& user) {
            return slots_of_tool_[user.first].count(candidate) != 0;
        });
        if (!is_free) continue;
        slot = candidate;
        if (schema.slots[slot].name.size() < 60) schema.slots[slot].name += " | " + name;
        break;
    }
    if (slot == kNoSlot) {
        slot = new_slot(name, type);
        argument_slots_[type].push_back(slot);
    }
    for (const auto& [user, at] : users) set_part(user, at, part, slot);
    return slot;
}

void World::want_item_labels(uint32_t tool, const std::string& param) {
    demand(Demand::ItemLabels, param_key_id(tool, param));
    for (const auto& [user, at] : params_by_key_[param_key(*find_param(tool, param))])
        schema.tools[user].slots[at].item_labels = true;
}

uint32_t World::fact_use(const std::string& text, uint32_t fact, std::vector<FactKey> keys) {
    const auto [it, is_new] = fact_uses_.emplace(text, static_cast<uint32_t>(schema.fact_uses.size()));
    if (is_new) {
        FactUse use;
        use.fact = fact;
        use.keys = std::move(keys);
        schema.fact_uses.push_back(std::move(use));
    }
    demand(Demand::Fact, it->second);
    return it->second;
}

uint32_t World::fact_constant(Constant constant, const std::string& text) {
    const auto next = static_cast<uint32_t>(schema.constants.size());
    const auto [it, is_new] = fact_constants_.emplace(std::pair(constant.type, text), next);
    if (is_new) schema.constants.push_back(std::move(constant));
    demand(Demand::FactConstant, it->second);
    return it->second;
}

void World::need_fact(const std::vector<uint32_t>& of, uint32_t use) {
    const auto [it, is_new] = tool_sets_.emplace(of, static_cast<uint32_t>(tool_sets_.size()));
    demand(Demand::FactOfTools, uint64_t{it->second} << 28 | use);
    for (uint32_t tool : of) {
        std::vector<uint32_t>& uses = schema.tools[tool].facts;
        if (std::find(uses.begin(), uses.end(), use) == uses.end()) uses.push_back(use);
    }
}

uint32_t World::fact_slot(uint32_t use, uint32_t field, const std::string& text) {
    demand(Demand::FactField, uint64_t{use} << 28 | field);
    for (const auto& [known, slot] : schema.fact_uses[use].fields)
        if (known == field) return slot;
    const FieldDesc& desc = schema.facts[schema.fact_uses[use].fact].fields[field];
    const uint32_t slot = new_slot(text, layout(desc.type));
    schema.fact_uses[use].fields.emplace_back(field, slot);
    return slot;
}

// ---- text --------------------------------------------------------------------------------------------------------

namespace {

size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string suggest(const std::string& name, const std::vector<std::string>& candidates) {
    constexpr size_t kLongestCompared = 64;
    if (name.size() > kLongestCompared) return "";
    size_t best = name.size() / 3 + 1;
    std::string nearest;
    for (const std::string& c : candidates) {
        if (c.size() > kLongestCompared) continue;
        const size_t d = edit_distance(name, c);
        if (d > best || (d == best && !nearest.empty())) continue;
        best = d;
        nearest = c;
    }
    return nearest.empty() ? "" : "did you mean `" + nearest + "`?";
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        out += c;
    }
    return out + '"';
}

}  // namespace remit
