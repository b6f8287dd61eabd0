// Facts: looked up in the request by name and keys, each time that an expression names one.
#include "tests/differential/oracle_eval.h"

namespace remit::oracle {

static bool keys_fit(const Env& env, const FactRef& fact, const Json& entry, const std::vector<Val>& keys) {
    const Json* given = entry.find("key");
    if (!given || given->kind != Json::Kind::Array || given->items.size() != keys.size()) return false;
    for (size_t i = 0; i < keys.size(); ++i) {
        auto v = read_value(*env.model, *fact.file, fact.decl->keys[i].type, given->items[i]);
        if (!v || !same(*v, keys[i])) return false;
    }
    return true;
}

static bool is_fresh(const Env& env, const FactRef& fact, const Json& entry) {
    const std::string* text = entry.string_at("as_of");
    if (!text || !parse_timestamp(*text)) return false;
    const Wide as_of = *parse_timestamp(*text), fresh = parse_duration(fact.decl->fresh.text).value_or(0);
    return as_of <= env.request->time && as_of + fresh >= env.request->time;
}

/// The fact's fields, or an error value.
static Val find_fact(Env& env, const ast::Expr& call) {
    auto found = env.model->facts.find(call.text);
    if (found == env.model->facts.end()) return error_value(Err::MissingFact);
    const FactRef& fact = found->second;
    std::vector<Val> keys;
    for (size_t i = 0; i < call.kids.size(); ++i) {
        Val like = prototype(*env.model, fact.decl->keys[i].type);
        keys.push_back(evaluate(env, call.kids[i], &like));
        if (keys.back().is_error()) return keys.back();
    }
    const Json* facts = env.request->root.find("facts");
    if (!facts || facts->kind != Json::Kind::Array) return error_value(Err::MissingFact);
    std::vector<const Json*> found_entries;
    for (const Json& entry : facts->items) {
        const std::string* name = entry.string_at("fact");
        if (name && *name == call.text && keys_fit(env, fact, entry, keys)) found_entries.push_back(&entry);
    }
    if (found_entries.size() != 1) return error_value(Err::MissingFact);
    const Json& entry = *found_entries[0];
    if (!is_fresh(env, fact, entry)) return error_value(Err::StaleFact);
    const Json* value = entry.find("value");
    auto record = value ? read_fields(*env.model, *fact.file, fact.decl->fields, *value) : std::nullopt;
    return record ? *record : error_value(Err::MissingFact);
}

Val fact_value(Env& env, const ast::Expr& call) { return find_fact(env, call); }

Err fact_trouble(Env& env, const ast::Expr& call) {
    Val v = find_fact(env, call);
    return v.is_error() ? v.err : Err::None;
}

}  // namespace remit::oracle
