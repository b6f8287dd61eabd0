// The fields of everything in a Program, in the order of the image: one list for writing and reading, so that they cannot
// drift. `Archive` takes any number of fields; T is const when writing.
#pragma once

#include <type_traits>

#include "vm/program/program.h"

namespace remit::image {

template <class T, class U>
concept Is = std::is_same_v<std::remove_const_t<T>, U>;

void fields(auto& a, Is<Instr> auto& x) { a(x.op, x.reserved, x.dst, x.a, x.b, x.imm); }
void fields(auto& a, Is<TypeDesc> auto& x) { a(x.kind, x.item, x.fields); }
void fields(auto& a, Is<Shape> auto& x) { a(x.begin, x.end, x.registers, x.params, x.result, x.cost); }
void fields(auto& a, Is<Row> auto& x) { a(x.rule, x.params, x.payload); }
void fields(auto& a, Is<Segment> auto& x) { a(x.action, x.must, x.shape, x.value_shape, x.row_begin, x.row_end); }
void fields(auto& a, Is<SlotDesc> auto& x) { a(x.name, x.type); }
void fields(auto& a, Is<ValueType> auto& x) {
    a(x.kind, x.scale, x.vocabulary, x.max_items, x.item, x.fields, x.layout);
}
void fields(auto& a, Is<FieldDesc> auto& x) {
    a(x.name, x.type, x.optional, x.nullable, x.has_default, x.default_json, x.has_min, x.has_max, x.min, x.max,
      x.one_of);
}
void fields(auto& a, Is<Vocabulary> auto& x) { a(x.name, x.ordered, x.symbols); }
void fields(auto& a, Is<ParamSlots> auto& x) { a(x.value, x.trust, x.data_class, x.sources, x.item_labels); }
void fields(auto& a, Is<ToolDesc> auto& x) {
    a(x.name, x.write, x.destructive, x.idempotent, x.open, x.trust, x.gives, x.undo, x.params, x.slots, x.facts,
      x.segments_begin, x.segments_end, x.schema_digest, x.after, x.after_of, x.returns, x.each_param, x.each_tool);
}
void fields(auto& a, Is<FactDesc> auto& x) { a(x.name, x.keys, x.fields, x.fresh_ns); }
void fields(auto& a, Is<FactKey> auto& x) { a(x.is_constant, x.slot, x.constant); }
void fields(auto& a, Is<FactUse> auto& x) { a(x.fact, x.keys, x.fields); }
void fields(auto& a, Is<StateDesc> auto& x) {
    a(x.name, x.is_count, x.slot, x.count, x.scale, x.distinct_type, x.max_distinct, x.over_ns, x.per, x.key,
      x.max_keys, x.id);
}
void fields(auto& a, Is<Egress> auto& x) { a(x.name, x.endpoints); }
void fields(auto& a, Is<RuleInfo> auto& x) {
    a(x.id, x.kind, x.name, x.at, x.because, x.number, x.signer, x.quorum, x.window_ns, x.words, x.level, x.egress,
      x.narrows, x.per, x.path, x.at_least_ns, x.at_most_ns, x.watch, x.overridable, x.after, x.always, x.property,
      x.order);
}
void fields(auto& a, Is<Constant> auto& x) { a(x.type, x.number, x.text, x.items); }
void fields(auto& a, Is<Program> auto& x) {
    a(x.hash, x.parent, x.name, x.vocabularies, x.roles, x.role_closure, x.egress, x.tools, x.facts, x.fact_uses,
      x.states, x.types, x.slots, x.code, x.shapes, x.constants, x.params, x.rows, x.segments, x.tool_segments,
      x.rules);
}

/// The last enumerator: reading refuses what lies beyond.
template <class E>
inline constexpr E kLast = E{};
template <>
inline constexpr Op kLast<Op> = Op::Ret;
template <>
inline constexpr Kind kLast<Kind> = Kind::Any;
template <>
inline constexpr Action kLast<Action> = Action::CountDistinct;
template <>
inline constexpr ValueKind kLast<ValueKind> = ValueKind::Command;
template <>
inline constexpr CountKind kLast<CountKind> = CountKind::Distinct;
template <>
inline constexpr Window kLast<Window> = Window::Tenant;
template <>
inline constexpr RuleKind kLast<RuleKind> = RuleKind::Never;
template <>
inline constexpr Property kLast<Property> = Property::Lane;
template <>
inline constexpr Order kLast<Order> = Order::Ge;

}  // namespace remit::image
