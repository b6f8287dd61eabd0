// The verifier's look at the schema: vocabularies, roles, types, slots, tools, facts, states.
#include <algorithm>
#include <set>

#include "vm/program/value_kind.h"
#include "vm/program/limits.h"
#include "vm/program/verify_parts.h"

namespace remit::verifier {
namespace {

constexpr size_t kMaxScale = 9;

Problem roles(const Program& p) {
    if (p.roles.size() > limits::kMaxRoles) return "too many roles";
    if (p.role_closure.size() != p.roles.size()) return "role closure: one mask for each role is needed";
    for (size_t i = 0; i < p.roles.size(); ++i) {
        const auto& mask = p.role_closure[i];
        if (mask.size() != p.role_words()) return say("role ", i, ": mask of the wrong size");
        if ((mask[i / 64] >> (i % 64) & 1) == 0) return say("role ", i, ": does not include itself");
        const size_t used = p.roles.size() % 64;
        if (used != 0 && (mask.back() >> used) != 0) return say("role ", i, ": includes a role that does not exist");
    }
    return {};
}

Problem value_type(const Program& p, const ValueType& t, size_t depth);

Problem value_fields(const Program& p, const std::vector<FieldDesc>& fields, size_t depth) {
    for (const FieldDesc& f : fields) {
        if (auto problem = value_type(p, f.type, depth)) return say("`", f.name, "`: ", *problem);
    }
    return {};
}

bool is_command(const ValueType& t) {
    const std::vector<FieldDesc> fields = command_fields(0);
    return std::equal(
        t.fields.begin(), t.fields.end(), fields.begin(), fields.end(), [](const FieldDesc& a, const FieldDesc& b) {
            const bool same_items = a.type.item.size() == b.type.item.size() &&
                                    (a.type.item.empty() || a.type.item[0].kind == b.type.item[0].kind);
            return a.name == b.name && a.type.kind == b.type.kind && same_items && !a.optional && !a.nullable;
        });
}

/// Well-formed, and its layout is what a reader of such a value makes.
Problem value_type(const Program& p, const ValueType& t, size_t depth) {
    if (depth > limits::kMaxNesting) return "type nested too deeply";
    if (t.kind > ValueKind::Command) return "no such kind of value";
    if (t.scale > kMaxScale) return "decimal scale too large";
    if (t.kind == ValueKind::Symbol && !is_in(p.vocabularies, t.vocabulary)) return "no such vocabulary";
    const bool collection = t.kind == ValueKind::List || t.kind == ValueKind::Set;
    if (t.item.size() != (collection ? 1u : 0u)) return "only lists and sets have one item type";
    if (t.kind == ValueKind::Command && !is_command(t)) return "a command is not made of these fields";
    if (t.kind != ValueKind::Record && t.kind != ValueKind::Command && !t.fields.empty())
        return "only records have fields";
    if (collection && t.max_items > limits::kMaxListItems) return "list too long";
    if (collection) {
        if (auto problem = value_type(p, t.item[0], depth + 1)) return problem;
    }
    if (auto problem = value_fields(p, t.fields, depth + 1)) return problem;
    if (!layout_fits(p, t, t.layout)) return "layout does not fit the type";
    return {};
}

Problem slot_of_type(const Program& p, uint32_t slot, TypeRef type, const char* what) {
    if (slot == kNoSlot) return {};
    if (!is_in(p.slots, slot)) return say(what, ": no such slot");
    if (slot < kSlotRoles + p.role_words()) return say(what, ": is a fixed slot");
    if (p.slots[slot].type != type) return say(what, ": slot of another type");
    return {};
}
constexpr TypeRef plain(Kind kind) { return static_cast<TypeRef>(kind); }

Problem param_slots(const Program& p, const FieldDesc& param, const ParamSlots& s) {
    if (auto problem = slot_of_type(p, s.value, param.type.layout, "value")) return problem;
    if (auto problem = slot_of_type(p, s.trust, plain(Kind::Int), "trust")) return problem;
    if (auto problem = slot_of_type(p, s.data_class, plain(Kind::Int), "class")) return problem;
    return slot_of_type(p, s.sources, plain(Kind::List), "sources");
}

/// Elements are calls of a tool that can be named and is no batch itself.
Problem batch(const Program& p, const ToolDesc& t) {
    if (t.each_param == kNoTool && t.each_tool == kNoTool) return {};
    if (!is_in(t.params, t.each_param) || !is_in(p.tools, t.each_tool)) return "no such elements";
    const ValueType& list = t.params[t.each_param].type;
    if (list.kind != ValueKind::List || list.item[0].kind != ValueKind::Record) return "elements are no records";
    const ToolDesc& of = p.tools[t.each_tool];
    if (of.each_tool != kNoTool || of.after_of != kNoTool || t.after_of != kNoTool) return "elements of another tool";
    return {};
}

Problem tool(const Program& p, const ToolDesc& t) {
    if (t.trust >= p.vocabularies[kVocTrust].symbols.size()) return "no such trust";
    if (t.gives >= p.vocabularies[kVocClasses].symbols.size()) return "no such class";
    if (t.slots.size() != t.params.size()) return "parameters and their slots differ in number";
    for (size_t i = 0; i < t.params.size(); ++i) {
        if (auto problem = value_type(p, t.params[i].type, 0)) return say("`", t.params[i].name, "`: ", *problem);
        if (auto problem = param_slots(p, t.params[i], t.slots[i])) return say("`", t.params[i].name, "`: ", *problem);
    }
    for (const uint32_t use : t.facts) {
        if (!is_in(p.fact_uses, use)) return "no such fact use";
    }
    return batch(p, t);
}

/// The tools that decide results come after all others, one for each that says so, and begin with its parameters.
Problem result(const Program& p, size_t i, size_t named) {
    const ToolDesc& t = p.tools[i];
    if (t.after == kNoTool) return t.returns ? Problem("its results have no tool") : Problem();
    if (t.after < named || !is_in(p.tools, t.after)) return "no such tool for its results";
    if (p.tools[t.after].after_of != i) return "the tool for its results is another's";
    return {};
}

Problem result_tool(const Program& p, size_t i, size_t named) {
    const ToolDesc& t = p.tools[i];
    if (t.after_of == kNoTool || t.after_of >= named) return "decides the results of no tool";
    const ToolDesc& of = p.tools[t.after_of];
    if (of.after != i) return "decides the results of a tool that has another";
    if (t.params.size() < of.params.size() || (!of.returns && t.params.size() != of.params.size()))
        return "lacks parameters, or has too many";
    const auto same = [](const FieldDesc& a, const FieldDesc& b) {
        return a.name == b.name && a.type.layout == b.type.layout;
    };
    if (!std::equal(of.params.begin(), of.params.end(), t.params.begin(), same)) return "begins with other parameters";
    const auto is_field = [](const FieldDesc& f) { return f.name.starts_with(kResultPrefix); };
    if (!std::all_of(t.params.begin() + static_cast<std::ptrdiff_t>(of.params.size()), t.params.end(), is_field))
        return "has a parameter that is none of the result";
    return {};
}

Problem fact_key(const Program& p, const FactKey& key, const FieldDesc& declared) {
    if (key.is_constant) {
        if (!is_in(p.constants, key.constant)) return "no such constant";
        if (p.constants[key.constant].type != declared.type.layout) return "key constant of another type";
        return {};
    }
    if (!is_in(p.slots, key.slot)) return "no such key slot";
    if (p.slots[key.slot].type != declared.type.layout) return "key slot of another type";
    return {};
}

Problem fact_use(const Program& p, const FactUse& use) {
    if (!is_in(p.facts, use.fact)) return "no such fact";
    const FactDesc& fact = p.facts[use.fact];
    if (use.keys.size() != fact.keys.size()) return "wrong number of keys";
    for (size_t i = 0; i < use.keys.size(); ++i) {
        if (auto problem = fact_key(p, use.keys[i], fact.keys[i])) return problem;
    }
    for (const auto& [field, slot] : use.fields) {
        if (!is_in(fact.fields, field)) return "no such field";
        if (slot == kNoSlot) return "a field that is read needs a slot";
        if (auto problem = slot_of_type(p, slot, fact.fields[field].type.layout, "field")) return problem;
    }
    return {};
}

Problem state(const Program& p, const StateDesc& s) {
    if (s.count > CountKind::Distinct || s.per > Window::Tenant) return "no such kind of count";
    if (s.scale > kMaxScale || s.over_ns < 0 || s.max_distinct > limits::kMaxListItems) return "out of bounds";
    if (s.key.empty() ? s.max_keys != 0 : !s.is_count || s.max_keys == 0 || s.per != Window::Tenant)
        return "only a count of a tenant has keys, and at least one";
    const uint64_t slot = s.slot;
    const uint64_t ints = s.is_count ? 2 : 1;
    for (uint64_t i = slot; i < slot + ints; ++i) {
        if (!is_in(p.slots, i)) return "no such slot";
        if (auto problem = slot_of_type(p, static_cast<uint32_t>(i), plain(Kind::Int), "state")) return problem;
    }
    if (!s.is_count || s.count != CountKind::Distinct) return {};
    if (auto problem = value_type(p, s.distinct_type, 0)) return problem;
    if (!is_in(p.slots, slot + 2)) return "no such slot";
    const TypeDesc& list = p.types[p.slots[slot + 2].type];
    if (slot + 2 < kSlotRoles + p.role_words() || list.kind != Kind::List) return "the third slot is no list";
    if (list.item != s.distinct_type.layout) return "list of another type";
    const Kind item = p.types[list.item].kind;
    if (item != Kind::Int && item != Kind::Str) return "distinct values must be numbers or text";
    return {};
}

}  // namespace

bool layout_fits(const Program& p, const ValueType& value, TypeRef t) {
    if (!is_in(p.types, t)) return false;
    const TypeDesc& type = p.types[t];
    if (type.kind != kind_of(value.kind)) return false;
    if (type.kind == Kind::List) return value.item.size() == 1 && value.item[0].layout == type.item;
    if (type.kind != Kind::Record) return true;
    return std::equal(type.fields.begin(), type.fields.end(), value.fields.begin(), value.fields.end(),
                      [](TypeRef ref, const FieldDesc& f) { return f.type.layout == ref; });
}

Problem vocabularies(const Program& p) {
    if (p.vocabularies.size() < kVocUser) return "tiers, classes, trust and lanes are needed";
    for (size_t i = 0; i < p.vocabularies.size(); ++i) {
        const Vocabulary& v = p.vocabularies[i];
        if (v.symbols.empty() || v.symbols.size() > limits::kMaxSymbols)
            return say("vocabulary ", i, ": wrong number of symbols");
        if (i < kVocUser && !v.ordered) return say("vocabulary ", i, ": must be ordered");
        if (std::set<std::string_view>(v.symbols.begin(), v.symbols.end()).size() != v.symbols.size()) {
            return say("vocabulary ", i, ": symbol twice");
        }
    }
    return roles(p);
}

Problem types(const Program& p) {
    if (p.types.size() < kKindCount || p.types.size() > UINT16_MAX) return "types: too few or too many";
    std::vector<size_t> depth(p.types.size(), 0);
    for (size_t i = 0; i < p.types.size(); ++i) {
        const TypeDesc& t = p.types[i];
        if (t.kind > Kind::Any) return say("type ", i, ": no such kind");
        if (i < kKindCount) {
            if (t.kind != static_cast<Kind>(i) || !t.fields.empty()) return say("type ", i, ": is not the plain kind");
            if (t.kind == Kind::List && t.item != plain(Kind::Int)) return say("type ", i, ": is not a list of int");
            continue;
        }
        std::vector<TypeRef> parts = t.kind == Kind::Record ? t.fields : std::vector<TypeRef>{};
        if (t.kind == Kind::List) parts.push_back(t.item);
        for (const TypeRef part : parts) {
            if (part >= i) return say("type ", i, ": refers to a later type");
            if (p.types[part].kind == Kind::Truth) return say("type ", i, ": guards are no data");
            depth[i] = std::max(depth[i], depth[part] + 1);
        }
        if (depth[i] > limits::kMaxNesting) return say("type ", i, ": nested too deeply");
    }
    return {};
}

Problem slots(const Program& p) {
    if (p.slots.size() > limits::kMaxSlots) return "too many slots";
    if (p.slots.size() < kSlotRoles + p.role_words()) return "fixed slots are missing";
    for (size_t i = 0; i < p.slots.size(); ++i) {
        if (!is_in(p.types, p.slots[i].type)) return say("slot ", i, ": no such type");
        const Kind kind = p.types[p.slots[i].type].kind;
        if (kind == Kind::Truth) return say("slot ", i, ": guards are no data");
        const Kind fixed = i < kSlotRoles ? kFixedSlotKinds[i] : Kind::Int;
        if (i < kSlotRoles + p.role_words() && kind != fixed) return say("slot ", i, ": fixed slot of another type");
    }
    return {};
}

Problem tools(const Program& p) {
    const size_t named = static_cast<size_t>(
        std::find_if(p.tools.begin(), p.tools.end(), [](const ToolDesc& t) { return t.after_of != kNoTool; }) -
        p.tools.begin());
    for (size_t i = 0; i < p.tools.size(); ++i) {
        if (i > 0 && i < named && p.tools[i - 1].name >= p.tools[i].name)
            return say("tool ", i, ": not sorted by name");
        if (auto problem = i < named ? result(p, i, named) : result_tool(p, i, named))
            return say("tool `", p.tools[i].name, "`: ", *problem);
        if (auto problem = tool(p, p.tools[i])) return say("tool `", p.tools[i].name, "`: ", *problem);
    }
    return {};
}

Problem facts(const Program& p) {
    for (const FactDesc& fact : p.facts) {
        if (fact.fresh_ns < 0) return say("fact `", fact.name, "`: freshness below zero");
        if (auto problem = value_fields(p, fact.keys, 0)) return say("fact `", fact.name, "`: ", *problem);
        if (auto problem = value_fields(p, fact.fields, 0)) return say("fact `", fact.name, "`: ", *problem);
    }
    for (size_t i = 0; i < p.fact_uses.size(); ++i) {
        if (auto problem = fact_use(p, p.fact_uses[i])) return say("fact use ", i, ": ", *problem);
    }
    return {};
}

Problem states(const Program& p) {
    for (const StateDesc& s : p.states) {
        if (auto problem = state(p, s)) return say("state `", s.name, "`: ", *problem);
    }
    return {};
}

}  // namespace remit::verifier
