#include "host/prove/example.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/prove/choose_text.h"
#include "vm/engine/json.h"
#include "vm/engine/labels.h"
#include "vm/program/value_kind.h"
#include "vm/value/scalar.h"

namespace remit::prove {

namespace {

constexpr int64_t kPlainTime = 1'795'428'000'000'000'000;  // a November morning
constexpr int64_t kHour = 3'600'000'000'000;
constexpr const char* kEvidence = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

/// `key: value` pairs, joined by commas between two brackets.
class Group {
public:
    explicit Group(char open) : text_(1, open) {}
    void add(std::string_view value) {
        if (text_.size() > 1) text_ += ',';
        text_ += value;
    }
    void add(std::string_view key, std::string_view value) { add(quoted(key) + ":" + std::string(value)); }
    bool empty() const { return text_.size() == 1; }
    std::string text() const { return text_ + (text_[0] == '{' ? '}' : ']'); }

private:
    std::string text_;
};

/// As in JSON Pointer.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

/// All variables below an input.
void collect(const Input& in, std::vector<Term>& out) {
    out.push_back(in.given);
    out.push_back(in.null);
    out.push_back(in.value.bits);
    for (const Sym& part : in.value.parts) out.push_back(part.bits);
    if (in.value.list) out.push_back(in.value.list->size);
    for (const Input& part : in.parts) collect(part, out);
}

void plain(Context& c, const Input& in, std::vector<Term>& out) {
    smt::Terms& t = c.terms;
    if (t.node(in.given).kind == smt::TermKind::BoolVar) out.push_back(t.no(in.given));
    if (!t.is_false(in.null)) out.push_back(t.no(in.null));
    if (in.value.kind == Kind::Int) {
        out.push_back(t.equal(in.value.bits, t.number(0)));
        out.push_back(t.at_most(t.number(0), in.value.bits));
    }
    if (in.value.list) {
        out.push_back(t.equal(in.value.list->size, t.number(0)));
        out.push_back(t.at_most(in.value.list->size, t.number(1)));
    }
    if (in.type.kind == ValueKind::Command)
        out.push_back(t.equal(in.value.parts[kCommandProgram].bits, in.value.parts[kCommandExecutable].bits));
    for (const Input& part : in.parts) plain(c, part, out);
}

}  // namespace

class ExampleWriter {
public:
    ExampleWriter(Context& c, Inputs& inputs, smt::Solver& solver) : c_(c), t_(c.terms), in_(inputs) { read(solver); }
    std::optional<Example> write(const std::vector<std::string>& evidence);

private:
    void read(smt::Solver& solver);
    std::optional<int64_t> at(Term t) const {
        const auto it = values_.find(t);
        return it == values_.end() ? std::nullopt : it->second;
    }
    bool is(Term t) const { return t_.is_true(t) || at(t).value_or(0) != 0; }
    void want(Term bits, Term seen, Kind kind, ValueKind form, const std::string& word);
    void want(const Input& in);
    bool choose_texts();
    std::string text(Term bits, const std::string& otherwise) const;
    std::string value(const Input& in) const;
    std::string list(const Input& in) const;
    std::string url(const Input& in) const;
    std::string command(const Input& in) const;
    std::string symbol(uint32_t vocabulary, Term rank) const;
    std::string time() const { return quoted(format_timestamp(at(in_.time()).value_or(kPlainTime))); }
    std::string session() const;
    std::string call(const std::vector<std::string>& evidence) const;
    void label(Group& out, const std::string& key, const LabelInput& label) const;
    std::string labels() const;
    std::string facts() const;
    std::string state() const;

    Context& c_;
    smt::Terms& t_;
    Inputs& in_;
    std::map<Term, std::optional<int64_t>> values_;
    std::map<int64_t, Wanted> wanted_;       // by number
    std::map<int64_t, std::string> chosen_;  // by number
};

void ExampleWriter::read(smt::Solver& solver) {
    std::vector<Term> all{in_.tier(), in_.time(), in_.high(), in_.low(), in_.has_data(), in_.data()};
    for (const Input& argument : in_.arguments()) collect(argument, all);
    for (const auto& [name, input] : in_.texts()) collect(input, all);
    for (const auto& [name, count] : in_.counts()) collect(count.second, all);
    for (const auto& [name, fact] : in_.facts())
        for (const Input& field : fact.fields) collect(field, all);
    for (const std::string& role : in_.roles()) all.push_back(in_.role(role));
    for (const std::string& mark : in_.marks()) all.push_back(t_.boolean("state." + mark));
    const auto add_label = [&](const LabelInput& l) {
        all.insert(all.end(), {l.count, l.has_class, l.data_class, l.joined});
        all.insert(all.end(), l.sources.begin(), l.sources.end());
    };
    for (const LabelInput& l : in_.labels()) add_label(l);
    for (const auto& items : in_.item_labels())
        for (const LabelInput& l : items) add_label(l);
    for (const auto& [text, predicates] : c_.texts.asked()) {
        all.push_back(text);
        if (c_.texts.has_length(text)) all.push_back(c_.texts.length(text));
        for (const Predicate& p : predicates) all.push_back(c_.texts.application(p, text));
    }
    for (const Input& argument : in_.arguments())
        if (c_.texts.has_length(argument.value.bits)) all.push_back(c_.texts.length(argument.value.bits));
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    const auto found = solver.values(all);
    for (size_t i = 0; i < all.size(); ++i) values_[all[i]] = found[i];
}

/// `seen`: what rules read in its place.
void ExampleWriter::want(Term bits, Term seen, Kind kind, ValueKind form, const std::string& word) {
    const auto number = at(bits);
    if (!number || c_.texts.literal_of(*number) != nullptr) return;
    Wanted& w = wanted_[*number];
    w.kind = kind;
    w.forms.insert(form);
    if (w.word == "x") w.word = word;
    for (const Term term : {bits, seen}) {
        if (c_.texts.has_length(term)) w.length = at(c_.texts.length(term));
        const auto asked = c_.texts.asked().find(term);
        if (asked == c_.texts.asked().end()) continue;
        for (const Predicate& p : asked->second)
            if (const auto said = at(c_.texts.application(p, term))) w.answers.emplace_back(p, *said != 0);
    }
}

void ExampleWriter::want(const Input& in) {
    if (!is(in.given) || is(in.null)) return;
    if (in.type.kind == ValueKind::Command && is(in.parts[kCommandText].null)) return;
    const int64_t size = in.value.list ? at(in.value.list->size).value_or(0) : INT64_MAX;
    for (size_t i = 0; i < in.parts.size() && static_cast<int64_t>(i) < size; ++i) want(in.parts[i]);
    const Sym& v = in.value;
    const auto part = [&](size_t i, ValueKind form, const char* word) {
        want(v.parts[i].bits, i < in.seen.parts.size() ? in.seen.parts[i].bits : v.parts[i].bits, Kind::Str, form,
             word);
    };
    if (v.kind == Kind::Str)
        want(v.bits, in.seen.bits, Kind::Str, in.type.kind, in.type.kind == ValueKind::Host ? "host" : "x");
    if (v.kind == Kind::Net) want(v.bits, in.seen.bits, Kind::Net, in.type.kind, "x");
    if (in.type.kind == ValueKind::Url) {
        part(1, ValueKind::String, "https");
        part(2, ValueKind::Host, "host");
        part(3, ValueKind::Path, "x");
    }
    if (in.type.kind == ValueKind::Email) {
        part(1, ValueKind::String, "someone");
        part(2, ValueKind::Host, "host");
    }
}

bool ExampleWriter::choose_texts() {
    for (const Input& argument : in_.arguments()) want(argument);
    static const std::map<std::string, std::string, std::less<>> kWords = {{"session.tenant", "tenant"},
                                                                           {"session.owner", "owner@host.example"},
                                                                           {"session.retention", "standard"},
                                                                           {"session.id", "s-1"},
                                                                           {"call.id", "c-1"},
                                                                           {"call.parent", "c-0"}};
    for (const auto& [name, input] : in_.texts())
        want(input.value.bits, input.value.bits, Kind::Str, ValueKind::String, kWords.at(name));
    for (const auto& [name, count] : in_.counts()) want(count.second);
    for (const auto& [name, fact] : in_.facts())
        for (const Input& field : fact.fields) want(field);
    std::set<std::string> taken;
    for (size_t i = 0; i < c_.texts.size(); ++i) taken.insert(*c_.texts.literal_of(static_cast<int64_t>(i)));
    for (const auto& [number, wanted] : wanted_) {
        const auto text = choose_text(wanted, taken);
        if (!text) return false;
        taken.insert(*text);
        chosen_[number] = *text;
    }
    return true;
}

std::string ExampleWriter::text(Term bits, const std::string& otherwise) const {
    const auto number = at(bits);
    if (!number) return otherwise;
    if (const std::string* literal = c_.texts.literal_of(*number)) return *literal;
    const auto it = chosen_.find(*number);
    return it == chosen_.end() ? otherwise : it->second;
}

std::string ExampleWriter::symbol(uint32_t vocabulary, Term rank) const {
    const auto& symbols = in_.program().vocabularies[vocabulary].symbols;
    const int64_t index = at(rank).value_or(0);
    return quoted(
        symbols[static_cast<size_t>(std::clamp<int64_t>(index, 0, static_cast<int64_t>(symbols.size()) - 1))]);
}

std::string ExampleWriter::url(const Input& in) const {
    if (const auto number = at(in.value.bits); number && c_.texts.literal_of(*number) != nullptr)
        return *c_.texts.literal_of(*number);
    const auto& p = in.value.parts;
    const std::string path = text(p[3].bits, "/");
    const int64_t port = at(p[4].bits).value_or(443);
    const std::string scheme = text(p[1].bits, "https"), host = text(p[2].bits, "host.example");
    return scheme + "://" + host + (port < 0 ? "" : fmt::format(":{}", port)) +
           (path.starts_with("/") ? path : "/" + path);
}

std::string ExampleWriter::list(const Input& in) const {
    const int64_t size = at(in.value.list->size).value_or(0);
    Group items('[');
    constexpr int64_t kMostItems = 256;  // of an example; a longer list repeats one
    for (int64_t i = 0; i < std::min(size, kMostItems) && !in.parts.empty(); ++i)
        items.add(value(in.parts[i < static_cast<int64_t>(in.parts.size()) ? static_cast<size_t>(i) : 0]));
    return items.text();
}

/// The words; or, where it is not to be understood, a line that is not.
std::string ExampleWriter::command(const Input& in) const {
    if (is(in.parts[kCommandText].null)) return quoted("$(x)");
    const Term program = in.value.parts[kCommandProgram].bits, executable = in.value.parts[kCommandExecutable].bits;
    const auto number = at(executable);
    const bool free = !number || c_.texts.literal_of(*number) == nullptr;
    Group words('[');
    words.add(quoted(text(free ? program : executable, "x")));
    const Input& args = in.parts[kCommandArgs];
    const int64_t size = at(args.value.list->size).value_or(0);
    for (size_t i = 0; i < args.parts.size() && static_cast<int64_t>(i) < size; ++i) words.add(value(args.parts[i]));
    return words.text();
}

std::string ExampleWriter::value(const Input& in) const {
    const Term bits = in.value.bits;
    const int64_t number = at(bits).value_or(0);
    switch (in.type.kind) {
        case ValueKind::Bool: return number != 0 ? "true" : "false";
        case ValueKind::Int: return std::to_string(number);
        case ValueKind::Decimal: return quoted(format_decimal(number, in.type.scale));
        case ValueKind::Duration: return quoted(format_duration(number));
        case ValueKind::Timestamp: return quoted(format_timestamp(number));
        case ValueKind::Symbol: return symbol(in.type.vocabulary, bits);
        case ValueKind::String: return quoted(text(bits, "x"));
        case ValueKind::Path: return quoted(text(bits, "/x"));
        case ValueKind::Host: return quoted(text(bits, "host.example"));
        case ValueKind::Ip: return quoted(text(bits, "192.0.2.1"));
        case ValueKind::Cidr: return quoted(text(bits, "192.0.2.0/24"));
        case ValueKind::Url: return quoted(url(in));
        case ValueKind::Email:
            if (const auto n = at(bits); n && c_.texts.literal_of(*n) != nullptr)
                return quoted(*c_.texts.literal_of(*n));
            return quoted(text(in.value.parts[1].bits, "someone") + "@" + text(in.value.parts[2].bits, "host.example"));
        case ValueKind::List:
        case ValueKind::Set: return list(in);
        case ValueKind::Record: {
            Group fields('{');
            for (const Input& field : in.parts)
                if (is(field.given)) fields.add(field.field->name, is(field.null) ? "null" : value(field));
            return fields.text();
        }
        case ValueKind::Command: return command(in);
        case ValueKind::Any: {
            const auto n = at(bits);
            const std::string* literal = n ? c_.texts.literal_of(*n) : nullptr;
            return literal != nullptr ? *literal : quoted("x");
        }
    }
    return "null";
}

std::string ExampleWriter::session() const {
    Group s('{');
    const Input& id = in_.texts().at("session.id");
    if (is(id.given)) s.add("id", quoted(text(id.value.bits, "s-1")));
    Group roles('[');
    for (const std::string& role : in_.roles())
        if (is(in_.role(role))) roles.add(quoted(role));
    s.add("roles", roles.text());
    s.add("tier", symbol(kVocTiers, in_.tier()));
    const auto named = [&](const char* key, const std::string& otherwise) {
        s.add(key, quoted(text(in_.texts().at(std::string("session.") + key).value.bits, otherwise)));
    };
    named("tenant", "tenant");
    named("owner", "owner@host.example");
    s.add("scope", "[" + quoted(in_.tool()) + "]");
    named("retention", "standard");
    const int64_t now = at(in_.time()).value_or(kPlainTime);
    s.add("expires", quoted(format_timestamp(now > INT64_MAX - kHour ? INT64_MAX : now + kHour)));
    s.add("revoked", "false");
    return s.text();
}

void ExampleWriter::label(Group& out, const std::string& key, const LabelInput& l) const {
    const int64_t count = at(l.count).value_or(0);
    const bool classed = is(l.has_class);
    if (count == 0 && !classed) return;
    Group sources('['), label('{');
    std::vector<std::string> names;
    for (size_t i = 0; i < l.sources.size() && static_cast<int64_t>(i) < count; ++i) {
        const int64_t source = at(l.sources[i]).value_or(-1);
        if (source < 0 || source >= static_cast<int64_t>(in_.sources().size())) continue;
        const std::string& name = in_.sources()[static_cast<size_t>(source)];
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        names.push_back(name);
        sources.add(quoted(name));
    }
    if (!sources.empty()) label.add("sources", sources.text());
    if (classed) label.add("class", symbol(kVocClasses, l.data_class));
    out.add(key, label.text());
}

std::string ExampleWriter::labels() const {
    Group out('{');
    for (size_t i = 0; i < in_.arguments().size(); ++i) {
        const Input& argument = in_.arguments()[i];
        if (!is(argument.given)) continue;
        const std::string name = escaped(argument.field->name);
        label(out, name, in_.labels()[i]);
        const int64_t size = argument.value.list ? at(argument.value.list->size).value_or(0) : 0;
        for (size_t k = 0; k < in_.item_labels()[i].size() && static_cast<int64_t>(k) < size; ++k)
            label(out, fmt::format("{}/{}", name, k), in_.item_labels()[i][k]);
    }
    return out.empty() ? "" : out.text();
}

std::string ExampleWriter::call(const std::vector<std::string>& evidence) const {
    Group call('{'), args('{');
    call.add("id", quoted(text(in_.texts().at("call.id").value.bits, "c-1")));
    if (at(in_.texts().at("call.parent").value.bits))
        call.add("parent", quoted(text(in_.texts().at("call.parent").value.bits, "")));
    call.add("tool", quoted(in_.tool()));
    for (const Input& argument : in_.arguments())
        if (is(argument.given)) args.add(argument.field->name, is(argument.null) ? "null" : value(argument));
    call.add("args", args.text());
    if (is(in_.has_data())) call.add("data", symbol(kVocClasses, in_.data()));
    const std::string all = labels();
    if (!all.empty()) call.add("labels", all);
    if (!evidence.empty()) {
        Group given('{');
        for (const std::string& name : evidence) given.add(name, quoted(kEvidence));
        call.add("evidence", given.text());
    }
    return call.text();
}

std::string ExampleWriter::facts() const {
    Group all('[');
    std::set<std::string> seen;
    for (const auto& [name, fact] : in_.facts()) {
        Group key('['), fields('{'), out('{');
        bool whole = true;
        for (size_t i = 0; i < fact.keys.size() && whole; ++i) {
            const Input* input = fact.keys[i];
            if (input == nullptr && fact.constants[i] == nullptr) return all.text();
            Input constant;
            if (input == nullptr) {
                constant.type = fact.desc->keys[i].type;
                constant.value = fact.key_values[i];
                input = &constant;
                const smt::Node& n = t_.node(constant.value.bits);
                key.add(constant.value.kind == Kind::Int
                            ? (constant.type.kind == ValueKind::Int ? std::to_string(n.number) : value(constant))
                            : quoted(fact.constants[i]->text));
                continue;
            }
            whole = (input->field == nullptr || is(input->given)) && !is(input->null);
            if (whole) key.add(value(*input));
        }
        if (!whole || !seen.insert(fact.desc->name + key.text()).second) continue;
        for (const Input& field : fact.fields)
            if (is(field.given)) fields.add(field.field->name, is(field.null) ? "null" : value(field));
        out.add("fact", quoted(fact.desc->name));
        out.add("key", key.text());
        out.add("as_of", time());
        out.add("value", fields.text());
        all.add(out.text());
    }
    return all.text();
}

std::string ExampleWriter::state() const {
    Group state('{'), marks('{'), counts('{');
    for (const std::string& mark : in_.marks()) marks.add(mark, is(t_.boolean("state." + mark)) ? "true" : "false");
    for (const auto& [name, count] : in_.counts()) {
        const auto& [desc, input] = count;
        if (desc->count == CountKind::Distinct)
            counts.add(desc->name, value(input));
        else
            counts.add(desc->name,
                       quoted(format_decimal(std::max<int64_t>(0, at(input.value.bits).value_or(0)), desc->scale)));
    }
    state.add("marks", marks.text());
    state.add("counts", counts.text());
    state.add("high_water", symbol(kVocClasses, in_.high()));
    state.add("low_water", symbol(kVocTrust, in_.low()));
    return state.text();
}

std::optional<Example> ExampleWriter::write(const std::vector<std::string>& evidence) {
    if (!choose_texts()) return std::nullopt;
    Example out;
    out.time_ = time();
    out.owner_ = text(in_.texts().at("session.owner").value.bits, "owner@host.example");
    Group request('{');
    request.add("session", session());
    request.add("call", call(evidence));
    request.add("facts", facts());
    request.add("state", state());
    request.add("context", "{\"time\":" + time() + "}");
    out.head_ = request.text();
    out.head_.pop_back();
    return out;
}

std::string Example::request() const {
    Group all('[');
    for (const std::string& s : signatures_) all.add(s);
    return head_ + (signatures_.empty() ? "" : ",\"signatures\":" + all.text()) + "}";
}

void Example::sign(const Decision& asked) {
    signatures_.clear();
    size_t person = 0;
    for (const Obligation& o : asked.ask) {
        for (uint32_t i = 0; i < o.quorum; ++i) {
            Group s('{');
            s.add("by", quoted(o.by == "owner" ? owner_ : fmt::format("signer-{}@host.example", ++person)));
            s.add("kind", "\"human\"");
            s.add("roles", o.by == "owner" ? "[]" : "[" + quoted(o.by) + "]");
            s.add("digest", quoted(asked.digest));
            s.add("asked", time_);
            s.add("signed", time_);
            signatures_.push_back(s.text());
        }
    }
}

std::vector<Term> plain_conditions(Context& c, Inputs& inputs) {
    smt::Terms& t = c.terms;
    std::vector<Term> out{t.equal(inputs.time(), t.number(kPlainTime)), t.no(inputs.has_data())};
    for (const LabelInput& l : inputs.labels())
        out.insert(out.end(),
                   {t.no(l.joined), t.equal(l.count, t.number(0)), t.at_most(l.count, t.number(1)), t.no(l.has_class)});
    for (const auto& items : inputs.item_labels())
        for (const LabelInput& l : items)
            out.insert(out.end(), {t.no(l.joined), t.equal(l.count, t.number(0)), t.at_most(l.count, t.number(1)),
                                   t.no(l.has_class)});
    for (const auto& [name, fact] : inputs.facts())
        for (const Input& field : fact.fields) plain(c, field, out);
    for (const Input& argument : inputs.arguments()) plain(c, argument, out);
    for (const auto& [name, count] : inputs.counts()) plain(c, count.second, out);
    for (const std::string& mark : inputs.marks()) out.push_back(t.no(t.boolean("state." + mark)));
    for (const std::string& role : inputs.roles()) out.push_back(t.no(inputs.role(role)));
    out.push_back(t.equal(inputs.high(), t.number(0)));
    out.push_back(t.equal(inputs.tier(), t.number(0)));
    return out;
}

std::optional<Example> example_of(Context& c, Inputs& inputs, smt::Solver& solver,
                                  const std::vector<std::string>& evidence) {
    return ExampleWriter(c, inputs, solver).write(evidence);
}

std::vector<Term> guesses(Context& c, smt::Solver& solver) {
    std::vector<Term> asked, out;
    for (const auto& [text, predicates] : c.texts.asked())
        for (const Predicate& p : predicates) asked.push_back(c.texts.application(p, text));
    const auto values = solver.values(asked);
    for (size_t i = 0; i < asked.size(); ++i)
        if (values[i]) out.push_back(*values[i] != 0 ? asked[i] : c.terms.no(asked[i]));
    return out;
}

}  // namespace remit::prove
