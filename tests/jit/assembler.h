// Hand-built programs for the engines' tests: an assembler for shapes, and a program with one tool around them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vm/program/program.h"

namespace remit::test {

/// Registers are handed out in order; every emitting function gives the register that it wrote.
class ShapeAssembler {
public:
    explicit ShapeAssembler(Program& program) : program_(program), begin_(static_cast<uint32_t>(program.code.size())) {}

    uint16_t slot(uint32_t index) { return put(Op::Slot, 0, 0, index); }
    uint16_t param(TypeRef type) {
        params_.push_back(type);
        return put(Op::Param, 0, 0, static_cast<uint32_t>(params_.size() - 1));
    }
    uint16_t op(Op name, uint16_t a, uint16_t b = 0) { return put(name, a, b, 0); }
    uint16_t item(uint16_t list, uint16_t index) { return put(Op::Item, list, index, 0); }
    uint16_t field(uint16_t record, uint32_t index) { return put(Op::Field, record, 0, index); }
    void exit_false(uint16_t guard) { program_.code.push_back({Op::ExitFalse, 0, 0, guard, 0, 0}); }

    /// `body(index register)` gives the register of the body's result.
    template <class Body>
    uint16_t loop(Op kind, uint16_t list, Body body) {
        const uint16_t index = next_++;
        const size_t head = program_.code.size();
        const uint16_t dst = next_++;
        program_.code.push_back({kind, 0, dst, list, index, 0});
        const uint16_t result = body(index);
        program_.code[head].imm = static_cast<uint32_t>(program_.code.size());
        program_.code.push_back({Op::Next, 0, 0, result, 0, 0});
        return dst;
    }

    /// Ends the shape; gives its index.
    uint32_t ret(uint16_t value, TypeRef result = static_cast<TypeRef>(Kind::Truth)) {
        program_.code.push_back({Op::Ret, 0, 0, value, 0, 0});
        Shape shape;
        shape.begin = begin_;
        shape.end = static_cast<uint32_t>(program_.code.size());
        shape.registers = next_;
        shape.params = params_;
        shape.result = result;
        program_.shapes.push_back(shape);
        return static_cast<uint32_t>(program_.shapes.size() - 1);
    }

private:
    uint16_t put(Op name, uint16_t a, uint16_t b, uint32_t imm) {
        program_.code.push_back({name, 0, next_, a, b, imm});
        return next_++;
    }

    Program& program_;
    uint32_t begin_;
    uint16_t next_ = 0;
    std::vector<TypeRef> params_;
};

inline constexpr TypeRef kTruthType = static_cast<TypeRef>(Kind::Truth);
inline constexpr TypeRef kIntType = static_cast<TypeRef>(Kind::Int);
inline constexpr TypeRef kStrType = static_cast<TypeRef>(Kind::Str);
inline constexpr TypeRef kListType = static_cast<TypeRef>(Kind::List);
inline constexpr TypeRef kRecordType = static_cast<TypeRef>(Kind::Record);

/// A program that the verifier takes, with the fixed slots, no rules, and one tool `t`.
inline Program empty_program() {
    Program p;
    p.name = "hand-built";
    for (size_t i = 0; i < p.hash.size(); ++i) p.hash[i] = static_cast<uint8_t>(17 * i + 3);
    p.vocabularies = {{"tier", true, {"dev", "stage", "prod"}},
                      {"class", true, {"public", "internal", "confidential", "restricted"}},
                      {"trust_level", true, {"untrusted", "vetted", "first_party"}},
                      {"lane", true, {"low", "medium", "high"}}};
    for (int k = 0; k < kKindCount; ++k) {
        TypeDesc type;
        type.kind = static_cast<Kind>(k);
        if (type.kind == Kind::List) type.item = kIntType;
        p.types.push_back(type);
    }
    const std::pair<const char*, TypeRef> fixed[] = {
        {"risk", kIntType},           {"lane", kIntType},          {"data", kIntType},
        {"session.tier", kIntType},   {"context.time", kIntType},  {"session.id", kStrType},
        {"session.tenant", kStrType}, {"session.owner", kStrType}, {"session.retention", kStrType},
        {"call.id", kStrType},        {"call.parent", kStrType}};
    for (const auto& [name, type] : fixed) p.slots.push_back({name, type});
    ToolDesc tool;
    tool.name = "t";
    p.tools.push_back(tool);
    return p;
}

inline uint32_t add_slot(Program& p, TypeRef type) {
    p.slots.push_back({"args.x" + std::to_string(p.slots.size()), type});
    return static_cast<uint32_t>(p.slots.size() - 1);
}
inline TypeRef add_type(Program& p, TypeDesc type) {
    p.types.push_back(std::move(type));
    return static_cast<TypeRef>(p.types.size() - 1);
}
inline Constant number(int64_t value) {
    Constant c;
    c.type = kIntType;
    c.number = value;
    return c;
}
inline Constant text(std::string value, TypeRef type = kStrType) {
    Constant c;
    c.type = type;
    c.text = std::move(value);
    return c;
}
inline Constant list(std::vector<Constant> items, TypeRef type = kListType) {
    Constant c;
    c.type = type;
    c.items = std::move(items);
    return c;
}

/// A row with its own rule and constants; rows of one segment are added one after another.
inline void add_row(Program& p, const std::vector<Constant>& params, int64_t payload = 0) {
    Row row;
    row.rule = static_cast<uint32_t>(p.rules.size());
    row.params = static_cast<uint32_t>(p.params.size());
    row.payload = payload;
    for (const Constant& c : params) {
        p.params.push_back(static_cast<uint32_t>(p.constants.size()));
        p.constants.push_back(c);
    }
    RuleInfo rule;
    rule.id[0] = static_cast<uint8_t>(row.rule);
    rule.id[1] = static_cast<uint8_t>(row.rule >> 8);
    p.rules.push_back(rule);
    p.rows.push_back(row);
}

inline RuleKind kind_for(Action action) {
    switch (action) {
        case Action::Note: return RuleKind::Limit;
        case Action::Allow: return RuleKind::Allow;
        case Action::Block: return RuleKind::Block;
        case Action::Risk: return RuleKind::Risk;
        case Action::Lane: return RuleKind::Lane;
        case Action::Mark: return RuleKind::Mark;
        case Action::Count:
        case Action::CountDistinct: return RuleKind::Count;
    }
    return RuleKind::Limit;
}

/// A segment over the rows added since `row_begin`, run by the last tool.
inline void add_segment(Program& p, Action action, uint32_t shape, size_t row_begin, uint32_t value_shape = kNoShape) {
    for (size_t i = row_begin; i < p.rows.size(); ++i) p.rules[p.rows[i].rule].kind = kind_for(action);
    Segment s;
    s.action = action;
    s.must = action == Action::Allow;
    s.shape = shape;
    s.value_shape = value_shape;
    s.row_begin = static_cast<uint32_t>(row_begin);
    s.row_end = static_cast<uint32_t>(p.rows.size());
    p.tool_segments.push_back(static_cast<uint32_t>(p.segments.size()));
    p.segments.push_back(s);
    p.tools.back().segments_end = static_cast<uint32_t>(p.tool_segments.size());
}

}  // namespace remit::test
