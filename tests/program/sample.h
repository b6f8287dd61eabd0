// A small program built by hand, with one of everything, and helpers to add shapes and rows to it. For tests of what no policy
// text can say: unsound programs, damaged images, single instructions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vm/interpreter/interpreter.h"
#include "vm/program/program.h"

namespace remit::test {

inline constexpr TypeRef kTruthType = 0, kIntType = 1, kStrType = 2, kUrlType = 3, kEmailType = 4, kNetType = 5,
                         kIntListType = 6;
inline constexpr TypeRef kStrListType = 9, kRecordType = 10, kRecordListType = 11;
enum SampleSlot : uint32_t {
    kAmount = kSlotRoles + 1,
    kItems,
    kText,
    kRecord,
    kMark,
    kSum,
    kSumPart,
    kSeen,
    kSeenPart,
    kSeenList,
    kTexts,
    kUrl,
    kPaid,
    kRecords,
    kSampleSlots,
};

inline ValueType value_type(ValueKind kind, TypeRef layout) {
    ValueType t;
    t.kind = kind;
    t.layout = layout;
    return t;
}
inline FieldDesc field(std::string name, ValueType type) {
    FieldDesc f;
    f.name = std::move(name);
    f.type = std::move(type);
    return f;
}
inline ValueType list_of(ValueType item, TypeRef layout) {
    ValueType t = value_type(ValueKind::List, layout);
    t.max_items = 8;
    t.item = {std::move(item)};
    return t;
}
inline ValueType record_type() {
    ValueType t = value_type(ValueKind::Record, kRecordType);
    t.fields = {field("n", value_type(ValueKind::Int, kIntType)), field("s", value_type(ValueKind::String, kStrType))};
    return t;
}
inline Constant number(int64_t n, TypeRef type = kIntType) { return {type, n, {}, {}}; }
inline Constant text(std::string s, TypeRef type = kStrType) { return {type, 0, std::move(s), {}}; }

inline void add_param(ToolDesc& tool, FieldDesc f, uint32_t slot) {
    tool.params.push_back(std::move(f));
    ParamSlots slots;
    slots.value = slot;
    tool.slots.push_back(slots);
}

inline void add_schema(Program& p) {
    p.vocabularies = {{"tier", true, {"dev", "prod"}},
                      {"class", true, {"public", "secret"}},
                      {"trust_level", true, {"low", "high"}},
                      {"lane", true, {"low", "medium", "high"}},
                      {"colour", false, {"red", "green"}}};
    p.roles = {"clerk", "manager"};
    p.role_closure = {{1}, {3}};
    p.egress = {{"saas", {"a.com:443", "*.b.com:443"}}};
    ToolDesc tool;
    tool.name = "pay";
    tool.write = true;
    tool.trust = 1;
    tool.undo = "unpay";
    add_param(tool, field("amount", value_type(ValueKind::Decimal, kIntType)), kAmount);
    tool.params.back().type.scale = 2;
    tool.params.back().has_min = true;
    tool.params.back().one_of = {"x"};
    add_param(tool, field("items", list_of(value_type(ValueKind::Int, kIntType), kIntListType)), kItems);
    add_param(tool, field("text", value_type(ValueKind::String, kStrType)), kText);
    add_param(tool, field("record", record_type()), kRecord);
    add_param(tool, field("texts", list_of(value_type(ValueKind::String, kStrType), kStrListType)), kTexts);
    add_param(tool, field("url", value_type(ValueKind::Url, kUrlType)), kUrl);
    add_param(tool, field("records", list_of(record_type(), kRecordListType)), kRecords);
    tool.facts = {0};
    p.tools = {std::move(tool)};
    p.facts = {{"order",
                {field("id", value_type(ValueKind::String, kStrType))},
                {field("paid", value_type(ValueKind::Int, kIntType))},
                60}};
    p.fact_uses = {{0, {{false, kText, 0}}, {{0, kPaid}}}};
}

inline void add_slots(Program& p) {
    for (int i = 0; i < kKindCount; ++i)
        p.types.push_back({static_cast<Kind>(i), static_cast<TypeRef>(i == 6 ? kIntType : 0), {}});
    p.types.push_back({Kind::List, kStrType, {}});
    p.types.push_back({Kind::Record, 0, {kIntType, kStrType}});
    p.types.push_back({Kind::List, kRecordType, {}});
    for (uint32_t i = 0; i < kSlotRoles; ++i) p.slots.push_back({"fixed", static_cast<TypeRef>(kFixedSlotKinds[i])});
    const SlotDesc own[] = {
        {"roles.0", kIntType},         {"args.amount", kIntType},         {"args.items", kIntListType},
        {"args.text", kStrType},       {"args.record", kRecordType},      {"state.mark", kIntType},
        {"state.sum", kIntType},       {"state.sum.part", kIntType},      {"state.seen", kIntType},
        {"state.seen.part", kIntType}, {"state.seen.list", kStrListType}, {"args.texts", kStrListType},
        {"args.url", kUrlType},        {"order.paid", kIntType},          {"args.records", kRecordListType}};
    p.slots.insert(p.slots.end(), std::begin(own), std::end(own));
    StateDesc mark, sum, seen;
    mark.name = "mark", mark.slot = kMark;
    sum.name = "sum", sum.slot = kSum, sum.is_count = true, sum.count = CountKind::Sum, sum.scale = 2, sum.over_ns = 5;
    seen.name = "seen", seen.slot = kSeen, seen.is_count = true, seen.count = CountKind::Distinct,
    seen.max_distinct = 4;
    seen.distinct_type = value_type(ValueKind::String, kStrType);
    p.states = {mark, sum, seen};
}

/// Schema and slots, no rules.
inline Program bare() {
    Program p;
    p.name = "sample";
    for (size_t i = 0; i < p.hash.size(); ++i) p.hash[i] = static_cast<uint8_t>(i + 1);
    add_schema(p);
    add_slots(p);
    return p;
}

inline uint32_t add_shape(Program& p, const std::vector<Instr>& code, std::vector<TypeRef> params = {},
                          TypeRef result = kTruthType, uint16_t registers = 8) {
    Shape s;
    s.begin = static_cast<uint32_t>(p.code.size());
    for (Instr i : code) {
        if (i.op >= Op::ForAny && i.op <= Op::ForSum) i.imm += s.begin;  // in tests counted from the shape's start
        p.code.push_back(i);
    }
    s.end = static_cast<uint32_t>(p.code.size());
    s.registers = registers;
    s.params = std::move(params);
    s.result = result;
    p.shapes.push_back(std::move(s));
    return static_cast<uint32_t>(p.shapes.size() - 1);
}

/// One rule, one row, one segment, run by the only tool.
inline void add_rule(Program& p, RuleKind kind, Action action, uint32_t shape, const std::vector<Constant>& params = {},
                     int64_t payload = 0, uint32_t value_shape = kNoShape) {
    RuleInfo rule;
    rule.kind = kind;
    rule.at = "sample.remit:1:1";
    rule.quorum = kind == RuleKind::Ask ? 1 : 0;
    p.rules.push_back(rule);
    Row row{static_cast<uint32_t>(p.rules.size() - 1), static_cast<uint32_t>(p.params.size()), payload};
    for (const Constant& c : params) {
        p.params.push_back(static_cast<uint32_t>(p.constants.size()));
        p.constants.push_back(c);
    }
    p.rows.push_back(row);
    Segment s{action,
              action == Action::Allow,
              shape,
              value_shape,
              static_cast<uint32_t>(p.rows.size() - 1),
              static_cast<uint32_t>(p.rows.size())};
    p.segments.push_back(s);
    p.tool_segments.push_back(static_cast<uint32_t>(p.segments.size() - 1));
    p.tools[0].segments_end = static_cast<uint32_t>(p.tool_segments.size());
}

inline Instr ins(Op op, uint16_t dst, uint16_t a = 0, uint16_t b = 0, uint32_t imm = 0) {
    return {op, 0, dst, a, b, imm};
}
inline Instr slot(uint16_t dst, uint32_t n) { return ins(Op::Slot, dst, 0, 0, n); }
inline Instr param(uint16_t dst, uint32_t n) { return ins(Op::Param, dst, 0, 0, n); }
inline Instr ret(uint16_t a) { return ins(Op::Ret, 0, a); }

/// One rule of every action, a loop, a regular expression, constants of every kind.
inline Program sample() {
    Program p = bare();
    const uint32_t above = add_shape(p, {slot(0, kAmount), param(1, 0), ins(Op::LtI, 2, 1, 0), ret(2)}, {kIntType});
    const uint32_t likes = add_shape(p,
                                     {slot(0, kText), param(1, 0), ins(Op::MatchesS, 2, 0, 1), ins(Op::ExitFalse, 0, 2),
                                      slot(3, kUrl), param(4, 1), ins(Op::UrlOn, 5, 3, 4), ret(5)},
                                     {kStrType, kStrListType});
    const uint32_t loop = add_shape(p,
                                    {slot(0, kItems), ins(Op::ForAny, 2, 0, 1, 5), ins(Op::Item, 3, 0, 1), param(4, 0),
                                     ins(Op::EqI, 5, 3, 4), ins(Op::Next, 0, 5), ret(2)},
                                    {kIntType});
    const uint32_t always = add_shape(p, {param(0, 0), ret(0)}, {kTruthType});
    const uint32_t amount = add_shape(p, {slot(0, kAmount), ret(0)}, {}, kIntType);
    const uint32_t words = add_shape(p, {slot(0, kText), ret(0)}, {}, kStrType);
    const uint32_t nets = add_shape(
        p,
        {param(0, 0), param(1, 1), ins(Op::InNet, 2, 0, 1), param(3, 2), ins(Op::EmailDomain, 4, 3), param(5, 3),
         ins(Op::UrlHost, 6, 5), ins(Op::EqS, 7, 4, 6), ins(Op::And, 2, 2, 7), ret(2)},
        {kNetType, kNetType, kEmailType, kUrlType});
    const Constant yes = number(kTrue, kTruthType);
    add_rule(p, RuleKind::Mark, Action::Mark, above, {number(10)}, kMark);
    add_rule(p, RuleKind::Count, Action::Count, always, {yes}, kSum, amount);
    add_rule(p, RuleKind::Count, Action::CountDistinct, always, {yes}, kSeen, words);
    add_rule(p, RuleKind::Allow, Action::Allow, above, {number(0)});
    add_rule(p, RuleKind::Block, Action::Block, likes,
             {text("[a-z]+"), {kStrListType, 0, {}, {text("a.com:443"), text("*.b.com:*")}}});
    add_rule(p, RuleKind::Risk, Action::Risk, loop, {number(7)}, 40);
    add_rule(p, RuleKind::Risk, Action::Risk, above, {number(5)}, 30);
    add_rule(p, RuleKind::Lane, Action::Lane, above, {number(100)}, 2);
    add_rule(p, RuleKind::Ask, Action::Note, nets,
             {text("10.1.2.3", kNetType), text("10.0.0.0/8", kNetType), text("x@a.com", kEmailType),
              text("https://a.com/", kUrlType)});
    p.rules.back().words = {"plan"};
    return p;
}

/// A loaded program, its interpreter, and a frame that can be filled; `run` decides for the only tool.
struct Bench {
    std::shared_ptr<const LoadedProgram> loaded;
    std::shared_ptr<const Kernel> kernel;
    std::vector<V> frame;
    std::vector<uint32_t> matched;
    Outcome out;
    std::string problem;

    explicit Bench(Program p) {
        auto result = LoadedProgram::load(std::move(p));
        if (!result) {
            problem = result.error();
            return;
        }
        loaded = *result;
        kernel = make_interpreter(loaded);
        frame.resize(loaded->program().slots.size());
        for (size_t i = 0; i < frame.size(); ++i) {
            if (loaded->program().types[loaded->program().slots[i].type].kind != Kind::Int)
                frame[i] = error(Err::Absent);
        }
        matched.resize(loaded->program().rules.size() + 1);
    }
    const Outcome& run() {
        out = {};
        out.matched = matched.data();
        kernel->decide(0, frame.data(), out);
        return out;
    }
};

}  // namespace remit::test
