#include "tests/engine/builder.h"

#include "tests/catch.h"
#include "vm/interpreter/interpreter.h"

namespace remit::test {

namespace {

TypeRef plain(Kind kind) { return static_cast<TypeRef>(kind); }

ValueType type(ValueKind kind, Kind layout) {
    ValueType t;
    t.kind = kind;
    t.layout = plain(layout);
    return t;
}

FieldDesc field(std::string name, ValueType t, bool optional = false) {
    FieldDesc f;
    f.name = std::move(name);
    f.type = std::move(t);
    f.optional = optional;
    return f;
}

ValueType many(ValueKind kind, ValueType item, uint32_t most, TypeRef layout) {
    ValueType t = type(kind, Kind::List);
    t.layout = layout;
    t.item.push_back(std::move(item));
    t.max_items = most;
    return t;
}

}  // namespace

Shop::Shop() {
    Program& p = program;
    p.name = "shop";
    p.hash.fill(0xAB);
    for (int k = 0; k < kKindCount; ++k)
        p.types.push_back(
            {static_cast<Kind>(k), plain(k == static_cast<int>(Kind::List) ? Kind::Int : Kind::Truth), {}});
    const auto add_type = [&](Kind kind, TypeRef item, std::vector<TypeRef> fields) {
        p.types.push_back({kind, item, std::move(fields)});
        return static_cast<TypeRef>(p.types.size() - 1);
    };
    const TypeRef strings = add_type(Kind::List, plain(Kind::Str), {});
    const TypeRef emails = add_type(Kind::List, plain(Kind::Email), {});
    const TypeRef place = add_type(Kind::Record, 0, {plain(Kind::Str), plain(Kind::Str)});
    p.vocabularies = {{"tiers", true, {"dev", "stage", "prod"}},
                      {"classes", true, {"public", "internal", "confidential", "restricted"}},
                      {"trust", true, {"untrusted", "vetted", "first_party"}},
                      {"lanes", true, {"low", "medium", "high"}}};
    p.roles = {"analyst", "release_manager", "responder"};
    p.role_closure = {{1}, {2}, {4 | 1}};
    p.egress = {{"saas", {"api.example.com:443"}}, {"mail", {"mx.example.com:25"}}};
    for (const char* name : {"risk", "lane", "data", "tier", "time"}) slot(name, plain(Kind::Int));
    for (const char* name : {"session.id", "tenant", "owner", "retention", "call.id", "parent"})
        slot(name, plain(Kind::Str));
    slot("roles", plain(Kind::Int));

    const auto str = type(ValueKind::String, Kind::Str);
    auto money = type(ValueKind::Decimal, Kind::Int);
    money.scale = 2;
    const auto email = type(ValueKind::Email, Kind::Email);

    ToolDesc lookup;
    lookup.name = "crm.lookup";
    lookup.trust = 2;
    lookup.gives = 2;
    lookup.params = {field("customer", str)};
    lookup_trust = slot("trust(args.customer)", plain(Kind::Int));
    lookup.slots = {{kNoSlot, lookup_trust, kNoSlot, kNoSlot, false}};

    ToolDesc letter;
    letter.name = "mail.send";
    letter.write = true;
    letter.params = {field("to", many(ValueKind::Set, email, 4, emails)), field("body", str, true)};
    notify = slot("args.notify", emails);
    notify_trust = slot("trust(args.notify)", plain(Kind::Int));
    notify_class = slot("class(args.notify)", plain(Kind::Int));
    notify_sources = slot("sources(args.notify)", plain(Kind::List));
    letter.slots = {{notify, notify_trust, notify_class, notify_sources, true}, {}};

    ToolDesc refund;
    refund.name = "pay.refund";
    refund.write = true;
    refund.trust = 1;
    refund.gives = 1;
    refund.schema_digest.fill(0x11);
    auto amount_field = field("amount", money);
    amount_field.has_min = amount_field.has_max = true;
    amount_field.max = 100'000'00;
    auto memo_field = field("memo", str, true);
    memo_field.nullable = true;
    auto currency_field = field("currency", str);
    currency_field.has_default = true;
    currency_field.default_json = "\"EUR\"";
    currency_field.one_of = {"EUR", "USD"};
    ValueType record = type(ValueKind::Record, Kind::Record);
    record.layout = place;
    record.fields = {field("city", str), field("zip", str, true)};
    refund.params = {field("order", str),
                     amount_field,
                     field("notify", many(ValueKind::List, email, 3, emails), true),
                     memo_field,
                     currency_field,
                     field("tags", many(ValueKind::Set, str, 4, strings), true),
                     field("where", record, true),
                     field("meta", type(ValueKind::Any, Kind::Any), true)};
    order = slot("args.order", plain(Kind::Str));
    amount = slot("args.amount", plain(Kind::Int));
    memo = slot("args.memo", plain(Kind::Str));
    currency = slot("args.currency", plain(Kind::Str));
    tags = slot("args.tags", strings);
    where = slot("args.where", place);
    const auto only = [](uint32_t value) { return ParamSlots{value, kNoSlot, kNoSlot, kNoSlot, false}; };
    refund.slots = {only(order),
                    only(amount),
                    {notify, notify_trust, notify_class, notify_sources, true},
                    only(memo),
                    only(currency),
                    only(tags),
                    only(where),
                    {}};
    p.tools = {lookup, letter, refund};
    segments_.resize(p.tools.size());

    FactDesc fact;
    fact.name = "order";
    fact.keys = {field("id", str)};
    fact.fields = {field("paid", money), field("note", str, true)};
    fact.fresh_ns = 60 * kSecond;
    p.facts = {fact};
    paid = slot("order.paid", plain(Kind::Int));

    true_shape_ = shape({{Op::Slot, 0, 0, 0, 0, kSlotRisk}, {Op::EqI, 0, 1, 0, 0, 0}, {Op::Ret, 0, 0, 1, 0, 0}}, {},
                        plain(Kind::Truth), 2);
}

uint32_t Shop::slot(std::string name, TypeRef type) {
    program.slots.push_back({std::move(name), type});
    return static_cast<uint32_t>(program.slots.size() - 1);
}

uint32_t Shop::shape(std::vector<Instr> code, std::vector<TypeRef> params, TypeRef result, uint16_t registers) {
    Shape s;
    s.begin = static_cast<uint32_t>(program.code.size());
    program.code.insert(program.code.end(), code.begin(), code.end());
    s.end = static_cast<uint32_t>(program.code.size());
    s.registers = registers;
    s.params = std::move(params);
    s.result = result;
    program.shapes.push_back(s);
    return static_cast<uint32_t>(program.shapes.size() - 1);
}

RuleInfo Shop::rule(RuleKind kind, std::string name) {
    RuleInfo r;
    r.kind = kind;
    r.name = std::move(name);
    r.id.fill(next_id_++);
    r.at = "shop.remit:" + std::to_string(next_id_) + ":1";
    return r;
}

void Shop::add(RuleInfo rule, const std::vector<uint32_t>& tools, Segment segment, std::vector<uint32_t> params,
               int64_t payload) {
    Program& p = program;
    const auto index = static_cast<uint32_t>(p.rules.size());
    segment.must = rule.kind == RuleKind::Allow || rule.kind == RuleKind::Reach;  // what permits
    p.rules.push_back(std::move(rule));
    segment.row_begin = static_cast<uint32_t>(p.rows.size());
    p.rows.push_back({index, static_cast<uint32_t>(p.params.size()), payload});
    p.params.insert(p.params.end(), params.begin(), params.end());
    segment.row_end = segment.row_begin + 1;
    for (const uint32_t tool : tools) segments_[tool].push_back(static_cast<uint32_t>(p.segments.size()));
    p.segments.push_back(segment);
}

namespace {

Action action_of(RuleKind kind) {
    if (kind == RuleKind::Allow) return Action::Allow;
    if (kind == RuleKind::Block) return Action::Block;
    if (kind == RuleKind::Risk) return Action::Risk;
    return kind == RuleKind::Lane ? Action::Lane : Action::Note;
}

}  // namespace

void Shop::always(RuleInfo rule, const std::vector<uint32_t>& tools) {
    const int64_t payload = rule.number;
    const Action action = action_of(rule.kind);
    add(std::move(rule), tools, Segment{action, false, true_shape_, kNoShape, 0, 0}, {}, payload);
}

void Shop::above(RuleInfo rule, uint32_t slot, int64_t number, const std::vector<uint32_t>& tools) {
    const uint32_t s = shape(
        {{Op::Param, 0, 0, 0, 0, 0}, {Op::Slot, 0, 1, 0, 0, slot}, {Op::LtI, 0, 2, 0, 1, 0}, {Op::Ret, 0, 0, 2, 0, 0}},
        {plain(Kind::Int)}, plain(Kind::Truth), 3);
    Constant c;
    c.type = plain(Kind::Int);
    c.number = number;
    program.constants.push_back(c);
    const int64_t payload = rule.number;
    const Action action = action_of(rule.kind);
    add(std::move(rule), tools, Segment{action, false, s, kNoShape, 0, 0},
        {static_cast<uint32_t>(program.constants.size() - 1)}, payload);
}

void Shop::mark(const std::string& name, const std::vector<uint32_t>& tools) {
    StateDesc s;
    s.name = name;
    s.slot = slot("state." + name, plain(Kind::Int));
    program.states.push_back(s);
    add(rule(RuleKind::Mark, name), tools, Segment{Action::Mark, false, true_shape_, kNoShape, 0, 0}, {}, s.slot);
}

void Shop::count(const std::string& name, CountKind kind, uint32_t value_slot, const std::vector<uint32_t>& tools,
                 Window per) {
    StateDesc s;
    s.name = name;
    s.is_count = true;
    s.count = kind;
    s.scale = kind == CountKind::Sum ? 2 : 0;
    s.over_ns = kDay;
    s.per = per;
    s.max_distinct = 2;
    s.distinct_type = type(ValueKind::String, Kind::Str);
    s.slot = slot("state." + name, plain(Kind::Int));
    slot("part of " + name, plain(Kind::Int));
    slot("values of " + name, static_cast<TypeRef>(kKindCount));
    program.states.push_back(s);
    uint32_t value = kNoShape;
    const TypeRef result = value_slot == kNoSlot ? plain(Kind::Int) : program.slots[value_slot].type;
    if (value_slot != kNoSlot)
        value = shape({{Op::Slot, 0, 0, 0, 0, value_slot}, {Op::Ret, 0, 0, 0, 0, 0}}, {}, result, 1);
    const Action action = kind == CountKind::Distinct ? Action::CountDistinct : Action::Count;
    add(rule(RuleKind::Count, name), tools, Segment{action, false, true_shape_, value, 0, 0}, {}, s.slot);
}

std::shared_ptr<const LoadedProgram> Shop::load() const {
    Program p = program;
    for (size_t t = 0; t < p.tools.size(); ++t) {
        p.tools[t].segments_begin = static_cast<uint32_t>(p.tool_segments.size());
        p.tool_segments.insert(p.tool_segments.end(), segments_[t].begin(), segments_[t].end());
        p.tools[t].segments_end = static_cast<uint32_t>(p.tool_segments.size());
    }
    auto loaded = LoadedProgram::load(std::move(p));
    if (!loaded) FAIL(loaded.error());
    return *loaded;
}

std::shared_ptr<const Policy> Shop::policy() const { return policy_of({this}); }

std::shared_ptr<const Policy> policy_of(const std::vector<const Shop*>& shops) {
    std::vector<Layer> layers;
    for (const Shop* shop : shops) {
        auto loaded = shop->load();
        layers.push_back({loaded, make_interpreter(loaded)});
    }
    auto policy = Policy::make(std::move(layers));
    if (!policy) FAIL(policy.error());
    return *policy;
}

std::string Ask::text() const {
    std::string out = R"({"id":"r-1")";
    if (!session.empty()) out += ",\"session\":" + session;
    out += R"(,"call":{"id":"c-7","tool":")" + tool + "\"";
    if (!args.empty()) out += ",\"args\":" + args;
    out += call_more + "}";
    if (!facts.empty()) out += ",\"facts\":" + facts;
    if (!state.empty()) out += ",\"state\":" + state;
    if (!context.empty()) out += ",\"context\":" + context;
    if (!signatures.empty()) out += ",\"signatures\":" + signatures;
    return out + "}";
}

Decision decide(const std::shared_ptr<const Policy>& policy, const Ask& ask) {
    return Decider(policy).decide(ask.text());
}

bool spoke(const Decision& d, const std::string& rule) {
    for (const SpokenRule& r : d.rules)
        if (r.rule == rule || r.kind == rule) return true;
    return false;
}

std::string because(const Decision& d, const std::string& rule) {
    for (const SpokenRule& r : d.rules)
        if (r.rule == rule || r.kind == rule) return r.because;
    return "";
}

}  // namespace remit::test
