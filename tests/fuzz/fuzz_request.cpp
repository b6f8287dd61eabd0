// Fuzzing requests: any bytes, through the whole engine with a small program, by itself and in a recorded session.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vm/engine/json.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"

namespace {

using namespace remit;

FieldDesc field(const char* name, ValueKind kind, Kind layout, bool optional) {
    FieldDesc f;
    f.name = name;
    f.type.kind = kind;
    f.type.layout = static_cast<TypeRef>(layout);
    f.optional = optional;
    return f;
}

/// One tool with an argument of every kind, one fact, one mark, one count, and rules that always hold.
Program small_program() {
    Program p;
    p.name = "fuzz";
    for (int k = 0; k < kKindCount; ++k)
        p.types.push_back({static_cast<Kind>(k), static_cast<TypeRef>(Kind::Truth), {}});
    p.types[static_cast<size_t>(Kind::List)].item = static_cast<TypeRef>(Kind::Int);
    p.vocabularies = {{"tiers", true, {"dev", "prod"}},
                      {"classes", true, {"public", "secret"}},
                      {"trust", true, {"untrusted", "first_party"}},
                      {"lanes", true, {"low", "high"}}};
    p.roles = {"boss"};
    p.role_closure = {{1}};
    for (int i = 0; i < 5; ++i) p.slots.push_back({"fixed", static_cast<TypeRef>(Kind::Int)});
    for (int i = 0; i < 6; ++i) p.slots.push_back({"fixed", static_cast<TypeRef>(Kind::Str)});
    p.slots.push_back({"roles", static_cast<TypeRef>(Kind::Int)});
    const auto slot = [&](Kind kind) {
        p.slots.push_back({"slot", static_cast<TypeRef>(kind)});
        return static_cast<uint32_t>(p.slots.size() - 1);
    };
    ToolDesc tool;
    tool.name = "t.x";
    const std::pair<ValueKind, Kind> kinds[] = {
        {ValueKind::String, Kind::Str},  {ValueKind::Bool, Kind::Int},     {ValueKind::Int, Kind::Int},
        {ValueKind::Decimal, Kind::Int}, {ValueKind::Duration, Kind::Int}, {ValueKind::Timestamp, Kind::Int},
        {ValueKind::Ip, Kind::Net},      {ValueKind::Cidr, Kind::Net},     {ValueKind::Url, Kind::Url},
        {ValueKind::Path, Kind::Str},    {ValueKind::Email, Kind::Email},  {ValueKind::Host, Kind::Str},
        {ValueKind::Symbol, Kind::Int},  {ValueKind::List, Kind::List},    {ValueKind::Set, Kind::List},
        {ValueKind::Any, Kind::Any}};
    static const char* const kNames[] = {"s",   "b", "i", "d", "u", "t", "ip",  "n",
                                         "url", "p", "e", "h", "y", "l", "set", "any"};
    for (size_t i = 0; i < std::size(kinds); ++i) {
        FieldDesc f = field(kNames[i], kinds[i].first, kinds[i].second, true);
        if (f.type.kind == ValueKind::Decimal) f.type.scale = 2;
        if (kinds[i].second == Kind::List) {
            f.type.item.push_back(field("", ValueKind::Int, Kind::Int, false).type);
            f.type.max_items = 8;
        }
        tool.params.push_back(f);
        ParamSlots slots{slot(kinds[i].second), slot(Kind::Int), slot(Kind::Int), slot(Kind::List),
                         kinds[i].second == Kind::List};
        tool.slots.push_back(slots);
    }
    FactDesc fact;
    fact.name = "f";
    fact.keys = {field("k", ValueKind::String, Kind::Str, false)};
    fact.fields = {field("v", ValueKind::Int, Kind::Int, false)};
    fact.fresh_ns = 1'000'000'000;
    p.facts = {fact};
    p.fact_uses = {{0, {{false, tool.slots[0].value, 0}}, {{0, slot(Kind::Int)}}}};
    tool.facts = {0};
    StateDesc mark;
    mark.name = "m";
    mark.slot = slot(Kind::Int);
    StateDesc count;
    count.name = "c";
    count.is_count = true;
    count.count = CountKind::Distinct;
    count.max_distinct = 4;
    count.over_ns = 1'000'000'000;
    count.distinct_type = field("", ValueKind::Int, Kind::Int, false).type;
    count.slot = slot(Kind::Int);
    slot(Kind::Int);
    slot(Kind::List);
    p.states = {mark, count};
    const uint32_t number = tool.slots[2].value;
    p.code = {{Op::Slot, 0, 0, 0, 0, kSlotRisk},
              {Op::EqI, 0, 1, 0, 0, 0},
              {Op::Ret, 0, 0, 1, 0, 0},
              {Op::Slot, 0, 0, 0, 0, number},
              {Op::Ret, 0, 0, 0, 0, 0}};
    p.shapes = {{0, 3, 2, {}, static_cast<TypeRef>(Kind::Truth)}, {3, 5, 1, {}, static_cast<TypeRef>(Kind::Int)}};
    const auto rule = [&](RuleKind kind, Action action, int64_t payload, uint32_t value) {
        RuleInfo r;
        r.kind = kind;
        r.quorum = 1;
        r.window_ns = 3'600'000'000'000;
        r.name = kind == RuleKind::Count ? "c" : "m";
        const auto row = static_cast<uint32_t>(p.rows.size());
        p.rows.push_back({row, 0, payload});
        p.rules.push_back(r);
        p.tool_segments.push_back(static_cast<uint32_t>(p.segments.size()));
        p.segments.push_back({action, kind == RuleKind::Allow, 0, value, row, row + 1});
    };
    rule(RuleKind::Mark, Action::Mark, mark.slot, kNoShape);
    rule(RuleKind::Count, Action::CountDistinct, count.slot, 1);
    rule(RuleKind::Allow, Action::Allow, 0, kNoShape);
    rule(RuleKind::Ask, Action::Note, 0, kNoShape);
    tool.segments_end = static_cast<uint32_t>(p.tool_segments.size());
    p.tools = {tool};
    return p;
}

std::shared_ptr<const Policy> policy() {
    auto loaded = LoadedProgram::load(small_program());
    if (!loaded) std::abort();
    auto made = Policy::make({Layer{*loaded, make_interpreter(*loaded)}});
    if (!made) std::abort();
    return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::shared_ptr<const Policy> kPolicy = policy();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Decider decider(kPolicy);
    const std::string json = to_json(decider.decide(text), true);
    Arena arena;
    JsonReader reader;
    if (reader.read(json, arena) == nullptr) std::abort();  // a decision is always JSON
    (void)decider.decide_stateful(text);
    (void)decider.decide_stateful(text);
    return 0;
}
