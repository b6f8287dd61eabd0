#include "host/import/cedar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/import/document.h"
#include "host/import/text.h"

namespace remit {

namespace {

constexpr int kMaxTypeDepth = 16;

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
    const Json* found = member(object, key);
    return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

/// Cedar's types that are no entities, by either spelling, and what they are here. A `decimal` has four digits there.
struct Known {
    std::string_view cedar, remit;
};
constexpr Known kKnown[] = {
    {"String", "string"},      {"Long", "int"},           {"Bool", "bool"},         {"Boolean", "bool"},
    {"decimal", "decimal(4)"}, {"datetime", "timestamp"}, {"duration", "duration"}, {"ipaddr", "string"},
};

std::string_view known_type(std::string_view name) {
    if (name.starts_with("__cedar::")) name.remove_prefix(9);
    for (const Known& known : kKnown) {
        if (known.cedar == name) return known.remit;
    }
    return "";
}

/// `Acme::Photo` and `view-photo` as names here.
std::string dotted(std::string_view name) {
    std::string out;
    for (size_t i = 0; i < name.size(); ++i) {
        const bool first = out.empty() || out.back() == '.';
        if (name.substr(i, 2) == "::") {
            if (!first) out += '.';
            ++i;
            continue;
        }
        const bool digit = name[i] >= '0' && name[i] <= '9';
        if (digit && first) out += '_';
        out += digit || is_word(name.substr(i, 1)) ? name[i] : '_';
    }
    return out.empty() ? "_" : out;
}

std::string undotted(std::string_view name) {
    std::string out = dotted(name);
    std::replace(out.begin(), out.end(), '.', '_');
    return out;
}

class Cedar {
public:
    Cedar(const Json& root, const ImportOptions& options) : root_(root), options_(options) {}

    Result<Imported> convert() {
        for (const auto& [space, body] : root_.items()) {
            if (!body.is_object()) return Failure{fmt::format("the namespace `{}` is no object", space)};
            space_ = space;
            each(body, "entityTypes", [&](const std::string& name, const Json& entity) { declare(name, entity); });
        }
        for (const auto& [space, body] : root_.items()) {
            space_ = space;
            each(body, "actions", [&](const std::string& name, const Json& action) { tool(name, action); });
        }
        if (out_.tools == 0) return Failure{"the schema has no actions"};
        const std::string head = options_.policy.empty() ? "" : fmt::format("policy {}\n\n", options_.policy);
        out_.text = head + declarations_ + (declarations_.empty() ? "" : "\n") + out_.text;
        return std::move(out_);
    }

private:
    template <class Each>
    static void each(const Json& body, const char* key, Each each) {
        const Json* list = member(body, key);
        if (list == nullptr || !list->is_object()) return;
        for (const auto& [name, value] : list->items()) each(name, value);
    }
    void warn(const std::string& where, std::string_view what) {
        out_.warnings.push_back(fmt::format("{}: {}", where, what));
    }
    /// `name` as it stands in the namespace at hand: there first, then from the root.
    const Json* find(const char* kind, const std::string& name) const {
        const size_t cut = name.rfind("::");
        const std::string space = cut == std::string::npos ? space_ : name.substr(0, cut);
        const std::string last = cut == std::string::npos ? name : name.substr(cut + 2);
        for (const std::string& in : {space, std::string()}) {
            const Json* body = member(root_, in.c_str());
            const Json* list = body == nullptr ? nullptr : member(*body, kind);
            const Json* found = list == nullptr ? nullptr : member(*list, last.c_str());
            if (found != nullptr) return found;
        }
        return nullptr;
    }
    std::string qualified(const std::string& name) const {
        return space_.empty() || name.find("::") != std::string::npos ? name : space_ + "::" + name;
    }

    // ---- entity types --------------------------------------------------------------------------------------------

    static bool is_enum(const Json& entity) {
        const Json* ids = member(entity, "enum");
        return ids != nullptr && ids->is_array() && !ids->empty() &&
               std::all_of(ids->begin(), ids->end(),
                           [](const Json& id) { return id.is_string() && is_word(id.get<std::string>()); });
    }
    void declare(const std::string& name, const Json& entity) {
        if (is_enum(entity)) {
            std::string ids;
            for (const Json& id : entity["enum"]) ids += (ids.empty() ? "" : ", ") + id.get<std::string>();
            declarations_ += fmt::format("enum {} {{ {} }}\n", undotted(name), ids);
            return;
        }
        const Json* shape = member(entity, "shape");
        const auto fields = shape == nullptr ? std::vector<std::string>{} : attributes(*shape, name, 0);
        if (fields.empty()) return;
        std::string list;
        for (const std::string& field : fields) list += fmt::format("{}\n        {}", list.empty() ? "" : ",", field);
        declarations_ += fmt::format("fact {}(id: string) {{{}}}\n    fresh 60s\n", dotted(qualified(name)), list);
    }
    std::vector<std::string> attributes(const Json& record, const std::string& where, int depth) {
        std::vector<std::string> out;
        const Json* shape = &record;
        if (text_member(record, "type") != "Record") {
            const std::string named = text_member(record, "type") == "EntityOrCommon" ? text_member(record, "name")
                                                                                      : text_member(record, "type");
            shape = find("commonTypes", named);
            if (shape == nullptr || depth > kMaxTypeDepth)
                return warn(where, fmt::format("`{}` is no record", named)), out;
            return attributes(*shape, where, depth + 1);
        }
        each(*shape, "attributes", [&](const std::string& name, const Json& attribute) {
            const Json* required = member(attribute, "required");
            const bool optional = required != nullptr && *required == false;
            out.push_back(fmt::format("{}: {}{}", word_or_string(name), type(attribute, where + "." + name, depth + 1),
                                      optional ? " optional" : ""));
        });
        return out;
    }

    // ---- types ---------------------------------------------------------------------------------------------------

    std::string any(const std::string& where, std::string_view why) {
        warn(where, fmt::format("{}; it is `any`, which rules cannot look into", why));
        return "any";
    }
    std::string type(const Json& schema, const std::string& where, int depth) {
        if (depth > kMaxTypeDepth) return any(where, fmt::format("the type nests deeper than {}", kMaxTypeDepth));
        const std::string kind = text_member(schema, "type");
        if (kind == "Set") {
            const Json* element = member(schema, "element");
            if (element == nullptr) return any(where, "a set of nothing");
            const std::string item = type(*element, where + "[]", depth + 1);
            // Sets here are of what can be compared.
            const bool scalar = !item.starts_with("record") && !item.starts_with("set") && !item.starts_with("list") &&
                                item != "any";
            return fmt::format("{}<{}> max {}", scalar ? "set" : "list", item, kDefaultMaxItems);
        }
        if (kind == "Record") {
            const auto fields = attributes(schema, where, depth);
            if (fields.empty()) return any(where, "a record without attributes");
            return fmt::format("record {{ {} }}", fmt::join(fields, ", "));
        }
        const bool named = kind == "EntityOrCommon" || kind == "Entity" || kind == "Extension";
        return type_named(named ? text_member(schema, "name") : kind, where, depth);
    }
    std::string type_named(const std::string& name, const std::string& where, int depth) {
        if (const Json* common = find("commonTypes", name)) return type(*common, where, depth + 1);
        if (const Json* entity = find("entityTypes", name)) return entity_type(name, *entity);
        const std::string_view known = known_type(name);
        if (known.empty()) return any(where, fmt::format("the schema has no type `{}`", name));
        if (name.ends_with("ipaddr")) warn(where, "an `ipaddr` is an address or a range; it is `string`");
        return std::string(known);
    }
    /// An entity is known by its id.
    std::string entity_type(const std::string& name, const Json& entity) const {
        const size_t cut = name.rfind("::");
        return is_enum(entity) ? undotted(cut == std::string::npos ? name : name.substr(cut + 2)) : "string";
    }

    // ---- actions -------------------------------------------------------------------------------------------------

    void tool(const std::string& name, const Json& action) {
        const Json* applies = member(action, "appliesTo");
        if (applies == nullptr) return;  // only names a group of others
        const std::string called = options_.prefix + dotted(qualified(name));
        if (!names_.insert(called).second) return warn(called, "two actions have this name; the second is left out");
        std::vector<std::string> fields = {"resource: " + resource(*applies, called)};
        if (const Json* context = member(*applies, "context")) {
            for (std::string& field : attributes(*context, called, 0)) {
                const bool taken = field.starts_with("resource:");
                if (taken) warn(called, "its context has a `resource` of its own, which is `context_resource`");
                fields.push_back(taken ? "context_" + field : std::move(field));
            }
        }
        std::string params;
        for (const std::string& field : fields)
            params += fmt::format("{}\n        {}", params.empty() ? "" : ",", field);
        if (out_.tools++ > 0) out_.text += '\n';
        out_.text += fmt::format("tool {}({})\n    write", is_dotted(called) ? called : remit_string(called), params);
        if (!options_.trust.empty()) out_.text += ", trust " + options_.trust;
        out_.text += '\n';
    }
    /// One type of resource is what it is; several are text.
    std::string resource(const Json& applies, const std::string& where) {
        const Json* types = member(applies, "resourceTypes");
        std::set<std::string> found;
        if (types != nullptr && types->is_array()) {
            for (const Json& each : *types) {
                if (each.is_string()) found.insert(type_named(each.get<std::string>(), where + ".resource", 0));
            }
        }
        return found.size() == 1 ? *found.begin() : "string";
    }

    const Json& root_;
    const ImportOptions& options_;
    Imported out_;
    std::string declarations_;
    std::string space_;
    std::set<std::string> names_;
};

}  // namespace

Result<Imported> import_cedar(std::string_view text, const ImportOptions& options) {
    if (const std::string wrong = problem_of(options); !wrong.empty()) return Failure{wrong};
    const size_t first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string_view::npos && text[first] == '{';
    const auto root = json ? read_json(text) : read_cedar_text(text);
    if (!root) return Failure{root.error()};
    try {
        return Cedar(*root, options).convert();
    } catch (const Json::exception& wrong) {
        return Failure{fmt::format("no Cedar schema that can be read: {}", wrong.what())};
    }
}

}  // namespace remit
