// The verifier: one case for each thing that it refuses.
#include <functional>

#include "tests/catch.h"
#include "tests/program/sample.h"
#include "vm/program/limits.h"
#include "vm/program/verify.h"

using namespace remit;
using namespace remit::test;

namespace {

struct Spoiled {
    const char* reason;  // part of what the verifier says
    std::function<void(Program&)> spoil;
};

void check(const std::vector<Spoiled>& cases) {
    for (const Spoiled& c : cases) {
        Program p = sample();
        c.spoil(p);
        const auto problem = verify(p);
        INFO(c.reason << " <- " << problem.value_or("passed"));
        REQUIRE(problem.has_value());
        CHECK(problem->find(c.reason) != std::string::npos);
        CHECK_FALSE(LoadedProgram::load(p).ok());
    }
}

/// A shape alone is enough to be refused.
Spoiled code(const char* reason, std::vector<Instr> instrs, TypeRef result = kTruthType, uint16_t registers = 8) {
    return {reason, [=](Program& p) { add_shape(p, instrs, {kIntType}, result, registers); }};
}

}  // namespace

TEST_CASE("the sample is sound") {
    CHECK(verify(sample()) == std::nullopt);
    CHECK(verify(bare()) == std::nullopt);
    CHECK(verify(Program{}).has_value());
}

TEST_CASE("schema") {
    check({
        {"are needed", [](Program& p) { p.vocabularies.resize(3); }},
        {"wrong number of symbols", [](Program& p) { p.vocabularies[4].symbols.clear(); }},
        {"must be ordered", [](Program& p) { p.vocabularies[0].ordered = false; }},
        {"symbol twice", [](Program& p) { p.vocabularies[4].symbols = {"a", "a"}; }},
        {"one mask for each role", [](Program& p) { p.role_closure.pop_back(); }},
        {"mask of the wrong size", [](Program& p) { p.role_closure[0].push_back(0); }},
        {"does not include itself", [](Program& p) { p.role_closure[1] = {1}; }},
        {"does not exist", [](Program& p) { p.role_closure[1] = {7}; }},
        {"types: too few", [](Program& p) { p.types.resize(8); }},
        {"is not the plain kind", [](Program& p) { p.types[2].kind = Kind::Int; }},
        {"is not a list of int", [](Program& p) { p.types[6].item = kStrType; }},
        {"no such kind", [](Program& p) { p.types[9].kind = static_cast<Kind>(9); }},
        {"refers to a later type", [](Program& p) { p.types[9].item = 9; }},
        {"refers to a later type", [](Program& p) { p.types[10].fields = {11}; }},
        {"guards are no data", [](Program& p) { p.types[10].fields = {kTruthType}; }},
        {"nested too deeply",
         [](Program& p) {
             for (int i = 0; i < 100; ++i)
                 p.types.push_back({Kind::List, static_cast<TypeRef>(p.types.size() - 1), {}});
         }},
        {"fixed slots are missing", [](Program& p) { p.slots.resize(kSlotRoles); }},
        {"too many slots", [](Program& p) { p.slots.resize(limits::kMaxSlots + 1, {"x", kIntType}); }},
        {"fixed slot of another type", [](Program& p) { p.slots[kSlotTenant].type = kIntType; }},
        {"fixed slot of another type", [](Program& p) { p.slots[kSlotRoles].type = kStrType; }},
        {"slot 12: no such type", [](Program& p) { p.slots[kAmount].type = 99; }},
        {"guards are no data", [](Program& p) { p.slots[kAmount].type = kTruthType; }},
    });
}

namespace {

/// A tool that decides the results of the sample's.
void add_result_tool(Program& p) {
    ToolDesc result = p.tools[0];
    result.after_of = 0;
    result.segments_begin = result.segments_end = 0;
    p.tools[0].after = static_cast<uint32_t>(p.tools.size());
    p.tools.push_back(std::move(result));
}

Spoiled with_results(const char* reason, const std::function<void(Program&)>& spoil) {
    return {reason, [=](Program& p) {
                add_result_tool(p);
                spoil(p);
            }};
}

}  // namespace

TEST_CASE("tools that decide results, and batches") {
    Program sound = sample();
    add_result_tool(sound);
    CHECK(verify(sound) == std::nullopt);
    check({
        {"no such tool for its results", [](Program& p) { p.tools[0].after = 7; }},
        {"its results have no tool", [](Program& p) { p.tools[0].returns = true; }},
        with_results("another's", [](Program& p) { p.tools[1].after_of = 1; }),
        with_results("decides the results of no tool",
                     [](Program& p) {
                         p.tools.push_back(p.tools[1]);
                         p.tools[2].after_of = 1;
                     }),
        with_results("that has another", [](Program& p) { p.tools.push_back(p.tools[1]); }),
        with_results("too many", [](Program& p) { p.tools[1].params.push_back(p.tools[1].params[0]); }),
        with_results("other parameters", [](Program& p) { p.tools[1].params[0].name = "other"; }),
        with_results("none of the result",
                     [](Program& p) {
                         p.tools[0].returns = true;
                         p.tools[1].params.push_back(p.tools[1].params[0]);
                     }),
        with_results("another stage",
                     [](Program& p) {
                         p.tools[1].segments_begin = p.tools[0].segments_begin;
                         p.tools[1].segments_end = p.tools[0].segments_end;
                     }),
        {"no such elements", [](Program& p) { p.tools[0].each_param = 1; }},
        {"elements are no records", [](Program& p) { p.tools[0].each_param = 1, p.tools[0].each_tool = 0; }},
    });
}

TEST_CASE("tools, facts and states") {
    check({
        {"not sorted", [](Program& p) { p.tools.push_back(p.tools[0]); }},
        {"no such trust", [](Program& p) { p.tools[0].trust = 2; }},
        {"no such class", [](Program& p) { p.tools[0].gives = 2; }},
        {"differ in number", [](Program& p) { p.tools[0].slots.pop_back(); }},
        {"slot of another type", [](Program& p) { p.tools[0].slots[0].value = kText; }},
        {"slot of another type", [](Program& p) { p.tools[0].slots[0].sources = kTexts; }},
        {"slot of another type", [](Program& p) { p.tools[0].slots[0].trust = kText; }},
        {"no such slot", [](Program& p) { p.tools[0].slots[0].value = kSampleSlots; }},
        {"fixed slot", [](Program& p) { p.tools[0].slots[0].value = kSlotRisk; }},
        {"layout does not fit", [](Program& p) { p.tools[0].params[0].type.layout = kStrType; }},
        {"layout does not fit",
         [](Program& p) { p.tools[0].params[1].type.item[0] = value_type(ValueKind::String, kStrType); }},
        {"layout does not fit", [](Program& p) { p.tools[0].params[3].type.fields.pop_back(); }},
        {"one item type", [](Program& p) { p.tools[0].params[1].type.item.clear(); }},
        {"only records", [](Program& p) { p.tools[0].params[0].type.fields.emplace_back(); }},
        {"no such vocabulary",
         [](Program& p) {
             p.tools[0].params[0].type.kind = ValueKind::Symbol;
             p.tools[0].params[0].type.vocabulary = 9;
         }},
        {"scale", [](Program& p) { p.tools[0].params[0].type.scale = 10; }},
        {"list too long", [](Program& p) { p.tools[0].params[1].type.max_items = 70'000; }},
        {"no such fact use", [](Program& p) { p.tools[0].facts = {1}; }},
        {"no such fact", [](Program& p) { p.fact_uses[0].fact = 1; }},
        {"number of keys", [](Program& p) { p.fact_uses[0].keys.clear(); }},
        {"no such key slot", [](Program& p) { p.fact_uses[0].keys[0].slot = 99; }},
        {"key slot of another type", [](Program& p) { p.fact_uses[0].keys[0].slot = kAmount; }},
        {"no such constant", [](Program& p) { p.fact_uses[0].keys[0] = {true, 0, 999}; }},
        {"key constant of another type", [](Program& p) { p.fact_uses[0].keys[0] = {true, 0, 0}; }},
        {"no such field", [](Program& p) { p.fact_uses[0].fields = {{1, kPaid}}; }},
        {"slot of another type", [](Program& p) { p.fact_uses[0].fields = {{0, kText}}; }},
        {"needs a slot", [](Program& p) { p.fact_uses[0].fields = {{0, kNoSlot}}; }},
        {"freshness", [](Program& p) { p.facts[0].fresh_ns = -1; }},
        {"state `mark`: state: slot of another", [](Program& p) { p.states[0].slot = kText; }},
        {"state `mark`: no such slot", [](Program& p) { p.states[0].slot = UINT32_MAX; }},
        {"state `mark`: state: is a fixed slot", [](Program& p) { p.states[0].slot = kSlotLane; }},
        {"state `sum`", [](Program& p) { p.states[1].slot = kRecords; }},
        {"third slot is no list", [](Program& p) { p.states[2].slot = kSum; }},
        {"list of another type", [](Program& p) { p.states[2].distinct_type = value_type(ValueKind::Int, kIntType); }},
        {"out of bounds", [](Program& p) { p.states[1].over_ns = -1; }},
        {"has keys", [](Program& p) { p.states[1].max_keys = 3; }},
        {"has keys", [](Program& p) { p.states[1].key = "to"; }},
    });
}

TEST_CASE("constants") {
    const auto bad = [](const char* reason, Constant c) {
        return Spoiled{reason, [c](Program& p) { p.constants.push_back(c); }};
    };
    check({
        bad("no such type", number(1, 99)),
        bad("no guard value", number(1, kTruthType)),
        bad("not UTF-8", text("\xff")),
        bad("no url", text("a.com", kUrlType)),
        bad("no url in normal form", text("HTTPS://a.com/", kUrlType)),
        bad("no email", text("a@B.com", kEmailType)),
        bad("no address", text("10.0.0.1/8", kNetType)),
        bad("item of another type", {kStrListType, 0, {}, {number(1)}}),
        bad("no constants", {kRecordType, 0, {}, {}}),
    });
}

TEST_CASE("bytecode") {
    const auto items = slot(0, kItems);
    check({
        {"code range", [](Program& p) { p.shapes[0].end = p.shapes[0].begin; }},
        {"code range", [](Program& p) { p.shapes[0].end = UINT32_MAX; }},
        {"shares code", [](Program& p) { p.shapes.push_back(p.shapes[0]); }},
        {"too many registers", [](Program& p) { p.shapes[0].registers = 257; }},
        {"parameter of no type", [](Program& p) { p.shapes[0].params[0] = 99; }},
        {"no such result type", [](Program& p) { p.shapes[0].result = 99; }},
        {"too many instructions",
         [](Program& p) { add_shape(p, std::vector<Instr>(limits::kMaxShapeInstrs + 1, slot(0, kAmount))); }},
        code("result is no guard", {items, ret(0)}, kIntListType),
        code("only ret", {slot(0, kAmount)}),
        code("only ret", {param(0, 0), ret(0), ret(0)}, kIntType),
        code("no such instruction", {ins(static_cast<Op>(kOpCount), 0), ret(0)}),
        code("operand is not set", {ins(Op::Not, 1, 0), ret(1)}),
        code("operand is not set", {slot(0, kAmount), ins(Op::EqI, 1, 0, 7), ret(1)}),
        code("operand is not set", {slot(0, kAmount), ins(Op::EqI, 1, 0, 900), ret(1)}),
        code("no such destination", {slot(8, kAmount), ret(8)}, kIntType),
        code("no such slot", {slot(0, kSampleSlots), ret(0)}, kIntType),
        code("no such parameter", {param(0, 1), ret(0)}, kIntType),
        code("wrong kind", {slot(0, kText), ins(Op::Truth, 1, 0), ret(1)}),
        code("wrong items", {slot(0, kText), items, slot(1, kText), ins(Op::InS, 2, 1, 0), ret(2)}),
        code("wrong items", {slot(0, kTexts), slot(1, kAmount), ins(Op::InI, 2, 1, 0), ret(2)}),
        code("wrong items", {slot(0, kUrl), slot(1, kItems), ins(Op::UrlOn, 2, 0, 1), ret(2)}),
        code("operand is no list", {slot(0, kAmount), ins(Op::Item, 1, 0, 0), ret(1)}, kIntType),
        code("index is no number", {items, slot(1, kText), ins(Op::Item, 2, 0, 1), ret(2)}, kIntType),
        code("operand is no record", {slot(0, kText), ins(Op::Field, 1, 0), ret(1)}, kIntType),
        code("no such field", {slot(0, kRecord), ins(Op::Field, 1, 0, 0, 2), ret(1)}, kIntType),
        code("result of the wrong kind", {slot(0, kAmount), ret(0)}),
        code("result of the wrong kind", {ret(0)}),
        code("operand is no guard", {slot(0, kAmount), ins(Op::ExitFalse, 0, 0), ins(Op::Truth, 1, 0), ret(1)}),
        code("gives no guard", {slot(0, kAmount), ins(Op::Truth, 1, 0), ins(Op::ExitFalse, 0, 1), ret(0)}, kIntType),
    });
}

TEST_CASE("loops") {
    const auto items = slot(0, kItems);
    const auto body = ins(Op::Item, 3, 0, 1);
    const auto guard = ins(Op::Truth, 4, 3);
    const auto next = ins(Op::Next, 0, 4);
    check({
        code("operand is no list", {slot(0, kAmount), ins(Op::ForAny, 2, 0, 1, 2), next, ret(2)}),
        code("no next where", {items, ins(Op::ForAny, 2, 0, 1, 3), body, guard, next, ret(2)}),
        code("no next where", {items, ins(Op::ForAny, 2, 0, 1, 0), body, guard, next, ret(2)}),
        code("no next where", {items, {Op::ForAny, 0, 2, 0, 1, UINT32_MAX - 100}, body, guard, next, ret(2)}),
        code("not the end of a loop", {items, next, ret(0)}),
        code("do not nest",
             {items, ins(Op::ForAny, 2, 0, 1, 6), body, ins(Op::ForAny, 5, 0, 6, 5), guard, next, next, ret(2)}),
        code("inside a loop",
             {items, ins(Op::ForAny, 2, 0, 1, 5), body, guard, ins(Op::ExitFalse, 0, 4), next, ret(2)}),
        code("three registers", {items, ins(Op::ForAny, 0, 0, 1, 4), body, guard, next, ret(0)}),
        code("three registers", {items, ins(Op::ForAny, 1, 0, 1, 4), body, guard, next, ret(1)}),
        code("no such register", {items, ins(Op::ForAny, 9, 0, 1, 4), body, guard, next, ret(2)}),
        code("writes a register of its loop",
             {items, ins(Op::ForAny, 2, 0, 1, 5), body, slot(1, kAmount), guard, next, ret(2)}),
        code("writes a register of its loop",
             {items, ins(Op::ForAny, 2, 0, 1, 5), body, slot(0, kAmount), guard, next, ret(2)}),
        code("body's result", {items, ins(Op::ForAny, 2, 0, 1, 3), body, ins(Op::Next, 0, 3), ret(2)}),
        code("body's result", {items, ins(Op::ForSum, 2, 0, 1, 4), body, guard, next, ret(2)}, kIntType),
        // set in the body, read after it: there may have been no round
        code("result of the wrong kind", {items, ins(Op::ForAny, 2, 0, 1, 4), body, guard, next, ret(4)}),
        // the result is not there before the end
        code("operand is not set", {items, ins(Op::ForAny, 2, 0, 1, 4), body, ins(Op::Not, 4, 2), next, ret(2)}),
        // set before, of another type after the first round
        code("operand is not set",
             {items, slot(5, kText), ins(Op::ForCount, 2, 0, 1, 6), ins(Op::LengthS, 6, 5), ins(Op::Item, 5, 0, 1),
              ins(Op::Truth, 4, 5), next, ret(2)},
             kIntType),
        code("only ret", {items, ins(Op::ForAny, 2, 0, 1, 3), ret(0), next, ret(2)}),
    });
    Program p = bare();  // registers set before the loop may be reused in its body
    add_shape(p, {items, slot(3, kText), ins(Op::ForAll, 2, 0, 1, 5), body, guard, next, ret(2)});
    CHECK(verify(p) == std::nullopt);
}

TEST_CASE("rules, segments and rows") {
    check({
        {"no such signer", [](Program& p) { p.rules[0].signer = 2; }},
        {"isolation level", [](Program& p) { p.rules[0].level = 4; }},
        {"below zero", [](Program& p) { p.rules[0].number = -1; }},
        {"nobody is asked", [](Program& p) { p.rules[8].quorum = 0; }},
        {"only a block can be overridden", [](Program& p) { p.rules[8].overridable = true; }},
        {"nobody is asked", [](Program& p) { p.rules[4].overridable = true; }},
        {"no such rule for this action", [](Program& p) { p.rules[p.rows[0].rule].watch = true; }},
        {"no such lane", [](Program& p) { p.rules[7].number = 3; }},
        {"no such egress",
         [](Program& p) {
             p.rules[8].kind = RuleKind::Reach;
             p.rules[8].egress = 1;
         }},
        {"a parameter is no constant", [](Program& p) { p.params[0] = 999; }},
        {"its guard is no guard", [](Program& p) { p.segments[0].shape = 99; }},
        {"its guard is no guard", [](Program& p) { p.segments[0].shape = 4; }},
        {"rows out of bounds", [](Program& p) { p.segments[0].row_end = 99; }},
        {"shares rows", [](Program& p) { p.segments.push_back(p.segments[0]); }},
        {"must", [](Program& p) { p.segments[3].must = false; }},
        {"must", [](Program& p) { p.segments[4].must = true; }},
        {"must", [](Program& p) { p.rules[8].kind = RuleKind::Reach; }},
        {"no such value", [](Program& p) { p.segments[4].value_shape = 4; }},
        {"no such value", [](Program& p) { p.segments[1].value_shape = 99; }},
        {"value of the wrong kind", [](Program& p) { p.segments[1].value_shape = 5; }},
        {"distinct needs a value", [](Program& p) { p.segments[2].value_shape = kNoShape; }},
        {"no such rule", [](Program& p) { p.rows[0].rule = 99; }},
        {"no such rule for this action", [](Program& p) { p.rows[0].rule = 3; }},
        {"parameters out of bounds", [](Program& p) { p.rows[0].params = UINT32_MAX; }},
        {"parameters out of bounds", [](Program& p) { p.rows[8].params = static_cast<uint32_t>(p.params.size() - 1); }},
        {"of another type", [](Program& p) { p.rows[0].params = p.rows[4].params; }},
        {"no regular expression", [](Program& p) { p.constants[p.params[p.rows[4].params]].text = "("; }},
        {"no such state", [](Program& p) { p.rows[0].payload = kAmount; }},
        {"no such state", [](Program& p) { p.rows[0].payload = -1; }},
        {"no such state", [](Program& p) { p.rows[1].payload = kMark; }},
        {"no such state", [](Program& p) { p.rows[2].payload = kSum; }},
        {"no such state", [](Program& p) { p.segments[2].value_shape = 4; }},
        {"weight below zero", [](Program& p) { p.rows[5].payload = -1; }},
        {"no such lane", [](Program& p) { p.rows[7].payload = 3; }},
        {"no such segment", [](Program& p) { p.tool_segments[0] = 99; }},
        {"segments out of bounds", [](Program& p) { p.tools[0].segments_end = 99; }},
        {"segments out of bounds", [](Program& p) { p.tools[0].segments_begin = 99; }},
        {"more rows than rules",
         [](Program& p) {
             p.tool_segments.push_back(0);
             p.tools[0].segments_end++;
         }},
    });
}
