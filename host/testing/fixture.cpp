#include "host/testing/fixture.h"

#include <fmt/format.h>

#include "vm/value/sha256.h"

namespace remit {

namespace {

constexpr std::string_view kDefaultTime = "\"2026-01-01T00:00:00Z\"";

/// Role and scope lists hold texts, whatever they look like.
std::string text_of(const ast::File& file, ast::ExprId id) { return json_string(literal_text(file, id)); }

std::string texts_of(const ast::File& file, const ast::Setting& setting) {
    std::vector<std::string> items;
    for (const ast::ExprId id : setting.values) items.push_back(text_of(file, id));
    return array_of(items);
}

bool is_absent(const ast::File& file, const ast::Setting& setting) {
    if (setting.values.size() != 1) return false;
    const ast::Expr& expr = file.expr(setting.values[0]);
    return expr.kind == ast::ExprKind::Word && expr.text == "absent";
}

std::string label_json(const ast::Value& value) {
    std::string out = "{";
    if (!value.sources.empty()) {
        std::vector<std::string> sources;
        for (const ast::Name& source : value.sources) sources.push_back(json_string(source.text));
        append_member(out, "sources", array_of(sources));
    }
    if (value.label_class) append_member(out, "class", json_string(value.label_class->text));
    return out + "}";
}

bool has_label(const ast::Value& value) { return !value.sources.empty() || value.label_class; }

/// `~` and `/` stand for themselves only in this form (RFC 6901).
std::string pointer_part(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

void append_labels(std::string& labels, const std::string& path, const ast::Value& value) {
    if (has_label(value)) append_member(labels, path, label_json(value));
    if (value.kind == ast::Value::Kind::List) {
        for (size_t i = 0; i < value.items.size(); ++i)
            append_labels(labels, fmt::format("{}/{}", path, i), value.items[i]);
    }
    if (value.kind == ast::Value::Kind::Record) {
        for (size_t i = 0; i < value.items.size(); ++i)
            append_labels(labels, path + "/" + pointer_part(value.keys[i].text), value.items[i]);
    }
}

/// What a test attaches to a call is its name; the digest of the name stands for the document.
std::string evidence_digest(std::string_view name) { return to_text(sha256(name)); }

void set_or_erase(JsonFields& fields, const std::string& key, const std::string& json, bool absent) {
    if (absent) {
        fields.erase(key);
    } else {
        fields[key] = json;
    }
}

/// Sets `fields` from the one value of the setting; `if_none` stands for a setting without one. An empty string, or
/// what is wrong.
std::string set_one(JsonFields& fields, const ast::File& file, const ast::Setting& setting,
                    std::string_view if_none = "") {
    const bool none = setting.values.empty() && !if_none.empty();
    if (!none && setting.values.size() != 1) return fmt::format("`{}` takes one value", setting.name.text);
    const std::string json = none ? std::string(if_none) : json_of(file, setting.values[0]);
    set_or_erase(fields, setting.name.text, json, is_absent(file, setting));
    return "";
}

}  // namespace

Fixture::Fixture(std::span<const Program* const> layers) {
    session_ = {{"id", "\"test\""},
                {"roles", "[]"},
                {"tenant", "\"test\""},
                {"owner", "\"owner@test.example\""},
                {"scope", "[\"*\"]"},
                {"retention", "\"standard\""},
                {"expires", "\"2100-01-01T00:00:00Z\""},
                {"revoked", "false"}};
    context_ = {{"time", std::string(kDefaultTime)}};
    if (!layers.empty()) {
        const auto& vocabularies = layers[0]->vocabularies;
        if (vocabularies.size() > kVocTrust) {
            session_["tier"] = json_string(vocabularies[kVocTiers].symbols.front());
            state_["high_water"] = json_string(vocabularies[kVocClasses].symbols.front());
            state_["low_water"] = json_string(vocabularies[kVocTrust].symbols.back());
        }
    }
    for (const Program* program : layers) {
        for (const StateDesc& state : program->states) {
            if (!state.is_count) {
                marks_[state.name] = "false";
                declared_marks_.insert(state.name);
                continue;
            }
            const bool distinct = state.count == CountKind::Distinct;
            counts_[state.name] = !state.key.empty() ? "{}" : distinct ? "[]" : "0";
            if (!state.key.empty()) keyed_[state.name];
            distinct_[state.name] = distinct;
        }
    }
    call_ = {{"id", "\"test-call\""}};
}

std::string Fixture::set_session(const ast::File& file, const ast::Setting& setting) {
    const std::string& name = setting.name.text;
    if (name == "role" || name == "roles" || name == "scope") {
        set_or_erase(session_, name == "scope" ? "scope" : "roles", texts_of(file, setting), is_absent(file, setting));
        return "";
    }
    if (name == "revoked") return set_one(session_, file, setting, "true");
    for (const char* known : {"id", "tier", "tenant", "owner", "retention", "expires", "principal"}) {
        if (name == known) return set_one(session_, file, setting);
    }
    return fmt::format("a session has no `{}` (several values of one setting have no comma: `role a b`)", name);
}

std::string Fixture::set_state(const ast::File& file, const ast::Setting& setting) {
    const std::string& name = setting.name.text;
    if (declared_marks_.count(name) != 0) return set_one(marks_, file, setting, "true");
    if (name == "high_water" || name == "low_water" || name == "version") return set_one(state_, file, setting);
    const auto count = distinct_.find(name);
    if (count == distinct_.end()) return fmt::format("the policy declares no mark or count `{}`", name);
    if (keyed_.count(name) != 0) return set_keyed(file, setting);
    if (!count->second) return set_one(counts_, file, setting);
    std::vector<std::string> values;
    for (const ast::ExprId id : setting.values) values.push_back(json_of(file, id));
    set_or_erase(counts_, name, array_of(values), is_absent(file, setting));
    return "";
}

/// `refunded "A-1" 300.00`: of a count that is kept by an argument, one key and its amount (or its values).
std::string Fixture::set_keyed(const ast::File& file, const ast::Setting& setting) {
    const std::string& name = setting.name.text;
    if (is_absent(file, setting)) return set_one(counts_, file, setting);
    if (setting.values.size() < 2) return fmt::format("`{}` takes a key and what it has: `{} \"A-1\" 3`", name, name);
    std::vector<std::string> values;
    for (size_t i = 1; i < setting.values.size(); ++i) values.push_back(json_of(file, setting.values[i]));
    const bool distinct = distinct_.find(name)->second;
    keyed_[name][literal_text(file, setting.values[0])] = distinct ? array_of(values) : values[0];
    counts_[name] = object_of(keyed_[name]);
    return "";
}

std::string Fixture::set_context(const ast::File& file, const ast::Setting& setting) {
    const std::string& name = setting.name.text;
    if (name == "time") return set_one(context_, file, setting);
    if (name == "parent") return set_one(lineage_, file, setting);
    if (name != "isolation") return fmt::format("the context has no `{}`", name);
    set_or_erase(context_, name, texts_of(file, setting), is_absent(file, setting));
    return "";
}

void Fixture::add_fact(const ast::File& file, const ast::TestFact& fact) {
    std::vector<std::string> keys;
    for (const ast::Value& key : fact.keys) keys.push_back(json_of(file, key));
    std::string value = "{";
    for (const ast::NamedValue& field : fact.fields) append_member(value, field.name.text, json_of(file, field.value));
    value += "}";
    JsonFields fields = {{"fact", json_string(fact.fact.text)}, {"key", array_of(keys)}, {"value", value}};
    if (fact.as_of) fields["as_of"] = json_string(fact.as_of->text);
    facts_.push_back(std::move(fields));
}

void Fixture::replace_fact(const ast::File& file, const ast::TestFact& fact) {
    add_fact(file, fact);
    const JsonFields added = facts_.back();
    facts_.pop_back();
    std::erase_if(facts_, [&](const JsonFields& other) {
        return other.at("fact") == added.at("fact") && other.at("key") == added.at("key");
    });
    facts_.push_back(added);
}

void Fixture::set_call(const ast::File& file, const ast::TestCall& call) {
    call_ = {{"id", "\"test-call\""}, {"tool", json_string(call.tool.text)}};
    std::string args = "{", labels = "{";
    for (const ast::NamedValue& arg : call.args) {
        append_member(args, arg.name.text, json_of(file, arg.value));
        append_labels(labels, pointer_part(arg.name.text), arg.value);
    }
    call_["args"] = args + "}";
    if (labels.size() > 1) call_["labels"] = labels + "}";
    if (call.data) call_["data"] = json_string(call.data->text);
    clear_signatures();
}

void Fixture::set_result(const ast::File& file, const std::vector<ast::NamedValue>& fields) {
    result_ = "{";
    for (const ast::NamedValue& field : fields) append_member(result_, field.name.text, json_of(file, field.value));
    result_ += "}";
}

void Fixture::add_signature(const ast::TestSignature& signature) {
    for (const ast::Name& name : signature.evidence) evidence_[name.text] = json_string(evidence_digest(name.text));
    signatures_.push_back(signature);
}

void Fixture::clear_signatures() {
    signatures_.clear();
    evidence_.clear();
}

std::string Fixture::request(std::string_view digest) const {
    const auto time = context_.find("time");
    std::vector<std::string> facts;
    for (JsonFields fact : facts_) {
        if (time != context_.end()) fact.emplace("as_of", time->second);
        facts.push_back(object_of(fact));
    }
    JsonFields call = call_;
    call.insert(lineage_.begin(), lineage_.end());
    if (!evidence_.empty()) call["evidence"] = object_of(evidence_);
    JsonFields state = state_;
    state["marks"] = object_of(marks_);
    state["counts"] = object_of(counts_);

    std::vector<std::string> signatures;
    for (const ast::TestSignature& signature : signatures_) {
        if (digest.empty()) break;
        std::vector<std::string> roles;
        for (const ast::Name& role : signature.roles) roles.push_back(json_string(role.text));
        JsonFields fields = {{"by", json_string(signature.by.text)},
                             {"roles", array_of(roles)},
                             {"kind", signature.agent ? "\"agent\"" : "\"person\""},
                             {"digest", json_string(digest)}};
        if (time != context_.end()) fields["asked"] = fields["signed"] = time->second;
        signatures.push_back(object_of(fields));
    }
    std::string out = "{";
    append_member(out, "id", "\"test\"");
    append_member(out, "session", object_of(session_));
    append_member(out, "call", object_of(call));
    if (!result_.empty()) append_member(out, "result", result_);
    append_member(out, "facts", array_of(facts));
    append_member(out, "state", object_of(state));
    append_member(out, "context", object_of(context_));
    append_member(out, "signatures", array_of(signatures));
    return out + "}";
}

Decision decide(Decider& decider, const Fixture& fixture, bool stateful, std::string& request) {
    request = fixture.request();
    if (fixture.signed_by_someone()) {
        const Decision shown = decider.decide(request);
        request = fixture.request(shown.digest);
    }
    return stateful ? decider.decide_stateful(request) : decider.decide(request);
}

}  // namespace remit
