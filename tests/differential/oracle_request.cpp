#include "tests/differential/oracle_request.h"

#include <algorithm>

#include "tests/differential/oracle_eval.h"

namespace remit::oracle {

Val symbol_value(const Model& model, const std::string& vocabulary, const std::string& word) {
    auto found = model.vocabularies.find(vocabulary);
    if (found == model.vocabularies.end()) return error_value(Err::BadValue);
    auto at = std::find(found->second.begin(), found->second.end(), word);
    if (at == found->second.end()) return error_value(Err::BadValue);
    Val v = text_value(Tag::Symbol, word);
    v.vocabulary = vocabulary;
    v.number = at - found->second.begin();
    return v;
}

static void add_role(const Model& model, const std::string& role, std::set<std::string>& out) {
    auto found = model.roles.find(role);
    if (found == model.roles.end() || !out.insert(role).second) return;
    for (const std::string& below : found->second) add_role(model, below, out);
}

std::set<std::string> closed_roles(const Model& model, const std::vector<std::string>& roles) {
    std::set<std::string> out;
    for (const std::string& role : roles) add_role(model, role, out);
    return out;
}

// ---- typed values ------------------------------------------------------------------------------------------------

static std::optional<Val> timed(Tag tag, std::optional<int64_t> ns) {
    if (!ns) return std::nullopt;
    Val v;
    v.tag = tag;
    v.number = *ns;
    return v;
}

static std::optional<Val> read_number(const ast::TypeExpr& type, const Json& json) {
    if (type.name.text == "int") {
        if (json.kind != Json::Kind::Number) return std::nullopt;
        auto n = parse_int(json.text);
        return n ? std::optional(number_value(*n, 0)) : std::nullopt;
    }
    if (json.kind != Json::Kind::Number && json.kind != Json::Kind::String) return std::nullopt;
    int scale = type.number ? std::stoi(*type.number) : 0;
    auto n = parse_decimal(json.text, scale);
    return n ? std::optional(number_value(*n, scale)) : std::nullopt;
}

static std::optional<Val> read_list(const Model& model, const ast::File& file, const ast::TypeExpr& type,
                                    const Json& json) {
    if (json.kind != Json::Kind::Array) return std::nullopt;
    if (type.max_items && json.items.size() > std::stoul(*type.max_items)) return std::nullopt;
    Val list;
    list.tag = Tag::List;
    for (const Json& item : json.items) {
        auto v = read_value(model, file, type.args[0], item);
        if (!v) return std::nullopt;
        int position = static_cast<int>(&item - json.items.data());
        auto equal = std::find_if(list.items.begin(), list.items.end(),
                                  [&](const Val& known) { return same(known, *v); });
        bool is_new = type.name.text != "set" || equal == list.items.end();
        if (is_new) equal = list.items.insert(list.items.end(), *v);
        equal->positions.push_back(position);
    }
    // The order of a set shows where a sum overflows on its way.
    if (type.name.text == "set")
        std::stable_sort(list.items.begin(), list.items.end(),
                         [](const Val& x, const Val& y) { return x.number < y.number; });
    return list;
}

static std::optional<Val> read_text(const Model& model, const std::string& type, const std::string& text) {
    if (type == "duration") return timed(Tag::Duration, parse_duration(text));
    if (type == "timestamp") return timed(Tag::Timestamp, parse_timestamp(text));
    if (type == "string") return text_as(Tag::String, text);
    if (type == "url") return text_as(Tag::Url, text);
    if (type == "path") return text_as(Tag::Path, text);
    if (type == "email") return text_as(Tag::Email, text);
    if (type == "host") return text_as(Tag::Host, text);
    bool is_network = text.find('/') != std::string::npos;
    if (type == "ip") return is_network ? std::nullopt : text_as(Tag::Net, text);
    if (type == "cidr") return is_network ? text_as(Tag::Net, text) : std::nullopt;
    if (type == "role") return model.roles.count(text) ? std::optional(text_value(Tag::Role, text)) : std::nullopt;
    Val symbol = symbol_value(model, type, text);
    return symbol.is_error() ? std::nullopt : std::optional(symbol);
}

std::optional<Val> read_value(const Model& model, const ast::File& file, const ast::TypeExpr& type, const Json& json) {
    const std::string& name = type.name.text;
    if (json.kind == Json::Kind::Null) return std::nullopt;
    if (name == "any") return text_value(Tag::Any, "");
    if (name == "int" || name == "decimal") return read_number(type, json);
    if (name == "list" || name == "set") return read_list(model, file, type, json);
    if (name == "record") return read_fields(model, file, type.fields, json);
    if (name == "command") return read_command(json);
    if (name == "bool") return json.kind == Json::Kind::Bool ? std::optional(bool_value(json.flag)) : std::nullopt;
    if (json.kind != Json::Kind::String) return std::nullopt;
    return read_text(model, name, json.text);
}

/// A default of the schema, in the form in which a request would give it.
static Json default_json(const ast::File& file, ast::ExprId id) {
    const ast::Expr& e = file.expr(id);
    Json j;
    j.text = e.text;
    j.kind = Json::Kind::String;
    if (e.kind == ast::ExprKind::Int || e.kind == ast::ExprKind::Decimal) j.kind = Json::Kind::Number;
    if (e.kind == ast::ExprKind::Word && e.text == "null") j.kind = Json::Kind::Null;
    if (e.kind == ast::ExprKind::Bool) {
        j.kind = Json::Kind::Bool;
        j.flag = e.text == "true";
    }
    if (e.kind == ast::ExprKind::Negate) {
        j = default_json(file, e.kids[0]);
        j.text = "-" + j.text;
    }
    if (e.kind == ast::ExprKind::Set) {
        j.kind = Json::Kind::Array;
        for (ast::ExprId kid : e.kids) j.items.push_back(default_json(file, kid));
    }
    return j;
}

static bool in_bounds(const Model& model, const ast::File& file, const ast::Field& field, const Val& v) {
    bool is_text = v.tag == Tag::String;
    Val measure = is_text ? number_value(static_cast<Wide>(v.text.size()), 0) : v;
    if (field.min != ast::kNoExpr && compare_numbers(measure, literal(model, file, field.min, nullptr)) < 0)
        return false;
    if (field.max != ast::kNoExpr && compare_numbers(measure, literal(model, file, field.max, nullptr)) > 0)
        return false;
    return field.one_of == ast::kNoExpr || contains(literal(model, file, field.one_of, &v), v);
}

static std::optional<Val> read_field(const Model& model, const ast::File& file, const ast::Field& field,
                                     const Json* given) {
    Json filled;
    if (!given && field.default_value != ast::kNoExpr) {
        filled = default_json(file, field.default_value);
        given = &filled;
    }
    if (!given) return field.optional ? std::optional(error_value(Err::Absent)) : std::nullopt;
    if (given->kind == Json::Kind::Null && field.nullable) return error_value(Err::Null);
    auto v = read_value(model, file, field.type, *given);
    if (!v || !in_bounds(model, file, field, *v)) return std::nullopt;
    return v;
}

std::optional<Val> read_fields(const Model& model, const ast::File& file, const std::vector<ast::Field>& fields,
                               const Json& json) {
    if (json.kind != Json::Kind::Object) return std::nullopt;
    Val record;
    record.tag = Tag::Record;
    for (const ast::Field& field : fields) {
        auto v = read_field(model, file, field, json.find(field.name.text));
        if (!v) return std::nullopt;
        record.names.push_back(field.name.text);
        record.items.push_back(*v);
    }
    for (const std::string& key : json.keys)
        if (std::find(record.names.begin(), record.names.end(), key) == record.names.end()) return std::nullopt;
    return record;
}

// ---- the request -------------------------------------------------------------------------------------------------

static bool read_args(const Model& model, Request& request) {
    static const Json kNoArgs = [] {
        Json j;
        j.kind = Json::Kind::Object;
        return j;
    }();
    const Json* given = request.call->find("args");
    if (!given) given = &kNoArgs;
    auto args = read_fields(model, *request.tool.file, request.tool.decl->params, *given);
    if (!args) return false;
    request.args = *args;
    for (size_t i = 0; i < request.args.items.size(); ++i) {
        Val& v = request.args.items[i];
        v.argument = request.args.names[i];
        if (v.tag == Tag::List)
            for (Val& item : v.items) item.argument = v.argument;
    }
    request.supplied.insert(given->keys.begin(), given->keys.end());
    return true;
}

static bool known_source(const Model& model, const std::string& source) {
    return source == "user" || source == "agent" || model.tools.count(source) > 0;
}

/// The name before a `/INDEX`, if the label stands on something that this call can carry.
static bool labels_something(const Request& request, const std::string& key) {
    size_t slash = key.find('/');
    std::string name = key.substr(0, slash);
    const auto& names = request.args.names;
    if (std::find(names.begin(), names.end(), name) == names.end()) return false;
    if (slash == std::string::npos) return true;
    auto index = parse_int(key.substr(slash + 1));
    const Json* args = request.call->find("args");
    const Json* given = args ? args->find(name) : nullptr;
    return given && given->kind == Json::Kind::Array && index && *index >= 0 &&
           *index < static_cast<int64_t>(given->items.size());
}

static bool read_label(const Model& model, const Json& json, LabelText& label) {
    if (json.kind != Json::Kind::Object) return false;
    if (const Json* sources = json.find("sources")) {
        if (sources->kind != Json::Kind::Array) return false;
        for (const Json& source : sources->items) {
            if (source.kind != Json::Kind::String || !known_source(model, source.text)) return false;
            label.sources.push_back(source.text);
        }
    }
    if (json.find("class")) {
        const std::string* word = json.string_at("class");
        if (!word || symbol_value(model, "class", *word).is_error()) return false;
        label.data_class = *word;
    }
    return true;
}

static bool read_labels(const Model& model, Request& request) {
    if (const Json* data = request.call->find("data"))
        if (data->kind != Json::Kind::String || symbol_value(model, "class", data->text).is_error()) return false;
    const Json* labels = request.call->find("labels");
    if (!labels) return true;
    if (labels->kind != Json::Kind::Object) return false;
    for (size_t i = 0; i < labels->keys.size(); ++i) {
        LabelText label;
        if (!labels_something(request, labels->keys[i]) || !read_label(model, labels->items[i], label)) return false;
        request.labels[labels->keys[i]] = label;
    }
    return true;
}

static bool strings_only(const Json* json) {
    return json && json->kind == Json::Kind::Array &&
           std::all_of(json->items.begin(), json->items.end(),
                       [](const Json& j) { return j.kind == Json::Kind::String; });
}

static bool is_word(const Json* json) { return json && json->kind == Json::Kind::String && !json->text.empty(); }

/// Whether every field of the session is there and of its kind. What the words mean is another question.
static bool session_well_formed(const Json* session) {
    if (!session || session->kind != Json::Kind::Object) return false;
    for (const char* key : {"owner", "tenant", "retention", "tier"})
        if (!is_word(session->find(key))) return false;
    for (const char* key : {"id", "principal"})
        if (session->find(key) && !is_word(session->find(key))) return false;
    if (session->find("roles") && !strings_only(session->find("roles"))) return false;
    const std::string* expires = session->string_at("expires");
    if (!expires || !parse_timestamp(*expires)) return false;
    const Json* revoked = session->find("revoked");
    return strings_only(session->find("scope")) && revoked && revoked->kind == Json::Kind::Bool;
}

static void check_end(const Request& request, std::set<std::string>& denials) {
    if (request.session->find("revoked")->flag) denials.insert("session-revoked");
    if (*parse_timestamp(*request.session->string_at("expires")) <= request.time) denials.insert("session-expired");
}

static void check_scope(const Request& request, const std::string& tool, std::set<std::string>& denials) {
    bool in_scope = false;
    for (const Json& scope : request.session->find("scope")->items) in_scope = in_scope || tool_glob(scope.text, tool);
    if (!in_scope) denials.insert("out-of-scope");
}

static bool water_known(const Model& model, const Json* state) {
    const std::string* high = state ? state->string_at("high_water") : nullptr;
    const std::string* low = state ? state->string_at("low_water") : nullptr;
    return !(high && symbol_value(model, "class", *high).is_error()) &&
           !(low && symbol_value(model, "trust_level", *low).is_error());
}

static void read_roles(const Model& model, Request& request) {
    const Json* roles = request.session->find("roles");
    std::vector<std::string> words;
    if (roles)
        for (const Json& role : roles->items) words.push_back(role.text);
    std::set<std::string> closed = closed_roles(model, words);
    request.roles.assign(closed.begin(), closed.end());
}

void read_request(const Model& model, std::string_view text, Request& request, std::set<std::string>& stops,
                  std::set<std::string>& denials) {
    auto root = read_json(text);
    if (root) request.root = std::move(*root);
    request.call = request.root.find("call");
    const std::string* tool = request.call ? request.call->string_at("tool") : nullptr;
    if (!tool) {
        stops.insert("malformed");
        return;
    }
    request.session = request.root.find("session");
    request.state = request.root.find("state");
    request.context = request.root.find("context");

    const Json* args = request.call->find("args");
    if (args && repeats_a_key(*args)) {
        stops.insert("arguments");
        return;
    }
    bool whole = session_well_formed(request.session);
    if (!whole || symbol_value(model, "tier", *request.session->string_at("tier")).is_error())
        stops.insert("session-incomplete");
    const std::string* time = request.context ? request.context->string_at("time") : nullptr;
    auto now = time ? parse_timestamp(*time) : std::nullopt;
    if (now)
        request.time = *now;
    else
        stops.insert("time-missing");
    if (whole) read_roles(model, request);
    if (whole && now) check_end(request, denials);

    auto found = model.tools.find(*tool);
    if (found == model.tools.end()) {
        stops.insert("tool-unknown");
        return;
    }
    request.tool = found->second;
    if (whole) check_scope(request, *tool, denials);
    bool water = water_known(model, request.state);
    if (!water) stops.insert("label");
    if (!read_args(model, request))
        stops.insert("arguments");
    else if (water && !read_labels(model, request))
        stops.insert("label");
    return;
}

}  // namespace remit::oracle
