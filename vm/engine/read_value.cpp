#include "vm/engine/read_value.h"

#include <algorithm>
#include <numeric>

#include "vm/program/limits.h"
#include "vm/value/command.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

int sign(int64_t a, int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare_text(const Str& a, const Str& b) {
    const int c = a.view().compare(b.view());
    return c < 0 ? -1 : c > 0 ? 1 : 0;
}

int compare_nets(const Net& a, const Net& b) {
    const int c = std::memcmp(a.addr, b.addr, sizeof a.addr);
    return c != 0 ? sign(c, 0) : sign(a.bits, b.bits);
}

int compare_lists(const ValueType& type, const List& a, const List& b) {
    for (uint32_t i = 0; i < a.size && i < b.size; ++i)
        if (const int c = compare_values(type.item[0], a.items[i], b.items[i]); c != 0) return c;
    return sign(a.size, b.size);
}

int compare_records(const ValueType& type, const Record& a, const Record& b) {
    for (uint32_t i = 0; i < a.size && i < b.size; ++i)
        if (const int c = compare_values(type.fields[i].type, a.fields[i], b.fields[i]); c != 0) return c;
    return sign(a.size, b.size);
}

bool is_number_like(ValueKind k) {
    return k == ValueKind::Int || k == ValueKind::Decimal || k == ValueKind::Duration || k == ValueKind::Timestamp;
}

std::string scaled_text(const ValueType& type, int64_t value) {
    switch (type.kind) {
        case ValueKind::Decimal: return format_decimal(value, type.scale);
        case ValueKind::Duration: return format_duration(value);
        case ValueKind::Timestamp: return format_timestamp(value);
        default: return std::to_string(value);
    }
}

}  // namespace

std::optional<int64_t> parse_number(const ValueType& type, std::string_view text) {
    switch (type.kind) {
        case ValueKind::Decimal: return parse_decimal(text, type.scale);
        case ValueKind::Duration: return parse_duration(text);
        case ValueKind::Timestamp: return parse_timestamp(text);
        default: return parse_int(text);
    }
}

int compare_values(const ValueType& type, V a, V b) noexcept {
    if (a.err != 0 || b.err != 0) return sign(b.err, a.err);
    switch (kind_of(type.kind)) {
        case Kind::Truth:
        case Kind::Int: return sign(a.bits, b.bits);
        case Kind::Str:
        case Kind::Any: return compare_text(as<Str>(a), as<Str>(b));
        case Kind::Url: return compare_text(as<Url>(a).text, as<Url>(b).text);
        case Kind::Email: return compare_text(as<Email>(a).text, as<Email>(b).text);
        case Kind::Net: return compare_nets(as<Net>(a), as<Net>(b));
        case Kind::List: return compare_lists(type, as<List>(a), as<List>(b));
        case Kind::Record: return compare_records(type, as<Record>(a), as<Record>(b));
    }
    return 0;
}

// ---- defaults ----------------------------------------------------------------------------------------------------

void Defaults::build(const Program& program) {
    for (const ToolDesc& tool : program.tools)
        for (const FieldDesc& f : tool.params) visit(program, f);
    for (const FactDesc& fact : program.facts) {
        for (const FieldDesc& f : fact.keys) visit(program, f);
        for (const FieldDesc& f : fact.fields) visit(program, f);
    }
}

void Defaults::visit(const Program& program, const ValueType& type) {
    for (const ValueType& item : type.item) visit(program, item);
    for (const FieldDesc& f : type.fields) visit(program, f);
}

void Defaults::visit(const Program& program, const FieldDesc& field) {
    visit(program, field.type);
    if (!field.has_default) return;
    JsonReader reader;
    const Json* json = reader.read(field.default_json, arena_);
    V value;
    if (json != nullptr && ValueReader(program, *this, arena_).read_field(field, json, value)) values_[&field] = value;
}

const V* Defaults::find(const FieldDesc& field) const {
    const auto it = values_.find(&field);
    return it == values_.end() ? nullptr : &it->second;
}

// ---- fields ------------------------------------------------------------------------------------------------------

bool ValueReader::read_fields(const std::vector<FieldDesc>& fields, const Json& object, V* out, bool* given) {
    if (!object.is(JsonKind::Object)) return fail("not an object");
    for (const Json& m : object.children()) {
        const auto known = [&](const FieldDesc& f) { return f.name == m.key; };
        if (std::none_of(fields.begin(), fields.end(), known)) return fail("no such field"), under(m.key, '.');
    }
    for (size_t i = 0; i < fields.size(); ++i) {
        const Json* json = object.find(fields[i].name);
        if (given != nullptr) given[i] = json != nullptr;
        if (!read_field(fields[i], json, out[i])) return under(fields[i].name, '.');
    }
    return true;
}

bool ValueReader::read_field(const FieldDesc& field, const Json* json, V& out) {
    if (json == nullptr) {
        if (field.has_default) {
            const V* value = defaults_.find(field);
            if (value == nullptr) return fail("its default does not fit its type");
            out = *value;
            return true;
        }
        out = error(Err::Absent);
        return field.optional || fail("is missing");
    }
    if (json->is(JsonKind::Null)) {
        out = error(Err::Null);
        return field.nullable || fail("is null");
    }
    return read(field.type, *json, out) && check_bounds(field, out) && check_one_of(field, out);
}

bool ValueReader::check_bounds(const FieldDesc& field, V value) {
    if (!field.has_min && !field.has_max) return true;
    int64_t measure = 0;
    const char* unit = "";
    if (is_number_like(field.type.kind)) {
        measure = value.bits;
    } else if (kind_of(field.type.kind) == Kind::Str) {
        measure = as<Str>(value).size;
        unit = " bytes";
    } else if (kind_of(field.type.kind) == Kind::List) {
        measure = as<List>(value).size;
        unit = " items";
    } else {
        return true;
    }
    if (field.has_min && measure < field.min) return fail("less than " + scaled_text(field.type, field.min) + unit);
    if (field.has_max && measure > field.max) return fail("more than " + scaled_text(field.type, field.max) + unit);
    return true;
}

bool ValueReader::check_one_of(const FieldDesc& field, V value) {
    if (field.one_of.empty()) return true;
    const auto permits = [&](const std::string& text) {
        if (is_number_like(field.type.kind)) return parse_number(field.type, text) == value.bits;
        if (field.type.kind == ValueKind::Symbol) {
            const auto& symbols = program_.vocabularies[field.type.vocabulary].symbols;
            return text == symbols[static_cast<size_t>(value.bits)];
        }
        switch (kind_of(field.type.kind)) {
            case Kind::Str:
            case Kind::Any: return text == as<Str>(value).view();
            case Kind::Url: return text == as<Url>(value).text.view();
            case Kind::Email: return text == as<Email>(value).text.view();
            case Kind::Net: return text == format_net(as<Net>(value));
            case Kind::Truth:
            case Kind::Int:
            case Kind::List:
            case Kind::Record: return true;
        }
        return true;
    };
    return std::any_of(field.one_of.begin(), field.one_of.end(), permits) || fail("not one of the permitted values");
}

// ---- values ------------------------------------------------------------------------------------------------------

bool ValueReader::read(const ValueType& type, const Json& json, V& out) {
    set_order_ = nullptr;
    switch (type.kind) {
        case ValueKind::Bool:
            if (!json.is(JsonKind::Bool)) return fail("not true or false");
            out = {json.truth ? 1 : 0, 0};
            return true;
        case ValueKind::Int:
        case ValueKind::Decimal: return number(type, json, out);
        case ValueKind::String:
        case ValueKind::Duration:
        case ValueKind::Timestamp:
        case ValueKind::Ip:
        case ValueKind::Cidr:
        case ValueKind::Url:
        case ValueKind::Path:
        case ValueKind::Email:
        case ValueKind::Host:
        case ValueKind::Symbol: return text(type, json, out);
        case ValueKind::List:
        case ValueKind::Set: return items(type, json, out);
        case ValueKind::Record: {
            V* fields = arena_.array<V>(type.fields.size());
            if (!read_fields(type.fields, json, fields)) return false;
            out = ref(arena_.make(Record{static_cast<uint32_t>(type.fields.size()), fields}));
            return true;
        }
        case ValueKind::Any: {
            std::string canonical;
            append_canonical_json(canonical, json);
            out = str(canonical);
            return true;
        }
        case ValueKind::Command: return command(json, out);
    }
    return fail("of no known type");
}

bool ValueReader::number(const ValueType& type, const Json& json, V& out) {
    const bool decimal = type.kind == ValueKind::Decimal;
    if (!json.is(JsonKind::Number) && !(decimal && json.is(JsonKind::String)))
        return fail(decimal ? "not a decimal" : "not an integer");
    const auto value = parse_number(type, json.text);
    if (value) {
        out = {*value, 0};
        return true;
    }
    constexpr int kMaxScale = 9;
    if (decimal && parse_decimal(json.text, kMaxScale))
        return fail("more than " + std::to_string(type.scale) + " digits after the point");
    return fail(decimal ? "not a decimal, or out of range" : "not an integer of 64 bits");
}

bool ValueReader::text(const ValueType& type, const Json& json, V& out) {
    if (!json.is(JsonKind::String)) return fail("not a string");
    if (json.text.size() > limits::kMaxStringBytes) return over_limit(limits::kMaxStringBytes, " bytes");
    const auto keep = [&](std::string_view s) { return Arena::str(arena_.copy(s)); };
    switch (type.kind) {
        case ValueKind::String: out = ref(arena_.make(Arena::str(json.text))); return true;
        case ValueKind::Duration:
        case ValueKind::Timestamp: {
            const auto value = parse_number(type, json.text);
            if (!value) return fail(type.kind == ValueKind::Duration ? "not a duration" : "not a timestamp");
            out = {*value, 0};
            return true;
        }
        case ValueKind::Ip:
        case ValueKind::Cidr: {
            const auto net = type.kind == ValueKind::Ip ? parse_ip(json.text) : parse_cidr(json.text);
            if (!net) return fail(type.kind == ValueKind::Ip ? "not an ip address" : "not a cidr");
            out = ref(arena_.make(*net));
            return true;
        }
        case ValueKind::Url: {
            const auto u = parse_url(json.text);
            if (!u) return fail("not a url");
            out = ref(arena_.make(Url{keep(u->text), keep(u->scheme), keep(u->host), keep(u->path), u->port}));
            return true;
        }
        case ValueKind::Email: {
            const auto e = parse_email(json.text);
            if (!e) return fail("not an email address");
            out = ref(arena_.make(Email{keep(e->text), keep(e->local), keep(e->domain)}));
            return true;
        }
        case ValueKind::Path:
        case ValueKind::Host: {
            const auto normal = type.kind == ValueKind::Path ? parse_path(json.text) : parse_host(json.text);
            if (!normal) return fail(type.kind == ValueKind::Path ? "not a path" : "not a host");
            out = str(*normal);
            return true;
        }
        default: break;
    }
    const auto& vocabulary = program_.vocabularies[type.vocabulary];
    const auto it = std::find(vocabulary.symbols.begin(), vocabulary.symbols.end(), json.text);
    if (it == vocabulary.symbols.end()) return fail("not one of " + vocabulary.name);
    out = {it - vocabulary.symbols.begin(), 0};
    return true;
}

/// A line for a shell, or the words themselves. What is not understood is no fault of the request: it is an error in every field.
bool ValueReader::command(const Json& json, V& out) {
    std::string text(json.text);
    std::optional<std::vector<std::string>> words;
    if (json.is(JsonKind::Array)) {
        text.clear();
        append_canonical_json(text, json);
        words.emplace();
        for (const Json& word : json.children()) {
            if (!word.is(JsonKind::String)) return fail("not a list of strings");
            if (words->size() == limits::kMaxCommandWords) return over_limit(limits::kMaxCommandWords, " words");
            words->emplace_back(word.text);
        }
        if (!is_command(*words)) words.reset();
    } else if (!json.is(JsonKind::String)) {
        return fail("not a string and no list of strings");
    }
    if (text.size() > limits::kMaxCommandBytes) return over_limit(limits::kMaxCommandBytes, " bytes");
    if (json.is(JsonKind::String)) words = split_command(text);
    if (words && words->size() > limits::kMaxCommandWords) return over_limit(limits::kMaxCommandWords, " words");
    out = command_of(text, words);
    return true;
}

V ValueReader::command_of(std::string_view text, const std::optional<std::vector<std::string>>& words) {
    V* fields = arena_.array<V>(kCommandFieldCount);
    std::fill_n(fields, kCommandFieldCount, error(Err::BadValue));
    fields[kCommandText] = str(text);
    if (words) {
        const auto size = static_cast<uint32_t>(words->size());
        V* argv = arena_.array<V>(size);
        for (uint32_t i = 0; i < size; ++i) argv[i] = str((*words)[i]);
        fields[kCommandProgram] = str(program_of(words->front()));
        fields[kCommandExecutable] = argv[0];
        fields[kCommandArgv] = ref(arena_.make(List{size, Kind::Str, argv, nullptr}));
        fields[kCommandArgs] = ref(arena_.make(List{size - 1, Kind::Str, argv + 1, nullptr}));
    }
    return ref(arena_.make(Record{kCommandFieldCount, fields}));
}

bool ValueReader::over_limit(size_t limit, const char* unit) {
    limit_ = true;
    return fail("longer than " + std::to_string(limit) + unit);
}

bool ValueReader::items(const ValueType& type, const Json& json, V& out) {
    if (!json.is(JsonKind::Array)) return fail("not an array");
    const size_t most = type.max_items == 0 ? limits::kMaxListItems : type.max_items;
    if (json.size > most) return fail("more than " + std::to_string(most) + " items");
    V* values = arena_.array<V>(json.size);
    for (uint32_t i = 0; i < json.size; ++i)
        if (!read(type.item[0], json.items[i], values[i])) return under("/" + std::to_string(i), '.');
    set_order_ = nullptr;
    if (type.kind == ValueKind::Set) {
        out = sorted_set(type, values, json.size);
        return true;
    }
    out = ref(arena_.make(List{json.size, kind_of(type.item[0].kind), values, nullptr}));
    return true;
}

V ValueReader::sorted_set(const ValueType& type, V* values, uint32_t size) {
    uint32_t* order = arena_.array<uint32_t>(size);
    std::iota(order, order + size, 0u);
    const auto compare = [&](uint32_t a, uint32_t b) { return compare_values(type.item[0], values[a], values[b]); };
    std::sort(order, order + size, [&](uint32_t a, uint32_t b) { return compare(a, b) < 0; });
    V* sorted = arena_.array<V>(size);
    uint32_t* place = arena_.array<uint32_t>(size);
    uint32_t count = 0;
    for (uint32_t i = 0; i < size; ++i) {
        if (i == 0 || compare(order[i - 1], order[i]) != 0) sorted[count++] = values[order[i]];
        place[order[i]] = count - 1;
    }
    set_order_ = place;
    return ref(arena_.make(List{count, kind_of(type.item[0].kind), sorted, nullptr}));
}

}  // namespace remit
