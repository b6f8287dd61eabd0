#include "host/prove/inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "vm/engine/labels.h"
#include "vm/program/limits.h"
#include "vm/program/value_kind.h"
#include "vm/value/scalar.h"

namespace remit::prove {

std::vector<View> views_of(const Policy& policy) {
    std::vector<View> views;
    for (size_t i = 0; i < policy.layers().size(); ++i)
        views.push_back({policy.layers()[i].program.get(), &policy.defaults(i)});
    return views;
}

uint32_t tool_named(const Program& program, const std::string& name) { return program.find_tool(name); }

bool is_callable(const std::vector<View>& views, const std::string& tool) {
    return std::any_of(views.begin(), views.end(),
                       [&](const View& v) { return tool_named(v.program(), tool) != kNoTool; });
}

Inputs::Inputs(Context& context, const std::vector<View>& views, const std::string& tool)
    : c_(context), t_(context.terms), tool_(tool) {
    const View* first = nullptr;
    for (const View& view : views) {
        const uint32_t index = tool_named(view.program(), tool);
        if (index == kNoTool) continue;
        if (first == nullptr) {
            first = &view;
            desc_ = &view.program().tools[index];
            program_ = &view.program();
        }
        for (const std::string& role : view.program().roles)
            if (std::find(roles_.begin(), roles_.end(), role) == roles_.end()) roles_.push_back(role);
    }
    choose_sources(views);
    const auto top = [&](uint32_t vocabulary) {
        return static_cast<int64_t>(program_->vocabularies[vocabulary].symbols.size()) - 1;
    };
    const auto ranked = [&](const char* name, int64_t last) {
        const Term t = t_.integer(name);
        c_.in_range(t, 0, last);
        return t;
    };
    tier_ = ranked("session.tier", top(kVocTiers));
    high_ = ranked("state.high_water", top(kVocClasses));
    low_ = ranked("state.low_water", top(kVocTrust));
    data_ = ranked("call.data", top(kVocClasses));
    has_data_ = t_.boolean("call.data?");
    time_ = t_.integer("context.time");
    c_.in_range(time_, INT64_MIN, INT64_MAX - 1);  // a session that has not expired expires later
    for (const char* name : {"session.tenant", "session.owner", "session.retention"}) text(name, false);
    for (const char* name : {"session.id", "call.id", "call.parent"}) text(name, true);
    texts_.at("session.id").given = t_.boolean("session.id?");
    for (const FieldDesc& field : desc_->params) {
        arguments_.push_back(make_field("args." + field.name, field, *first));
        const Input& argument = arguments_.back();
        const bool list = kind_of(field.type.kind) == Kind::List;
        labels_.push_back(make_label(argument.name, list));
        item_labels_.emplace_back();
        for (size_t i = 0; list && i < argument.parts.size(); ++i)
            item_labels_.back().push_back(make_label(argument.parts[i].name, field.type.kind == ValueKind::Set));
    }
}

// ---- values

Input& Inputs::text(const std::string& name, bool may_be_empty) {
    Input& input = texts_[name];
    input.name = name;
    input.type.kind = ValueKind::String;
    input.given = c_.yes();
    input.value.kind = Kind::Str;
    input.value.bits = t_.integer(name);
    input.seen = input.value;
    if (!may_be_empty) c_.facts.push_back(t_.no(t_.equal(input.value.bits, c_.texts.literal(Kind::Str, ""))));
    return input;
}

Input Inputs::make(const std::string& name, const ValueType& type, const View& view) {
    Input in;
    in.name = name;
    in.type = type;
    in.given = c_.yes();
    Sym& v = in.value;
    v.kind = kind_of(type.kind);
    v.bits = t_.integer(name);
    const auto part = [&](const char* suffix, Kind kind) {
        Sym s;
        s.kind = kind;
        s.bits = t_.integer(name + suffix);
        v.parts.push_back(s);
    };
    if (type.kind == ValueKind::Bool) {
        c_.in_range(v.bits, 0, 1);
    } else if (type.kind == ValueKind::Symbol) {
        const auto& symbols = view.program().vocabularies[type.vocabulary].symbols;
        c_.in_range(v.bits, 0, static_cast<int64_t>(symbols.size()) - 1);
    } else if (v.kind == Kind::Int) {
        c_.in_range(v.bits, INT64_MIN, INT64_MAX);
    } else if (type.kind == ValueKind::Url) {
        v.parts.push_back(v);
        v.parts.back().kind = Kind::Str;
        part(".scheme", Kind::Str);
        part(".host", Kind::Str);
        part(".path", Kind::Str);
        part(".port", Kind::Int);
        c_.in_range(v.parts[4].bits, -1, 65535);
    } else if (type.kind == ValueKind::Email) {
        v.parts.push_back(v);
        v.parts.back().kind = Kind::Str;
        part(".local", Kind::Str);
        part(".domain", Kind::Str);
    } else if (v.kind == Kind::List) {
        v = list_of(in, view);
    } else if (v.kind == Kind::Record) {
        for (const FieldDesc& field : type.fields) {
            in.parts.push_back(make_field(name + "." + field.name, field, view));
            v.parts.push_back(in.parts.back().seen);
        }
        if (type.kind == ValueKind::Command) command(in);
    }
    in.seen = v;
    return in;
}

/// Every member of a command that is not understood is an error; of one that is, the lists are of the same words.
void Inputs::command(Input& in) {
    std::vector<Sym>& parts = in.value.parts;
    const Term doubt = in.parts[kCommandText].null = t_.boolean(in.name + "!");  // no rule reads the text itself
    for (uint32_t f = kCommandProgram; f < kCommandFieldCount; ++f) parts[f].other = doubt;
    const SymList &argv = *parts[kCommandArgv].list, &args = *parts[kCommandArgs].list;
    std::vector<Term> facts = {t_.equal(argv.size, t_.add(args.size, t_.number(1)))};
    for (size_t i = 0; i < argv.items.size() && i <= args.items.size(); ++i) {
        const Term word = i == 0 ? parts[kCommandExecutable].bits : args.items[i - 1].bits;
        const Term there = t_.less(t_.number(static_cast<int64_t>(i)), argv.size);
        facts.push_back(t_.implies(there, t_.equal(argv.items[i].bits, word)));
    }
    c_.facts.push_back(t_.implies(t_.no(doubt), t_.all(facts)));
}

Sym Inputs::list_of(Input& in, const View& view) {
    const int64_t most = in.type.max_items == 0 ? static_cast<int64_t>(limits::kMaxListItems) : in.type.max_items;
    auto list = std::make_shared<SymList>();
    list->size = t_.integer(in.name + ".size");
    c_.in_range(list->size, 0, most);
    list->distinct = in.type.kind == ValueKind::Set;
    list->exact = most <= static_cast<int64_t>(kListItems);
    const auto written = static_cast<size_t>(std::min(most, static_cast<int64_t>(kListItems)));
    for (size_t i = 0; i < written; ++i) {
        in.parts.push_back(make(fmt::format("{}/{}", in.name, i), in.type.item[0], view));
        const Sym& item = in.parts.back().value;
        list->items.push_back(item);
        // The items of a set are different, and numbers stand in their order.
        for (size_t k = 0; in.type.kind == ValueKind::Set && k < i; ++k) {
            const Sym& before = list->items[k];
            if (item.kind == Kind::Record || item.kind == Kind::List) continue;
            const Term apart = item.kind == Kind::Int ? t_.less(before.bits, item.bits)
                                                      : t_.no(t_.equal(before.bits, item.bits));
            const Term both = t_.less(t_.number(static_cast<int64_t>(i)), list->size);
            c_.facts.push_back(t_.implies(both, apart));
        }
    }
    Sym v;
    v.kind = Kind::List;
    v.bits = t_.number(0);
    v.list = std::move(list);
    return v;
}

Sym Inputs::default_of(const FieldDesc& field, const View& view) {
    Sym none;
    none.kind = kind_of(field.type.kind);
    none.bits = t_.number(0);
    none.absent = c_.yes();
    if (!field.has_default) return none;
    const V* value = view.defaults->find(field);
    return value == nullptr ? none : Machine(c_, *view.loaded).lift(*value, field.type.layout);
}

Input Inputs::make_field(const std::string& name, const FieldDesc& field, const View& view) {
    Input in = make(name, field.type, view);
    in.field = &field;
    in.given = field.optional || field.has_default ? t_.boolean(name + "?") : c_.yes();
    in.null = field.nullable ? t_.boolean(name + "=null") : t_.truth(false);
    Sym given = in.value;
    given.null = in.null;
    in.seen = c_.choose(in.given, given, default_of(field, view));
    bound(field, in);
    return in;
}

void Inputs::bound(const FieldDesc& field, const Input& in) {
    const Kind kind = in.value.kind;
    if (!field.one_of.empty()) c_.facts.push_back(one_of(field, in));
    if (!field.has_min && !field.has_max) return;
    const bool number = field.type.kind == ValueKind::Int || field.type.kind == ValueKind::Decimal ||
                        field.type.kind == ValueKind::Duration || field.type.kind == ValueKind::Timestamp;
    Term measure;
    if (number)
        measure = in.value.bits;
    else if (kind == Kind::Str)
        measure = c_.texts.length(in.value.bits);
    else if (kind == Kind::List)
        measure = in.value.list->size;
    else
        return;
    if (field.has_min) c_.facts.push_back(t_.at_most(t_.number(field.min), measure));
    if (field.has_max) c_.facts.push_back(t_.at_most(measure, t_.number(field.max)));
}

Term Inputs::one_of(const FieldDesc& field, const Input& in) {
    const ValueType& type = field.type;
    std::vector<Term> some;
    for (const std::string& text : field.one_of) {
        if (type.kind == ValueKind::Symbol) {
            const auto& symbols = program_->vocabularies[type.vocabulary].symbols;
            const auto at = std::find(symbols.begin(), symbols.end(), text);
            if (at != symbols.end()) some.push_back(t_.equal(in.value.bits, t_.number(at - symbols.begin())));
        } else if (in.value.kind == Kind::Int && type.kind != ValueKind::Bool) {
            if (const auto value = parse_number(type, text)) some.push_back(t_.equal(in.value.bits, t_.number(*value)));
        } else if (in.value.kind == Kind::Str || in.value.kind == Kind::Url || in.value.kind == Kind::Email) {
            some.push_back(t_.equal(in.value.bits, c_.texts.literal(Kind::Str, text)));
        } else {
            return c_.yes();
        }
    }
    return t_.any(some);
}

// ---- labels

LabelInput Inputs::make_label(const std::string& name, bool list) {
    LabelInput label;
    label.name = name;
    label.count = t_.integer(name + "#sources");
    c_.in_range(label.count, 0, static_cast<int64_t>(program_->tools.size()) + kFirstToolSource + 1);
    label.joined = list ? t_.boolean(name + "#joined") : t_.truth(false);
    for (size_t i = 0; i < kLabelSources; ++i) {
        const Term source = t_.integer(fmt::format("{}#source/{}", name, i));
        label.sources.push_back(source);
        c_.facts.push_back(t_.at_most(t_.ite(label.joined, t_.number(-1), t_.number(0)), source));
        c_.facts.push_back(t_.less(source, t_.number(static_cast<int64_t>(sources_.size()))));
    }
    const auto top = [&](uint32_t v) { return static_cast<int64_t>(program_->vocabularies[v].symbols.size()) - 1; };
    const auto ranked = [&](const char* what, uint32_t vocabulary) {
        const Term t = t_.integer(name + what);
        c_.in_range(t, 0, top(vocabulary));
        return t;
    };
    label.has_class = t_.boolean(name + "#class?");
    label.data_class = ranked("#class", kVocClasses);
    label.joined_trust = ranked("#joined.trust", kVocTrust);
    label.joined_class = ranked("#joined.class", kVocClasses);
    return label;
}

void Inputs::choose_sources(const std::vector<View>& views) {
    // A tool that no rule names differs from another only by its trust: one of each level stands for all.
    std::set<std::string> tools;
    for (const View& view : views) {
        const Program& p = view.program();
        const auto name = [&](int64_t source) {
            const int64_t index = source - kFirstToolSource;
            if (index >= 0 && index < static_cast<int64_t>(p.tools.size()))
                tools.insert(p.tools[static_cast<size_t>(index)].name);
        };
        for (const Constant& constant : p.constants) {
            if (p.types[constant.type].kind == Kind::Int) name(constant.number);
            for (const Constant& item : constant.items)
                if (p.types[item.type].kind == Kind::Int) name(item.number);
        }
        std::set<uint32_t> levels;
        for (const ToolDesc& tool : p.tools)
            if (levels.insert(tool.trust).second) tools.insert(tool.name);
    }
    sources_ = {"user", "agent"};
    for (const std::string& tool : tools) {
        const auto knows = [&](const View& v) { return tool_named(v.program(), tool) != kNoTool; };
        if (std::all_of(views.begin(), views.end(), knows)) sources_.push_back(tool);
    }
}

Term Inputs::source_number(const Program& program, Term source) {
    Term out = t_.number(kUnknownSource);
    for (size_t i = 0; i < sources_.size(); ++i) {
        const int64_t number = i < 2 ? static_cast<int64_t>(i) : kFirstToolSource + tool_named(program, sources_[i]);
        out = t_.ite(t_.equal(source, t_.number(static_cast<int64_t>(i))), t_.number(number), out);
    }
    return out;
}

Term Inputs::source_trust(const Program& program, Term source) {
    Term out = t_.number(0);
    for (size_t i = 0; i < sources_.size(); ++i) {
        const int64_t top = static_cast<int64_t>(program.vocabularies[kVocTrust].symbols.size()) - 1;
        const Term trust = i == 0   ? t_.number(top)
                           : i == 1 ? low_
                                    : t_.number(program.tools[tool_named(program, sources_[i])].trust);
        out = t_.ite(t_.equal(source, t_.number(static_cast<int64_t>(i))), trust, out);
    }
    return out;
}

SymLabel Inputs::label_of(const Program& program, const LabelInput& label) {
    SymLabel out;
    auto list = std::make_shared<SymList>();
    list->size = label.count;
    list->distinct = true;
    Term trust = t_.number(static_cast<int64_t>(program.vocabularies[kVocTrust].symbols.size()) - 1);
    for (size_t i = 0; i < label.sources.size(); ++i) {
        list->items.push_back(c_.number(source_number(program, label.sources[i])));
        const Term there = t_.less(t_.number(static_cast<int64_t>(i)), label.count);
        trust = t_.ite(there, t_.minimum(trust, source_trust(program, label.sources[i])), trust);
    }
    trust = t_.ite(t_.equal(label.count, t_.number(0)), t_.number(0), trust);
    // More sources than are written out: any trust.
    const Term more = t_.less(t_.number(static_cast<int64_t>(label.sources.size())), label.count);
    out.trust = t_.ite(t_.either(label.joined, more), label.joined_trust, trust);
    out.data_class = t_.ite(label.joined, label.joined_class, t_.ite(label.has_class, label.data_class, high_));
    out.sources.kind = Kind::List;
    out.sources.bits = t_.number(0);
    out.sources.list = std::move(list);
    return out;
}

SymLabel Inputs::item_label_of(const Program& program, const LabelInput& own, const LabelInput& item) {
    // An item without a label has the list's; `joined` of an item says so.
    SymLabel a = label_of(program, own), b = label_of(program, item);
    const Term none = t_.both(t_.equal(item.count, t_.number(0)), t_.no(item.has_class));
    const Term from_own = t_.both(none, t_.boolean(item.name + "#own"));
    SymLabel out;
    out.trust = t_.ite(from_own, a.trust, b.trust);
    out.data_class = t_.ite(from_own, a.data_class, b.data_class);
    out.sources = c_.choose(from_own, a.sources, b.sources);
    return out;
}

// ---- frames

std::vector<Sym> Inputs::frame(const View& view, uint32_t tool) {
    Sym none;
    none.absent = c_.yes();
    none.bits = t_.number(0);
    const Program& p = view.program();
    std::vector<Sym> frame(p.slots.size(), none);
    for (size_t i = 0; i < p.slots.size(); ++i) frame[i].kind = p.types[p.slots[i].type].kind;
    frame[kSlotRisk] = frame[kSlotLane] = c_.number(t_.number(0));
    session_frame(view, frame);
    label_frame(view, p.tools[tool], frame);
    state_frame(view, frame);
    for (const uint32_t use : p.tools[tool].facts) fact_frame(view, p.fact_uses[use], frame);
    return frame;
}

void Inputs::session_frame(const View& view, std::vector<Sym>& frame) {
    const Program& p = view.program();
    frame[kSlotTier] = c_.number(tier_);
    frame[kSlotTime] = c_.number(time_);
    const std::pair<uint32_t, const char*> texts[] = {
        {kSlotTenant, "session.tenant"}, {kSlotOwner, "session.owner"}, {kSlotRetention, "session.retention"},
        {kSlotCallId, "call.id"},        {kSlotParent, "call.parent"},  {kSlotSessionId, "session.id"}};
    for (const auto& [slot, name] : texts) {
        const Input& input = texts_.at(name);
        frame[slot] = input.value;
        frame[slot].absent = t_.no(input.given);
        by_slot_[{&p, slot}] = &input;
    }
    for (uint32_t word = 0; word < p.role_words(); ++word) {
        Sym s = c_.number(t_.integer(fmt::format("roles.{}", word)));
        for (uint32_t bit = 0; bit < 64 && word * 64 + bit < p.roles.size(); ++bit) {
            std::vector<Term> givers;
            for (size_t r = 0; r < p.roles.size(); ++r)
                if (word < p.role_closure[r].size() && (p.role_closure[r][word] >> bit & 1) != 0)
                    givers.push_back(role(p.roles[r]));
            s.mask.push_back(t_.any(givers));
        }
        frame[kSlotRoles + word] = s;
    }
}

void Inputs::label_frame(const View& view, const ToolDesc& tool, std::vector<Sym>& frame) {
    const Program& p = view.program();
    Term data = t_.ite(has_data_, data_, t_.number(0));
    for (size_t i = 0; i < arguments_.size() && i < tool.slots.size(); ++i) {
        const ParamSlots& slots = tool.slots[i];
        const SymLabel label = label_of(p, labels_[i]);
        Sym value = arguments_[i].seen;
        const Term there = t_.no(value.absent);
        data = t_.ite(arguments_[i].given, t_.maximum(data, label.data_class), data);
        if (slots.item_labels && value.list) {
            auto with = std::make_shared<SymList>(*value.list);
            with->labels.clear();
            for (size_t k = 0; k < with->items.size(); ++k)
                with->labels.push_back(k < item_labels_[i].size() ? item_label_of(p, labels_[i], item_labels_[i][k])
                                                                  : label);
            value.list = std::move(with);
        }
        if (slots.value != kNoSlot) {
            frame[slots.value] = value;
            by_slot_[{&p, slots.value}] = &arguments_[i];
        }
        const auto put = [&](uint32_t slot, Sym s) {
            if (slot == kNoSlot) return;
            s.absent = t_.no(there);
            frame[slot] = std::move(s);
        };
        put(slots.trust, c_.number(label.trust));
        put(slots.data_class, c_.number(label.data_class));
        put(slots.sources, label.sources);
    }
    frame[kSlotData] = c_.number(data);
}

void Inputs::state_frame(const View& view, std::vector<Sym>& frame) {
    for (const StateDesc& state : view.program().states) {
        if (!state.is_count) {
            if (std::find(marks_.begin(), marks_.end(), state.name) == marks_.end()) marks_.push_back(state.name);
            frame[state.slot] = c_.number(t_.ite(t_.boolean("state." + state.name), t_.number(1), t_.number(0)));
            continue;
        }
        const std::string name = fmt::format("state.{}:{}", state.name, state.scale);
        auto it = counts_.find(name);
        if (it == counts_.end()) {
            ValueType type;
            type.kind = ValueKind::Int;
            if (state.count == CountKind::Distinct) {
                type.kind = ValueKind::Set;
                type.item.push_back(state.distinct_type);
            }
            it = counts_.emplace(name, std::pair(&state, make(name, type, view))).first;
            if (state.count != CountKind::Distinct)
                c_.facts.push_back(t_.at_most(t_.number(0), it->second.second.value.bits));
        }
        const Input& input = it->second.second;
        const bool distinct = state.count == CountKind::Distinct && input.value.list;
        frame[state.slot] = c_.number(distinct ? input.value.list->size : input.value.bits);
        frame[state.slot + 1] = c_.number(t_.number(0));
        if (distinct) frame[state.slot + 2] = input.value;
    }
}

void Inputs::fact_frame(const View& view, const FactUse& use, std::vector<Sym>& frame) {
    const Program& p = view.program();
    const FactDesc& desc = p.facts[use.fact];
    FactInput fact;
    fact.desc = &desc;
    fact.name = desc.name + "(";
    Machine machine(c_, *view.loaded);
    for (const FactKey& key : use.keys) {
        const Constant* constant = key.is_constant ? &p.constants[key.constant] : nullptr;
        const auto input = by_slot_.find({&p, key.slot});
        fact.keys.push_back(constant == nullptr && input != by_slot_.end() ? input->second : nullptr);
        fact.constants.push_back(constant);
        fact.key_values.push_back(constant != nullptr
                                      ? machine.lift(view.loaded->constants()[key.constant], constant->type)
                                      : frame[key.slot]);
        fact.name += constant != nullptr           ? fmt::format("={}{},", constant->text, constant->number)
                     : fact.keys.back() != nullptr ? fact.keys.back()->name + ","
                                                   : fmt::format("#{},", key.slot);
    }
    fact.name += ")";
    auto [it, is_new] = facts_.try_emplace(fact.name, fact);
    if (is_new)
        for (const FieldDesc& field : desc.fields)
            it->second.fields.push_back(make_field(fact.name + "." + field.name, field, view));
    for (const auto& [field, slot] : use.fields) {
        Sym seen = it->second.fields[field].seen;
        // What cannot be looked up is what its first missing key is.
        for (size_t k = fact.key_values.size(); k-- > 0;) {
            const Sym& key = fact.key_values[k];
            const Term fine = t_.no(c_.error_of(key));
            seen.absent = t_.either(key.absent, t_.both(fine, seen.absent));
            seen.null = t_.either(key.null, t_.both(fine, seen.null));
            seen.other = t_.either(key.other, t_.both(fine, seen.other));
        }
        frame[slot] = std::move(seen);
    }
}

}  // namespace remit::prove
