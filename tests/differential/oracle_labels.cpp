// Labels, section 9: class and provenance of arguments and of the elements of lists.
#include <algorithm>

#include "tests/differential/oracle_eval.h"

namespace remit::oracle {

static Val symbol_at(const Model& model, const std::string& vocabulary, size_t rank) {
    return symbol_value(model, vocabulary, model.vocabularies.at(vocabulary)[rank]);
}

static Val highest_class(const Env& env) {
    return symbol_at(*env.model, "class", env.model->vocabularies.at("class").size() - 1);
}

/// `state.high_water`, `state.low_water`: a symbol, or an error where it is not given.
static Val water(const Env& env, const char* key, const char* vocabulary) {
    const Json* state = env.request->state;
    const std::string* word = state ? state->string_at(key) : nullptr;
    return word ? symbol_value(*env.model, vocabulary, *word) : error_value(Err::Absent);
}

static Val unlabelled_class(const Env& env) {
    Val v = water(env, "high_water", "class");
    return v.is_error() ? highest_class(env) : v;
}

static Val source_trust(const Env& env, const std::string& source) {
    const auto& levels = env.model->vocabularies.at("trust_level");
    if (source == "user") return symbol_at(*env.model, "trust_level", levels.size() - 1);
    Val least = symbol_at(*env.model, "trust_level", 0);
    if (source == "agent") {
        Val v = water(env, "low_water", "trust_level");
        return v.is_error() ? least : v;
    }
    const ToolRef& tool = env.model->tools.at(source);
    return tool.decl->trust ? symbol_value(*env.model, "trust_level", tool.decl->trust->text) : least;
}

static const LabelText* label_at(const Env& env, const std::string& key) {
    auto found = env.request->labels.find(key);
    return found == env.request->labels.end() ? nullptr : &found->second;
}

/// The labels that count for a value, null for "none": an element's own or else its list's; a list's own, if it has one, and those
/// of all its elements.
static std::vector<const LabelText*> labels_of(const Env& env, const Val& v) {
    const LabelText* own = label_at(env, v.argument);
    std::vector<const LabelText*> all;
    for (int position : v.positions) {
        const LabelText* element = label_at(env, v.argument + "/" + std::to_string(position));
        all.push_back(element ? element : own);
    }
    if (!v.positions.empty()) return all;
    if (own) all.push_back(own);
    if (v.tag == Tag::List)
        for (const Val& item : v.items)
            for (const LabelText* label : labels_of(env, item)) all.push_back(label);
    if (all.empty()) all.push_back(nullptr);
    return all;
}

static Val larger(const Val& a, const Val& b) { return a.number < b.number ? b : a; }
static Val smaller(const Val& a, const Val& b) { return b.number < a.number ? b : a; }

using Labels = std::vector<const LabelText*>;

static Val class_among(const Env& env, const Labels& labels) {
    Val out = symbol_at(*env.model, "class", 0);
    for (const LabelText* label : labels)
        out = larger(out, label && label->data_class ? symbol_value(*env.model, "class", *label->data_class)
                                                     : unlabelled_class(env));
    return out;
}

static Val trust_among(const Env& env, const Labels& labels) {
    if (labels.empty()) return symbol_at(*env.model, "trust_level", 0);
    Val out = symbol_at(*env.model, "trust_level", env.model->vocabularies.at("trust_level").size() - 1);
    for (const LabelText* label : labels) {
        if (!label || label->sources.empty()) return symbol_at(*env.model, "trust_level", 0);
        for (const std::string& source : label->sources) out = smaller(out, source_trust(env, source));
    }
    return out;
}

/// What has no sources comes from the empty name, which no rule can say; all of it from nowhere is an empty set.
static Val sources_among(const Labels& labels) {
    Val out;
    out.tag = Tag::List;
    bool known = false;
    for (const LabelText* label : labels) {
        std::vector<std::string> sources = label ? label->sources : std::vector<std::string>{};
        known = known || !sources.empty();
        if (sources.empty()) sources.push_back("");
        for (const std::string& source : sources)
            if (Val s = text_value(Tag::Source, source); !contains(out, s)) out.items.push_back(s);
    }
    if (!known) out.items.clear();
    return out;
}

Val label_part(const Env& env, const std::string& part, const Val& v) {
    if (part == "class") return class_among(env, labels_of(env, v));
    return part == "trust" ? trust_among(env, labels_of(env, v)) : sources_among(labels_of(env, v));
}

Val whole_label_part(const Env& env, const std::string& part) {
    Labels all;
    for (const Val& arg : env.request->args.items)
        if (!arg.is_error())
            for (const LabelText* label : labels_of(env, arg)) all.push_back(label);
    if (part == "class") return class_among(env, all);
    return part == "trust" ? trust_among(env, all) : sources_among(all);
}

Val data_of(const Env& env) {
    Val out = symbol_at(*env.model, "class", 0);
    if (const std::string* own = env.request->call->string_at("data"))
        out = larger(out, symbol_value(*env.model, "class", *own));
    for (const Val& arg : env.request->args.items)
        if (env.request->supplied.count(arg.argument)) out = larger(out, label_part(env, "class", arg));
    return out;
}

}  // namespace remit::oracle
