// JSON Schema to Remit types: the part of the importers that knows both. Bounded: references that return to themselves,
// schemas that nest deeper than kMaxSchemaDepth and what is beyond kMaxSchemaTypes become `any`.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace remit {

using Json = nlohmann::ordered_json;

inline constexpr int kMaxSchemaDepth = 16;
inline constexpr int64_t kDefaultMaxItems = 1024;  // for arrays that do not say

inline constexpr int kMaxSchemaTypes = 2000;  // that one reader reads; the rest is `any`

struct SchemaOptions {
    bool formats =
        false;  // `format` becomes a type: email, uri, ipv4, ipv6, hostname, date-time, uuid; else it is a string
};

class SchemaReader {
public:
    /// `root`: the whole input schema, for `$ref`. Both must outlive the reader.
    SchemaReader(const Json& root, std::vector<std::string>& warnings, SchemaOptions options = {})
        : root_(root), warnings_(warnings), options_(options) {}

    /// `name: type modifiers` for each property, in order. `where` names the place in warnings.
    std::vector<std::string> fields(const Json& object, const std::string& where, int depth = 0);
    /// One of them; empty, with a warning, if its name cannot be written.
    std::string field(const std::string& name, const Json& schema, bool required, const std::string& where,
                      int depth = 0);

private:
    struct Type {
        std::string text;       // `string`, `list<int> max 8`
        std::string modifiers;  // ` min 1 max 5`: belong to a parameter or field
        bool nullable = false;
    };
    Type type(const Json& schema, const std::string& where, int depth);
    Type any(const std::string& where, std::string_view why);
    Type union_of(const Json& alternatives, const std::string& where, int depth);
    Type string_type(const Json& schema, const std::string& where);
    Type number_type(const Json& schema, const std::string& where, bool integer);
    Type array_type(const Json& schema, const std::string& where, int depth);
    Type object_type(const Json& schema, const std::string& where, int depth);
    Type reference(const Json& schema, const std::string& where, int depth);
    Type known_type(const Json& schema, const std::string& where, int depth);
    std::string default_of(const Json& schema, const Type& type, const std::string& where);
    void warn(const std::string& where, std::string_view what);

    const Json& root_;
    std::vector<std::string>& warnings_;
    SchemaOptions options_;
    int types_ = 0;
    std::vector<std::string> open_refs_;  // being resolved; one that comes again is recursion
};

}  // namespace remit
