#include "host/import/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "host/import/document.h"
#include "host/import/schema.h"
#include "host/import/text.h"
#include "host/import/yaml.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

/// What HTTP says of a method (RFC 9110, section 9.2); methods that are no calls of a tool are not here.
struct Method {
    const char* name;
    const char* attributes;
};
constexpr Method kMethods[] = {
    {"get", "read, idempotent"},  {"head", "read, idempotent"}, {"post", "write"},
    {"put", "write, idempotent"}, {"patch", "write"},           {"delete", "write, destructive, idempotent"},
};

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
    const Json* found = member(object, key);
    return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

/// Words joined by dots: `repos/get-content` is `repos.get_content`.
std::string dotted(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool inner = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        const char next = inner ? c : c == '/' || c == '.' || c == ':' ? '.' : '_';
        const bool first = out.empty() || out.back() == '.';
        if (next == '.' && first) continue;
        if (first && next >= '0' && next <= '9') out += '_';
        out += next;
    }
    while (!out.empty() && out.back() == '.') out.pop_back();
    return out;
}

/// `get` and `/pets/{id}` are `pets.id.get`.
std::string name_of_path(std::string_view method, std::string_view path) {
    std::string plain;
    for (const char c : path) {
        if (c != '{' && c != '}') plain += c;
    }
    return dotted(fmt::format("{}/{}", plain, method));
}

class OpenApi {
public:
    OpenApi(const Json& root, const ImportOptions& options) : root_(root), options_(options) {}

    Result<Imported> convert() {
        if (!options_.policy.empty()) out_.text = fmt::format("policy {}\n\n", options_.policy);
        const Json* paths = member(root_, "paths");
        if (paths == nullptr || !paths->is_object()) return Failure{"the document has no `paths`"};
        for (const auto& [path, item] : paths->items()) {
            for (const Method& method : kMethods) {
                const Json* operation = member(resolved(item), method.name);
                if (operation == nullptr || !operation->is_object()) continue;
                if (++out_.tools > kMaxOperations)
                    return Failure{fmt::format("the document has more than {} operations", kMaxOperations)};
                tool(path, resolved(item), method, *operation);
            }
        }
        if (out_.tools == 0) return Failure{"the document has no operations"};
        return std::move(out_);
    }

private:
    void warn(const std::string& where, std::string_view what) {
        out_.warnings.push_back(fmt::format("{}: {}", where, what));
    }
    /// `#/a/b` in the document, one step; what leads elsewhere stays as it is.
    const Json& resolved(const Json& value) const {
        const std::string target = text_member(value, "$ref");
        if (!target.starts_with("#/")) return value;
        try {
            const auto pointer = Json::json_pointer(target.substr(1));
            return root_.contains(pointer) ? root_.at(pointer) : value;
        } catch (const Json::exception&) { return value; }
    }
    std::string unique_name(const std::string& path, const Method& method, const Json& operation) {
        std::string name = dotted(text_member(operation, "operationId"));
        if (name.empty()) name = name_of_path(method.name, path);
        name = options_.prefix + name;
        std::string free = name;
        for (int n = 2; !names_.insert(free).second; ++n) free = fmt::format("{}_{}", name, n);
        if (free != name) warn(free, fmt::format("another operation is called `{}` already", name));
        return free;
    }
    void tool(const std::string& path, const Json& item, const Method& method, const Json& operation) {
        name_ = unique_name(path, method, operation);
        fields_.clear();
        taken_.clear();
        SchemaReader reader(root_, out_.warnings, {.formats = true});
        parameters(reader, item, operation);
        if (const Json* body = member(operation, "requestBody")) request_body(reader, resolved(*body));
        std::string params;
        for (const std::string& field : fields_)
            params += fmt::format("{}\n        {}", params.empty() ? "" : ",", field);
        if (out_.tools > 1) out_.text += '\n';
        out_.text += fmt::format("tool {}({})\n    {}", word_or_dotted(name_), params, method.attributes);
        if (!options_.trust.empty()) out_.text += ", trust " + options_.trust;
        out_.text += fmt::format(",\n    about {}\n", remit_string(about(path, method, operation)));
    }
    static std::string word_or_dotted(const std::string& name) { return is_dotted(name) ? name : remit_string(name); }
    static std::string about(const std::string& path, const Method& method, const Json& operation) {
        std::string text = first_sentence(text_member(operation, "summary"));
        if (text.empty()) text = first_sentence(text_member(operation, "description"));
        std::string upper = method.name;
        std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return static_cast<char>(c - 32); });
        return fmt::format("{}{}{} {}", text, text.empty() ? "" : " - ", upper, path);
    }

    // ---- parameters ----------------------------------------------------------------------------------------------

    /// Those of the path, and the operation's own, which replace them by name and place.
    void parameters(SchemaReader& reader, const Json& item, const Json& operation) {
        std::vector<const Json*> list;
        for (const Json* holder : {member(item, "parameters"), member(operation, "parameters")}) {
            if (holder == nullptr || !holder->is_array()) continue;
            for (const Json& entry : *holder) {
                const Json& parameter = resolved(entry);
                const auto same = [&](const Json* other) {
                    return text_member(*other, "name") == text_member(parameter, "name") &&
                           text_member(*other, "in") == text_member(parameter, "in");
                };
                std::erase_if(list, same);
                list.push_back(&parameter);
            }
        }
        for (const Json* parameter : list) this->parameter(reader, *parameter);
    }
    void parameter(SchemaReader& reader, const Json& parameter) {
        const std::string name = text_member(parameter, "name"), in = text_member(parameter, "in");
        if (name.empty()) return warn(name_, "a parameter without a name, or whose `$ref` leads out of the document");
        if (in == "cookie") return warn(name_, fmt::format("the cookie `{}` is left to the host", name));
        // OpenAPI says that these three are not parameters.
        if (in == "header" && (name == "Accept" || name == "Content-Type" || name == "Authorization")) return;
        const Json* required = member(parameter, "required");
        const bool needed = in == "path" || (required != nullptr && *required == true);
        const Json* schema = member(parameter, "schema");
        const Json* content = member(parameter, "content");
        if (schema == nullptr && content != nullptr && content->is_object() && !content->empty())
            schema = member(content->front(), "schema");
        add(reader, name, schema, needed, in);
    }
    void add(SchemaReader& reader, const std::string& name, const Json* schema, bool needed, const std::string& place) {
        static const Json none = Json::object();
        std::string free = name;
        if (!taken_.insert(free).second) {
            free = fmt::format("{}_{}", place, name);
            if (!taken_.insert(free).second) return warn(name_, fmt::format("`{}` is there twice", name));
            warn(name_, fmt::format("two parameters are called `{}`; the one in the {} is `{}`", name, place, free));
        }
        const std::string field = reader.field(free, schema == nullptr ? none : *schema, needed, name_ + "." + free);
        if (!field.empty()) fields_.push_back(field);
    }

    // ---- the body ------------------------------------------------------------------------------------------------

    /// Properties of an object are arguments of their own; any other body is the argument `body`.
    void request_body(SchemaReader& reader, const Json& body) {
        const Json* content = member(body, "content");
        if (content == nullptr || !content->is_object() || content->empty()) return;
        const Json* media = member(*content, "application/json");
        if (media == nullptr) media = &content->front();
        const Json* required = member(body, "required");
        const bool needed = required != nullptr && *required == true;
        const Json* schema = member(*media, "schema");
        const Json* object = schema == nullptr ? nullptr : &resolved(*schema);
        const Json* properties = object == nullptr ? nullptr : member(*object, "properties");
        if (properties == nullptr || !properties->is_object() || properties->empty() || !closed(*object))
            return add(reader, "body", schema, needed, "body");
        const Json* list = member(*object, "required");
        for (const auto& [name, property] : properties->items()) {
            const bool listed = list != nullptr && list->is_array() &&
                                std::find(list->begin(), list->end(), Json(name)) != list->end();
            if (member(resolved(property), "readOnly") != nullptr && *member(resolved(property), "readOnly") == true)
                continue;  // only in responses
            add(reader, name, &property, needed && listed, "body");
        }
    }
    /// Whether an object's properties are all it may have, as far as it says.
    static bool closed(const Json& object) {
        const Json* more = member(object, "additionalProperties");
        const bool open = more != nullptr && (more->is_object() || *more == true);
        return !open && !object.contains("allOf") && !object.contains("anyOf") && !object.contains("oneOf");
    }

    const Json& root_;
    const ImportOptions& options_;
    Imported out_;
    std::set<std::string> names_;
    std::string name_;                 // of the tool being made
    std::vector<std::string> fields_;  // its parameters
    std::set<std::string> taken_;      // and their names
};

Result<Json> read_document(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string_view::npos) return Failure{"the text is empty"};
    return text[first] == '{' ? read_json(text) : read_yaml(text);
}

}  // namespace

Result<Imported> import_openapi(std::string_view text, const ImportOptions& options) {
    if (const std::string wrong = problem_of(options); !wrong.empty()) return Failure{wrong};
    if (!is_utf8(text)) return Failure{"the text is not UTF-8"};
    const auto root = read_document(text);
    if (!root) return Failure{root.error()};
    const std::string version = text_member(*root, "openapi");
    if (!text_member(*root, "swagger").empty())
        return Failure{"a document of Swagger 2.0; convert it to OpenAPI 3 first"};
    if (!version.starts_with("3.0") && !version.starts_with("3.1"))
        return Failure{version.empty() ? "no OpenAPI document: it has no `openapi`"
                                       : fmt::format("OpenAPI {} is not known; 3.0 and 3.1 are", version)};
    try {
        return OpenApi(*root, options).convert();
    } catch (const Json::exception& wrong) {
        return Failure{fmt::format("no OpenAPI document that can be read: {}", wrong.what())};
    }
}

}  // namespace remit
