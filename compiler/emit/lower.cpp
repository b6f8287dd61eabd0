#include "compiler/emit/lower.h"

#include "compiler/emit/shape_builder.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

enum class Table : char { Shape, Constant, ToolSet, Segment };

template <class T>
void append(std::string& key, const T& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_constant(std::string& key, const Constant& c) {
    append(key, c.type);
    append(key, c.number);
    append(key, c.text.size());
    key += c.text;
    append(key, c.items.size());
    for (const Constant& item : c.items) append_constant(key, item);
}

std::string constant_key(const Constant& c) {
    std::string key(1, static_cast<char>(Table::Constant));
    append_constant(key, c);
    return key;
}

bool is_constant(const ir::Policy& policy, ir::NodeId id, int64_t bits) {
    return policy.nodes[id].kind == ir::NodeKind::Const && policy.nodes[id].constant.number == bits;
}

bool never_holds(const ir::Policy& policy, const ir::Rule& rule, const ir::Variant& v) {
    if (v.guard == ir::kNoNode) return false;
    return is_constant(policy, v.guard, kFalse) || (rule.must && is_constant(policy, v.guard, kError));
}

}  // namespace

LoweredRule LoweringTables::lower(const ir::Policy& policy, const ir::Rule& rule, Diagnostics& diagnostics) {
    LoweredRule out;
    out.speaks = rule.variants.empty();  // that nothing is covered is said elsewhere
    for (const ir::Variant& v : rule.variants) {
        if (never_holds(policy, rule, v)) continue;
        out.speaks = true;
        variant(policy, rule, v, out, diagnostics);
    }
    return out;
}

void LoweringTables::variant(const ir::Policy& policy, const ir::Rule& rule, const ir::Variant& v, LoweredRule& out,
                             Diagnostics& diagnostics) {
    const bool always = v.guard != ir::kNoNode && is_constant(policy, v.guard, kTrue);
    BuiltShape guard = build_guard(policy, rule.roles, always ? ir::kNoNode : v.guard);
    LoweredVariant lowered;
    SegmentKey key;
    key.phase = rule.phase;
    key.action = rule.action;
    key.must = rule.must;
    for (const Constant& c : guard.params) out.params.push_back(constant(c));
    if (v.summand != ir::kNoNode && !rule.info.watch) {
        BuiltShape value = build_value(policy, v.summand);
        for (const Constant& c : value.params) out.params.push_back(constant(c));
        lowered.value_cost = value.cost;
        key.value_shape = shape(std::move(value), rule.span, diagnostics);
    }
    lowered.guard_cost = guard.cost;
    key.shape = shape(std::move(guard), rule.span, diagnostics);
    key.tools = tool_set(v.tools);
    lowered.segment = segment(key);
    out.variants.push_back(lowered);
}

uint32_t LoweringTables::find(const Constant& constant) const {
    const auto it = by_bytes_.find(constant_key(constant));
    return it == by_bytes_.end() ? UINT32_MAX : it->second;
}

uint32_t LoweringTables::constant(Constant c) {
    const auto next = static_cast<uint32_t>(constants_.size());
    const auto [it, is_new] = by_bytes_.emplace(constant_key(c), next);
    if (is_new) constants_.push_back(std::move(c));
    return it->second;
}

uint32_t LoweringTables::shape(BuiltShape built, Span span, Diagnostics& diagnostics) {
    if (built.too_large) diagnostics.report<DiagId::TooMany>(span, limits::kMaxShapeInstrs, "steps in one guard");
    std::string key(1, static_cast<char>(Table::Shape));
    for (const Instr& i : built.code) {
        append(key, i.op);
        append(key, i.dst);
        append(key, i.a);
        append(key, i.b);
        append(key, i.imm);
    }
    for (const Constant& c : built.params) append(key, c.type);
    append(key, built.result);
    const auto next = static_cast<uint32_t>(shapes_.size());
    const auto [it, is_new] = by_bytes_.emplace(std::move(key), next);
    if (is_new) {
        Code code;
        code.instrs = std::move(built.code);
        code.registers = built.registers;
        code.result = built.result;
        for (const Constant& c : built.params) code.params.push_back(c.type);
        shapes_.push_back(std::move(code));
    }
    return it->second;
}

uint32_t LoweringTables::tool_set(const std::vector<uint32_t>& tools) {
    std::string key(1, static_cast<char>(Table::ToolSet));
    for (const uint32_t tool : tools) append(key, tool);
    const auto next = static_cast<uint32_t>(tool_sets_.size());
    const auto [it, is_new] = by_bytes_.emplace(std::move(key), next);
    if (is_new) tool_sets_.push_back(tools);
    return it->second;
}

uint32_t LoweringTables::segment(const SegmentKey& k) {
    std::string key(1, static_cast<char>(Table::Segment));
    append(key, k.phase);
    append(key, k.action);
    append(key, k.must);
    append(key, k.shape);
    append(key, k.value_shape);
    append(key, k.tools);
    const auto next = static_cast<uint32_t>(segments_.size());
    const auto [it, is_new] = by_bytes_.emplace(std::move(key), next);
    if (is_new) segments_.push_back(k);
    return it->second;
}

}  // namespace remit
