// Values: names, fields, facts, labels and arithmetic.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/check_expr.h"
#include "compiler/check/literal.h"
#include "compiler/check/table.h"
#include "compiler/syntax/words.h"
#include "vm/program/value_kind.h"
#include "vm/value/scalar.h"

namespace remit {

using ast::ExprKind;

Typed ExprChecker::value(ast::ExprId id, const ValueType* expected) {
    const ast::Expr& e = file_.expr(id);
    switch (e.kind) {
        case ExprKind::Int:
        case ExprKind::Decimal:
        case ExprKind::String:
        case ExprKind::Duration:
        case ExprKind::Timestamp:
        case ExprKind::Bool:
        case ExprKind::Set:
            return expected && e.kind != ExprKind::Int && e.kind != ExprKind::Decimal ? literal(id, *expected)
                                                                                      : untyped_literal(id);
        case ExprKind::Word: return word(id, expected);
        case ExprKind::Member: return member(id, expected);
        case ExprKind::Call: return label(e);
        case ExprKind::Arith: return arith(e);
        case ExprKind::Negate: return negate(e);
        case ExprKind::CountOf: return loop_count(e);
        case ExprKind::SumOf: return loop_sum(e);
        case ExprKind::Or:
        case ExprKind::And:
        case ExprKind::Not:
        case ExprKind::Compare:
        case ExprKind::Has:
        case ExprKind::IsNull:
        case ExprKind::Any:
        case ExprKind::All: break;
    }
    world_.diagnostics.report<DiagId::NotAValue>(e.span);
    return wrong();
}

// ---- literals ----------------------------------------------------------------------------------------------------

Typed ExprChecker::literal(ast::ExprId id, const ValueType& type) {
    std::optional<Literal> l = read_literal(world_, file_, id, type);
    if (!l) return wrong();
    const bool natural = l->constant.number >= 0;
    Typed t = made(world_.constant(std::move(l->constant), l->text), type);
    t.natural = natural;
    return t;
}

Typed ExprChecker::untyped_literal(ast::ExprId id) {
    const ast::Expr& e = file_.expr(id);
    switch (e.kind) {
        case ExprKind::Int: return literal(id, scalar_type(ValueKind::Int));
        case ExprKind::Decimal: {
            const int scale = written_scale(e.text);
            if (scale <= 9) return literal(id, decimal_type(scale));
            world_.diagnostics.report<DiagId::ScaleTooLarge>(e.span, scale);
            return wrong();
        }
        case ExprKind::String: return literal(id, scalar_type(ValueKind::String));
        case ExprKind::Duration: return literal(id, scalar_type(ValueKind::Duration));
        case ExprKind::Timestamp: return literal(id, scalar_type(ValueKind::Timestamp));
        case ExprKind::Bool: return literal(id, scalar_type(ValueKind::Bool));
        default: break;
    }
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, "{ }", "nothing that tells what the set holds");
    return wrong();
}

// ---- names -------------------------------------------------------------------------------------------------------

Typed ExprChecker::word(ast::ExprId id, const ValueType* expected) {
    const ast::Expr& e = file_.expr(id);
    if (loop_ && e.text == loop_->variable) {
        ir::Node n;
        n.kind = ir::NodeKind::LoopItem;
        n.type = world_.layout(loop_->item);
        return made(world_.add(std::move(n)), loop_->item);
    }
    if (expected && expected->kind == ValueKind::Symbol && expected->vocabulary == kVocSources)
        return literal(id, *expected);
    if (const ParamValue* p = param(id)) return param_value(*p);
    if (e.text == "data") return made(world_.slot(kSlotData, "data"), symbol_type(kVocClasses));
    if (e.text == "risk" || e.text == "lane") {
        const bool risk = e.text == "risk";
        may_read(risk ? stratum_.risk : stratum_.lane, e.span, e.text);
        reads_risk_or_lane_ = true;
        Typed t = risk ? made(world_.slot(kSlotRisk, "risk"), scalar_type(ValueKind::Int))
                       : made(world_.slot(kSlotLane, "lane"), symbol_type(kVocLanes));
        t.natural = true;
        return t;
    }
    if (expected && expected->kind == ValueKind::Symbol) return literal(id, *expected);
    const auto it = world_.symbols.find(e.text);
    if (it != world_.symbols.end() && it->second.size() == 1) return literal(id, symbol_type(it->second[0].vocabulary));
    if (it != world_.symbols.end()) {
        world_.diagnostics.report<DiagId::AmbiguousSymbol>(e.span, e.text);
    } else {
        world_.diagnostics.report<DiagId::UnknownName>(e.span, e.text).help = world_.find_param(tool_, e.text)
                                                                                  ? "did you mean `args." + e.text +
                                                                                        "`?"
                                                                                  : "";
    }
    return wrong();
}

Typed ExprChecker::member(ast::ExprId id, const ValueType* expected) {
    const ast::Expr& e = file_.expr(id);
    if (expected && expected->kind == ValueKind::Symbol && expected->vocabulary == kVocSources)
        return literal(id, *expected);
    const ast::Expr& base = file_.expr(e.kids[0]);
    if (base.kind == ExprKind::Word && !(loop_ && base.text == loop_->variable)) {
        if (base.text == "args") return argument(e);
        if (base.text == "result") return result_field(e);
        if (base.text == "session" || base.text == "call" || base.text == "context") return session_field(e);
        if (base.text == "state") {
            if (const auto it = world_.states.find(e.text); it != world_.states.end()) {
                // A comparison that tightens and a mark as a guard are taken before this point.
                world_.diagnostics.report<DiagId::NotMonotone>(e.span, "state." + e.text);
                return wrong();
            }
            return state_field(e);
        }
    }
    if (base.kind == ExprKind::Call && !base.text.empty() && world_.facts.count(base.text)) return fact_field(e);
    const bool testing = testing_presence_;  // the base is read, only the last field is tested
    testing_presence_ = false;
    Typed of = value(e.kids[0]);
    testing_presence_ = testing;
    return of.ok ? field(e, std::move(of)) : wrong();
}

Typed ExprChecker::session_field(const ast::Expr& e) {
    struct Known {
        const char* name;
        uint32_t slot;
        ValueType type;
    };
    static const std::vector<Known> kKnown = {{"session.tier", kSlotTier, symbol_type(kVocTiers)},
                                              {"session.tenant", kSlotTenant, scalar_type(ValueKind::String)},
                                              {"session.owner", kSlotOwner, scalar_type(ValueKind::String)},
                                              {"session.id", kSlotSessionId, scalar_type(ValueKind::String)},
                                              {"session.retention", kSlotRetention, scalar_type(ValueKind::String)},
                                              {"call.id", kSlotCallId, scalar_type(ValueKind::String)},
                                              {"call.parent", kSlotParent, scalar_type(ValueKind::String)},
                                              {"context.time", kSlotTime, scalar_type(ValueKind::Timestamp)}};
    const std::string name = file_.expr(e.kids[0]).text + "." + e.text;
    std::vector<std::string> names;
    for (const Known& k : kKnown) {
        names.push_back(k.name);
        if (name != k.name) continue;
        Typed t = made(world_.slot(k.slot, name), k.type);
        if (k.slot != kSlotParent && k.slot != kSlotCallId) return t;
        t.path = name;
        if (testing_presence_ || known_.count(name)) return t;
        world_.diagnostics.report<DiagId::NeedsHas>(e.span, name);
        return wrong();
    }
    world_.diagnostics.report<DiagId::UnknownName>(e.span, name)
        .help = name == "session.roles" ? "roles are tested with `ROLE in session.roles`" : suggest(name, names);
    return wrong();
}

Typed ExprChecker::argument(const ast::Expr& e) {
    for (uint32_t tool : tools_) {
        const auto declared = world_.arguments(tool);
        const auto named = [&](const FieldDesc& p) { return p.name == e.text; };
        if (std::any_of(declared.begin(), declared.end(), named)) continue;
        std::vector<std::string> names;
        for (const FieldDesc& p : declared) names.push_back(p.name);
        Diagnostic& d = world_.diagnostics.report<DiagId::ArgumentUndeclared>(e.span, called_name(tool), e.text);
        if (std::string hint = suggest(e.text, names); !hint.empty()) d.help = hint;
        return wrong();
    }
    return parameter(e.text, "args." + e.text, e.span);
}

/// A field of what the call returned.
Typed ExprChecker::result_field(const ast::Expr& e) {
    if (!reads_results()) {
        world_.diagnostics.report<DiagId::ResultForeign>(e.span);
        return wrong();
    }
    const std::string path = std::string(kResultPrefix) + e.text;
    for (uint32_t tool : tools_) {
        if (world_.find_param(tool, path)) continue;
        const ToolDesc& called = world_.schema.tools[world_.schema.tools[tool].after_of];
        std::vector<std::string> names;
        for (const FieldDesc& p : world_.schema.tools[tool].params)
            if (p.name.starts_with(kResultPrefix)) names.push_back(p.name.substr(kResultPrefix.size()));
        world_.diagnostics.report<DiagId::ResultUndeclared>(e.span, called.name, e.text)
            .help = called.returns ? suggest(e.text, names)
                                   : "declare what it returns: `returns { " + e.text +
                                         ": ... }`, or narrow the selector to tools that do";
        return wrong();
    }
    return parameter(path, path, e.span);
}

/// A parameter that all tools of the group have.
Typed ExprChecker::parameter(const std::string& name, const std::string& path, Span span) {
    const FieldDesc& desc = *world_.find_param(tool_, name);
    Typed t = made(world_.slot(world_.argument_slot(tool_, name, World::Part::Value), path), desc.type);
    t.natural = desc.has_min && desc.min >= 0 && is_number(desc.type);
    t.path = path;
    return require_there(std::move(t), desc, span);
}

bool ExprChecker::reads_results() const { return world_.schema.tools[tool_].after_of != kNoTool; }

const std::string& ExprChecker::called_name(uint32_t tool) const {
    const ToolDesc& t = world_.schema.tools[tool];
    return t.after_of == kNoTool ? t.name : world_.schema.tools[t.after_of].name;
}

/// What may be absent or null is read only where it was tested; the tests themselves are let through.
Typed ExprChecker::require_there(Typed t, const FieldDesc& desc, Span span) {
    if (testing_presence_) return t;
    if (desc.optional && !desc.has_default && !known_.count(t.path)) {
        world_.diagnostics.report<DiagId::NeedsHas>(span, t.path).help = "test it first: `has " + t.path + " and ...`";
        return wrong();
    }
    if (desc.nullable && !known_.count(t.path + "!")) {
        world_.diagnostics.report<DiagId::NeedsNotNull>(span, t.path).help = "test it first: `" + t.path +
                                                                             " is not null and ...`";
        return wrong();
    }
    return t;
}

/// Every tool of the rule has the argument that the count is kept by, of the same type, and always.
bool ExprChecker::shares_key(const StateDesc& state, Span at) {
    const auto type = world_.count_keys.find(state.name);
    if (type == world_.count_keys.end()) return true;  // something is wrong with the count itself
    for (const uint32_t tool : tools_) {
        const FieldDesc* param = world_.find_param(tool, state.key);
        const bool there = param != nullptr && !param->nullable && (!param->optional || param->has_default);
        if (there && same_type(param->type, type->second)) continue;
        world_.diagnostics.report<DiagId::CountKeyRead>(at, state.name, state.key, world_.schema.tools[tool].name);
        return false;
    }
    return true;
}

Typed ExprChecker::state_field(const ast::Expr& e) {
    const auto it = world_.states.find(e.text);
    if (it == world_.states.end()) {
        std::vector<std::string> names;
        for (const auto& [name, index] : world_.states) names.push_back(name);
        std::sort(names.begin(), names.end());
        world_.diagnostics.report<DiagId::UnknownState>(e.span, e.text).help = suggest(e.text, names);
        return wrong();
    }
    may_read(stratum_.state, e.span, "state." + e.text);
    reads_state_ = true;
    if (world_.late_states.count(e.text) && (verb_ == ast::Verb::Risk || verb_ == ast::Verb::Lane))
        world_.diagnostics.report<DiagId::LateState>(e.span, e.text, word_of(verb_));
    const StateDesc& state = world_.schema.states[it->second];
    if (!state.key.empty() && !shares_key(state, e.span)) return wrong();
    Typed t = made(world_.slot(state.slot, "state." + e.text),
                   state.is_count ? decimal_type(state.scale) : scalar_type(ValueKind::Bool));
    t.natural = true;
    return t;
}

// ---- facts -------------------------------------------------------------------------------------------------------

std::optional<FactKey> ExprChecker::fact_key(ast::ExprId id, const ValueType& type, std::string& text,
                                             std::string& use) {
    FactKey key;
    if (is_literal(file_, id) || (file_.expr(id).kind == ExprKind::Word && type.kind == ValueKind::Symbol)) {
        std::optional<Literal> l = read_literal(world_, file_, id, type);
        if (!l) return std::nullopt;
        text += l->text;
        use += l->text;
        key.is_constant = true;
        key.constant = world_.fact_constant(std::move(l->constant), l->text);
        return key;
    }
    const Typed t = value(id, &type);
    if (!t.ok) return std::nullopt;
    const ir::Node& node = world_.policy.nodes[t.node];
    const ParamValue* const_key = param(id);
    if (node.kind != ir::NodeKind::Slot && const_key == nullptr) {
        world_.diagnostics.report<DiagId::FactKeyForm>(file_.expr(id).span);
        return std::nullopt;
    }
    if (!same_type(t.type, type)) {
        world_.diagnostics.report<DiagId::TypeMismatch>(file_.expr(id).span, world_.name_of(type),
                                                        world_.name_of(t.type));
        return std::nullopt;
    }
    if (const_key != nullptr) {
        text += const_key->text;
        use += const_key->text;
        key.is_constant = true;
        key.constant = world_.fact_constant(const_key->value, const_key->text);
        return key;
    }
    text += node.text;
    use += fmt::format("slot {}", node.index);  // one name may lie in several slots, by its type
    key.slot = node.index;
    return key;
}

Typed ExprChecker::fact_field(const ast::Expr& e) {
    const ast::Expr& call = file_.expr(e.kids[0]);
    const uint32_t fact = world_.facts.at(call.text);
    const FactDesc& desc = world_.schema.facts[fact];
    if (call.kids.size() != desc.keys.size()) {
        world_.diagnostics.report<DiagId::FactArity>(call.span, desc.name, desc.keys.size(), call.kids.size());
        return wrong();
    }
    const bool testing = testing_presence_;
    testing_presence_ = false;
    std::string text = call.text + "(", use_key = text;
    std::vector<FactKey> keys;
    for (size_t k = 0; k < call.kids.size(); ++k) {
        if (k > 0) text += ", ";
        if (k > 0) use_key += ", ";
        const std::optional<FactKey> key = fact_key(call.kids[k], desc.keys[k].type, text, use_key);
        if (!key) return wrong();
        keys.push_back(*key);
    }
    text += ")";
    testing_presence_ = testing;

    const auto it = std::find_if(desc.fields.begin(), desc.fields.end(),
                                 [&](const FieldDesc& f) { return f.name == e.text; });
    if (it == desc.fields.end()) {
        world_.diagnostics.report<DiagId::UnknownField>(e.span, "fact `" + desc.name + "`", e.text);
        return wrong();
    }
    const uint32_t use = world_.fact_use(use_key, fact, std::move(keys));
    fact_uses_.insert(use);
    const std::string path = text + "." + e.text;
    Typed t = made(world_.slot(world_.fact_slot(use, static_cast<uint32_t>(it - desc.fields.begin()), path), path),
                   it->type);
    t.natural = it->has_min && it->min >= 0;
    t.path = access_path(file_, e.kids[0]) + "." + e.text;
    return require_there(std::move(t), *it, e.span);
}

// ---- fields ------------------------------------------------------------------------------------------------------

Typed ExprChecker::field_node(const Typed& base, uint32_t index, const FieldDesc& field) {
    ir::Node n;
    n.kind = ir::NodeKind::Field;
    n.type = world_.layout(field.type);
    n.index = index;
    n.kids = {base.node};
    n.text = field.name;
    return made(world_.add(std::move(n)), field.type);
}

Typed ExprChecker::field(const ast::Expr& e, Typed base) {
    const auto part = [&](Op op, ValueKind kind) { return made(world_.op(op, {base.node}), scalar_type(kind)); };
    const auto natural = [&](Op op) {
        Typed t = part(op, ValueKind::Int);
        t.natural = true;
        return t;
    };
    const std::string& name = e.text;
    switch (base.type.kind) {
        case ValueKind::List:
        case ValueKind::Set:
            if (name == "size") return natural(Op::SizeL);
            break;
        case ValueKind::String:
            if (name == "length") return natural(Op::LengthS);
            break;
        case ValueKind::Url:
            if (name == "scheme") return part(Op::UrlScheme, ValueKind::String);
            if (name == "host") return part(Op::UrlHost, ValueKind::Host);
            if (name == "port") return natural(Op::UrlPort);
            if (name == "path") return part(Op::UrlPath, ValueKind::Path);
            break;
        case ValueKind::Email:
            if (name == "local") return part(Op::EmailLocal, ValueKind::String);
            if (name == "domain") return part(Op::EmailDomain, ValueKind::Host);
            break;
        case ValueKind::Record: {
            const std::vector<FieldDesc>& fields = base.type.fields;
            const auto it = std::find_if(fields.begin(), fields.end(),
                                         [&](const FieldDesc& f) { return f.name == name; });
            if (it == fields.end()) break;
            Typed t = field_node(base, static_cast<uint32_t>(it - fields.begin()), *it);
            t.natural = it->has_min && it->min >= 0 && is_number(it->type);
            t.path = access_path(file_, e.kids[0]) + "." + name;
            return require_there(std::move(t), *it, e.span);
        }
        case ValueKind::Command: {
            const std::vector<FieldDesc>& fields = base.type.fields;
            for (uint32_t f = kCommandProgram; f < fields.size(); ++f)
                if (fields[f].name == name) return field_node(base, f, fields[f]);
            break;
        }
        default: break;
    }
    world_.diagnostics.report<DiagId::UnknownField>(e.span, world_.name_of(base.type), name);
    return wrong();
}

ir::NodeId ExprChecker::text_of(const Typed& t) {
    switch (kind_of(t.type)) {
        case Kind::Url: return world_.op(Op::UrlText, {t.node});
        case Kind::Email: return world_.op(Op::EmailText, {t.node});
        default: return t.node;
    }
}

// ---- labels ------------------------------------------------------------------------------------------------------

Typed ExprChecker::label(const ast::Expr& e) {
    if (const auto it = world_.tables.find(e.text); it != world_.tables.end()) return table_value(e, it->second);
    const bool trust = e.text == "trust", data_class = e.text == "class", sources = e.text == "sources";
    if (!trust && !data_class && !sources) {
        world_.diagnostics.report<DiagId::UnknownFact>(e.span, e.text).help = world_.facts.count(e.text)
                                                                                  ? "read one of its fields: `" +
                                                                                        e.text + "(...).field`"
                                                                                  : "";
        return wrong();
    }
    ValueType type = symbol_type(trust ? kVocTrust : kVocClasses);
    if (sources) {
        type = ValueType{};
        type.kind = ValueKind::Set;
        type.item.push_back(symbol_type(kVocSources));
    }
    const ast::ExprId of = e.kids.size() == 1 ? e.kids[0] : ast::kNoExpr;
    if (of != ast::kNoExpr && is_member_of(of, "args")) {
        const bool testing = testing_presence_;
        testing_presence_ = true;  // the label of a null is there; that of an absent argument is not
        const Typed arg = argument(file_.expr(of));
        testing_presence_ = testing;
        if (!arg.ok) return wrong();
        const FieldDesc& desc = *world_.find_param(tool_, file_.expr(of).text);
        if (desc.optional && !desc.has_default && !known_.count(arg.path)) {
            world_.diagnostics.report<DiagId::NeedsHas>(e.span, arg.path);
            return wrong();
        }
        const World::Part part = trust ? World::Part::Trust : data_class ? World::Part::Class : World::Part::Sources;
        return made(world_.slot(world_.argument_slot(tool_, desc.name, part), fmt::format("{}({})", e.text, arg.path)),
                    type);
    }
    if (of != ast::kNoExpr && loop_ && is_word(of, loop_->variable.c_str()) && !loop_->argument.empty()) {
        world_.want_item_labels(tool_, loop_->argument);
        ir::Node list, index;
        list.kind = ir::NodeKind::LoopList;
        list.type = static_cast<TypeRef>(Kind::List);
        index.kind = ir::NodeKind::LoopIndex;
        index.type = static_cast<TypeRef>(Kind::Int);
        const ir::NodeId items = world_.add(std::move(list)), at = world_.add(std::move(index));
        return made(world_.op(trust ? Op::ItemTrust : data_class ? Op::ItemClass : Op::ItemSources, {items, at}), type);
    }
    world_.diagnostics.report<DiagId::LabelForm>(e.span, e.text);
    return wrong();
}

// ---- parameters and tables ---------------------------------------------------------------------------------------

/// The parameter that a bare word names, or null.
const ParamValue* ExprChecker::param(ast::ExprId id) const {
    const ast::Expr& e = file_.expr(id);
    if (e.kind != ExprKind::Word || (loop_ && e.text == loop_->variable)) return nullptr;
    const auto it = world_.params.find(e.text);
    if (it == world_.params.end()) return nullptr;
    reads_params_ = true;
    return &it->second;
}

Typed ExprChecker::param_value(const ParamValue& param) {
    Typed t = made(world_.constant(param.value, param.text), param.type);
    t.natural = param.value.number >= 0;
    return t;
}

/// What compares exactly with numbers of any scale: a number as written, or a parameter that is one.
std::optional<std::string> ExprChecker::digits_of(ast::ExprId id) const {
    if (auto digits = number_text(file_, id)) return digits;
    const ParamValue* p = param(id);
    return p != nullptr && is_number(p->type) ? std::optional(p->text) : std::nullopt;
}

/// The item of the written-out table whose number is that of the combination of keys.
Typed ExprChecker::table_value(const ast::Expr& e, const TableFunction& table) {
    if (e.kids.size() != table.keys.size()) {
        world_.diagnostics.report<DiagId::TableArity>(e.span, e.text, table.keys.size(), e.kids.size());
        return wrong();
    }
    ir::NodeId place = ir::kNoNode;
    for (size_t k = 0; k < e.kids.size(); ++k) {
        const ast::Expr& kid = file_.expr(e.kids[k]);
        if (is_word(e.kids[k], "lane")) world_.diagnostics.report<DiagId::NotMonotone>(kid.span, "lane");
        const Typed key = value(e.kids[k], &table.keys[k]);
        if (!key.ok) return wrong();
        if (!same_type(key.type, table.keys[k])) {
            world_.diagnostics.report<DiagId::TypeMismatch>(kid.span, world_.name_of(table.keys[k]),
                                                            world_.name_of(key.type));
            return wrong();
        }
        const int64_t count = key_count(world_, table.keys[k]);
        if (k == 0) {
            place = key.node;
        } else {
            const ir::NodeId before = world_.op(Op::MulI, {place, world_.number(count, fmt::format("{}", count))});
            place = world_.op(Op::AddI, {before, key.node});
        }
    }
    const ir::NodeId values = world_.constant(table.values, fmt::format("table:{}", hex(sha256(table.text))));
    Typed t = made(world_.op(Op::ItemI, {values, place}), table.result);
    t.natural = table.natural;
    return t;
}

// ---- arithmetic --------------------------------------------------------------------------------------------------

/// `t` times 10^n, so that it has `scale` digits after the point. A constant is scaled here; a variable at run time, with overflow.
Typed ExprChecker::rescaled(Typed t, int scale) {
    const int by = scale - scale_of(t.type);
    if (by <= 0) return t;
    int64_t factor = 1;
    for (int i = 0; i < by; ++i) factor *= 10;
    const ir::NodeId node = world_.op(Op::MulI, {t.node, world_.number(factor, fmt::format("{}", factor))});
    Typed out = made(node, decimal_type(scale));
    out.natural = t.natural;
    return out;
}

Typed ExprChecker::arith(const ast::Expr& e) { return e.text == "*" ? product(e) : sum_of(e); }

Typed ExprChecker::product(const ast::Expr& e) {
    Typed a = value(e.kids[0]), b = value(e.kids[1]);
    if (!a.ok || !b.ok) return wrong();
    const bool literal_a = is_literal(file_, e.kids[0]) || param(e.kids[0]) != nullptr;
    const bool literal_b = is_literal(file_, e.kids[1]) || param(e.kids[1]) != nullptr;
    if (!literal_a && !literal_b) {
        world_.diagnostics.report<DiagId::VariableProduct>(e.span);
        return wrong();
    }
    const ir::NodeId node = world_.op(Op::MulI, {a.node, b.node});
    if (is_number(a.type) && is_number(b.type)) {
        const int scale = scale_of(a.type) + scale_of(b.type);
        if (scale > 9) {
            world_.diagnostics.report<DiagId::ScaleTooLarge>(e.span, scale);
            return wrong();
        }
        Typed t = made(node, decimal_type(scale));
        t.natural = a.natural && b.natural;
        return t;
    }
    const ValueType& other = a.type.kind == ValueKind::Int ? b.type : a.type;
    const bool one_int = a.type.kind == ValueKind::Int || b.type.kind == ValueKind::Int;
    if (one_int && other.kind == ValueKind::Duration) return made(node, other);
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, "*",
                                                     world_.name_of(a.type) + " and " + world_.name_of(b.type));
    return wrong();
}

Typed ExprChecker::sum_of(const ast::Expr& e) {
    Typed a = value(e.kids[0]), b = value(e.kids[1]);
    if (!a.ok || !b.ok) return wrong();
    const bool minus = e.text == "-";
    const Op op = minus ? Op::SubI : Op::AddI;
    if (is_number(a.type) && is_number(b.type)) {
        const int scale = std::max(scale_of(a.type), scale_of(b.type));
        const bool natural = !minus && a.natural && b.natural;
        a = rescaled(std::move(a), scale);
        b = rescaled(std::move(b), scale);
        Typed t = made(world_.op(op, {a.node, b.node}), decimal_type(scale));
        t.natural = natural;
        return t;
    }
    const ValueKind x = a.type.kind, y = b.type.kind;
    std::optional<ValueKind> result;
    if (x == ValueKind::Duration && y == ValueKind::Duration) result = ValueKind::Duration;
    if (x == ValueKind::Timestamp && y == ValueKind::Duration) result = ValueKind::Timestamp;
    if (x == ValueKind::Duration && y == ValueKind::Timestamp && !minus) result = ValueKind::Timestamp;
    if (x == ValueKind::Timestamp && y == ValueKind::Timestamp && minus) result = ValueKind::Duration;
    if (result) return made(world_.op(op, {a.node, b.node}), scalar_type(*result));
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, e.text,
                                                     world_.name_of(a.type) + " and " + world_.name_of(b.type));
    return wrong();
}

Typed ExprChecker::negate(const ast::Expr& e) {
    const ast::Expr& kid = file_.expr(e.kids[0]);
    if (kid.kind == ExprKind::Int || kid.kind == ExprKind::Decimal) {
        const int scale = written_scale(kid.text);
        const std::optional<int64_t> v = scale <= 9 ? parse_decimal("-" + kid.text, scale) : std::nullopt;
        if (v) return made(world_.number(*v, format_decimal(*v, scale)), decimal_type(scale));
        world_.diagnostics.report<DiagId::LiteralRange>(e.span, "-" + kid.text, "decimal");
        return wrong();
    }
    const Typed t = value(e.kids[0]);
    if (!t.ok) return wrong();
    if (is_number(t.type) || t.type.kind == ValueKind::Duration) return made(world_.op(Op::NegI, {t.node}), t.type);
    world_.diagnostics.report<DiagId::NotApplicable>(e.span, "-", world_.name_of(t.type));
    return wrong();
}

Typed ExprChecker::loop_count(const ast::Expr& e) {
    Typed list;
    if (!enter_loop(e, list)) return wrong();
    const Narrowing before = known_;
    counting_ = true;
    const ir::NodeId body = guard_of(e.kids[1], true);
    counting_ = false;
    known_ = before;
    loop_.reset();
    Typed t = made(loop_node(ir::NodeKind::Count, list, body, Kind::Int), scalar_type(ValueKind::Int));
    t.natural = true;
    return t;
}

Typed ExprChecker::loop_sum(const ast::Expr& e) {
    Typed list;
    if (!enter_loop(e, list)) return wrong();
    const Typed body = value(e.kids[1]);
    loop_.reset();
    if (!body.ok) return wrong();
    if (!is_number(body.type) && body.type.kind != ValueKind::Duration) {
        world_.diagnostics.report<DiagId::NotApplicable>(e.span, "sum", world_.name_of(body.type));
        return wrong();
    }
    Typed t = made(loop_node(ir::NodeKind::Sum, list, body.node, Kind::Int), body.type);
    t.natural = body.natural;
    return t;
}

}  // namespace remit
