#include "host/import/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "host/import/text.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

constexpr int kNumberScale = 6;  // decimal(6): what `number` becomes
constexpr int64_t kMaxWholeAtScale = std::numeric_limits<int64_t>::max() / 1'000'000;

const Json* member(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
    const Json* found = member(object, key);
    return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

/// Digits of a number without an exponent, at most six after the point; nothing if they do not say the number exactly.
std::optional<std::string> decimal_text(const Json& number) {
    if (number.is_number_integer() || number.is_number_unsigned()) {
        const auto scaled = parse_decimal(number.dump(), kNumberScale);
        return scaled ? std::optional(number.dump()) : std::nullopt;
    }
    const auto scaled = parse_decimal(number.dump(), kNumberScale);
    if (!scaled) return std::nullopt;
    return format_decimal(*scaled, kNumberScale);
}

/// The whole number at or inside a bound: a lower one rounds up, an upper one down.
std::optional<int64_t> whole(const Json& number, bool round_up) {
    if (number.is_number_unsigned() && number.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
    if (number.is_number_integer()) return number.get<int64_t>();
    const double rounded = round_up ? std::ceil(number.get<double>()) : std::floor(number.get<double>());
    if (!(std::fabs(rounded) < 9.2e18)) return std::nullopt;
    return static_cast<int64_t>(rounded);
}

/// "type" as a list of names; empty if the schema does not say.
std::vector<std::string> type_names(const Json& schema) {
    std::vector<std::string> names;
    const Json* type = member(schema, "type");
    if (type == nullptr) return names;
    if (type->is_string()) names.push_back(type->get<std::string>());
    if (type->is_array()) {
        for (const Json& name : *type) {
            if (name.is_string()) names.push_back(name.get<std::string>());
        }
    }
    return names;
}

/// The type whose values are those of a `format`; empty where Remit has none. A UUID is text of one length, as all formats are that are left.
std::string_view type_of_format(std::string_view format) {
    static constexpr std::pair<std::string_view, std::string_view> kFormats[] = {
        {"email", "email"},
        {"uri", "url"},
        {"url", "url"},
        {"ipv4", "ip"},
        {"ipv6", "ip"},
        {"hostname", "host"},
        {"date-time", "timestamp"},
    };
    for (const auto& [name, type] : kFormats) {
        if (name == format) return type;
    }
    return "";
}

bool all_strings(const Json& values) {
    return values.is_array() && !values.empty() &&
           std::all_of(values.begin(), values.end(), [](const Json& v) { return v.is_string(); });
}

/// Remit strings hold no line ends; a value that needs one cannot be written.
bool writable(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

void SchemaReader::warn(const std::string& where, std::string_view what) {
    warnings_.push_back(fmt::format("{}: {}", where, what));
}

SchemaReader::Type SchemaReader::any(const std::string& where, std::string_view why) {
    warn(where, fmt::format("{}; it is `any`, which rules cannot look into", why));
    return {"any", "", false};
}

SchemaReader::Type SchemaReader::string_type(const Json& schema, const std::string& where) {
    Type type{"string", "", false};
    if (const Json* values = member(schema, "enum")) {
        // Not `in {..}` beside the bounds: the enumeration says more.
        if (!all_strings(*values)) return any(where, "its `enum` is not a list of strings");
        std::string list;
        for (const Json& value : *values) {
            const auto text = value.get<std::string>();
            if (!writable(text)) {
                warn(where, "its `enum` holds control characters; any string is taken");
                return type;
            }
            list += fmt::format("{}{}", list.empty() ? "" : ", ", remit_string(text));
        }
        type.modifiers = fmt::format(" in {{{}}}", list);
        return type;
    }
    if (const std::string_view format = options_.formats ? type_of_format(text_member(schema, "format")) : "";
        !format.empty()) {
        type.text = format;
        return type;
    }
    // Remit counts bytes, JSON Schema code points: at most four bytes each, at least one.
    if (const Json* least = member(schema, "minLength"); least != nullptr && least->is_number()) {
        if (const auto n = whole(*least, true); n && *n > 0) type.modifiers += fmt::format(" min {}", *n);
    }
    if (const Json* most = member(schema, "maxLength"); most != nullptr && most->is_number()) {
        const auto n = whole(*most, false);
        if (n && *n >= 0 && *n <= static_cast<int64_t>(limits::kMaxStringBytes) / 4)
            type.modifiers += fmt::format(" max {}", *n * 4);
    }
    if (options_.formats && text_member(schema, "format") == "uuid" && type.modifiers.empty())
        type.modifiers = " min 36 max 36";
    if (member(schema, "pattern") != nullptr) warn(where, "its `pattern` is not checked");
    return type;
}

SchemaReader::Type SchemaReader::number_type(const Json& schema, const std::string& where, bool integer) {
    if (member(schema, "enum") != nullptr) warn(where, "its `enum` of numbers is not checked");
    Type type{integer ? "int" : fmt::format("decimal({})", kNumberScale), "", false};
    const auto bound = [&](const char* key, const char* exclusive, bool lower) {
        const Json* limit = member(schema, key);
        const Json* open = member(schema, exclusive);
        const bool is_open = open != nullptr && open->is_number() && (limit == nullptr || !limit->is_number());
        if (is_open) limit = open;
        if (limit == nullptr || !limit->is_number()) return;
        if (integer) {
            auto n = whole(*limit, lower);
            // An exclusive whole bound moves by one; a fraction has been rounded inwards already.
            if (n && is_open && limit->get<double>() == static_cast<double>(*n)) {
                if (*n == (lower ? INT64_MAX : INT64_MIN))
                    n.reset();
                else
                    *n += lower ? 1 : -1;
            }
            if (n) type.modifiers += fmt::format(" {} {}", lower ? "min" : "max", *n);
            return;
        }
        if (is_open) warn(where, fmt::format("`{}` is taken as inclusive", exclusive));
        if (const auto text = decimal_text(*limit))
            type.modifiers += fmt::format(" {} {}", lower ? "min" : "max", *text);
        else
            warn(where, fmt::format("its bound {} is not checked", limit->dump()));
    };
    bound("minimum", "exclusiveMinimum", true);
    bound("maximum", "exclusiveMaximum", false);
    if (!integer)
        warn(where, fmt::format("a number is decimal({}): more digits and magnitudes over {} are refused", kNumberScale,
                                kMaxWholeAtScale));
    return type;
}

SchemaReader::Type SchemaReader::array_type(const Json& schema, const std::string& where, int depth) {
    const Json* items = member(schema, "items");
    Type item = items != nullptr && items->is_object() ? type(*items, where + "[]", depth + 1)
                                                       : any(where + "[]", "its items have no one schema");
    if (item.nullable) item = any(where + "[]", "its items may be null");
    if (!item.modifiers.empty())
        warn(where + "[]", fmt::format("`{}` is not checked on list items", item.modifiers.substr(1)));
    int64_t most = kDefaultMaxItems;
    if (const Json* max = member(schema, "maxItems"); max != nullptr && max->is_number()) {
        const auto n = whole(*max, false);
        if (n && *n > 0 && *n <= static_cast<int64_t>(limits::kMaxListItems))
            most = *n;
        else
            warn(where, fmt::format("`maxItems` {} is not one that a list can have; {} is", max->dump(), most));
    }
    const bool unique = member(schema, "uniqueItems") != nullptr && *member(schema, "uniqueItems") == true;
    if (unique) warn(where, "`uniqueItems` is not checked");
    return {fmt::format("list<{}> max {}", item.text, most), "", false};
}

SchemaReader::Type SchemaReader::object_type(const Json& schema, const std::string& where, int depth) {
    const Json* properties = member(schema, "properties");
    if (properties == nullptr || !properties->is_object() || properties->empty())
        return any(where, "an object without declared properties");
    const Json* additional = member(schema, "additionalProperties");
    // A record refuses unknown keys. Silence in JSON Schema means that more are allowed, but tools list what they take.
    if (additional != nullptr && (additional->is_object() || *additional == true))
        return any(where, "an object with further properties");
    const auto list = fields(schema, where, depth + 1);
    return {fmt::format("record {{ {} }}", fmt::join(list, ", ")), "", false};
}

SchemaReader::Type SchemaReader::reference(const Json& schema, const std::string& where, int depth) {
    const std::string target = text_member(schema, "$ref");
    if (!target.starts_with("#/") && target != "#")
        return any(where, fmt::format("`$ref` {} leads out of the schema", target));
    if (std::find(open_refs_.begin(), open_refs_.end(), target) != open_refs_.end())
        return any(where, "a schema that contains itself");
    const Json* found = nullptr;
    try {
        const Json::json_pointer pointer(target.substr(1));
        if (root_.contains(pointer)) found = &root_.at(pointer);
    } catch (const Json::exception&) {
        found = nullptr;  // not a JSON pointer, or an index where a name should be
    }
    if (found == nullptr || !found->is_object()) return any(where, fmt::format("`$ref` {} names nothing", target));
    open_refs_.push_back(target);
    Type resolved = type(*found, where, depth + 1);
    open_refs_.pop_back();
    return resolved;
}

SchemaReader::Type SchemaReader::union_of(const Json& alternatives, const std::string& where, int depth) {
    const Json* only = nullptr;
    bool nullable = false;
    size_t others = 0;
    for (const Json& alternative : alternatives) {
        const auto names = alternative.is_object() ? type_names(alternative) : std::vector<std::string>{};
        if (names.size() == 1 && names[0] == "null") {
            nullable = true;
            continue;
        }
        only = &alternative;
        ++others;
    }
    if (others != 1 || !only->is_object()) {
        Type mixed = any(where, "several schemas fit");
        mixed.nullable = nullable;
        return mixed;
    }
    Type one = type(*only, where, depth + 1);
    one.nullable = one.nullable || nullable;
    return one;
}

SchemaReader::Type SchemaReader::type(const Json& schema, const std::string& where, int depth) {
    if (++types_ > kMaxSchemaTypes)
        return any(where, fmt::format("the schema has more than {} parts", kMaxSchemaTypes));
    Type out = known_type(schema, where, depth);
    // OpenAPI 3.0 says so beside the type.
    const Json* nullable = schema.is_object() ? member(schema, "nullable") : nullptr;
    out.nullable = out.nullable || (nullable != nullptr && *nullable == true);
    return out;
}

SchemaReader::Type SchemaReader::known_type(const Json& schema, const std::string& where, int depth) {
    if (depth > kMaxSchemaDepth) return any(where, fmt::format("the schema nests deeper than {}", kMaxSchemaDepth));
    if (!schema.is_object()) return any(where, "no schema");
    if (schema.contains("$ref")) return reference(schema, where, depth);
    for (const char* key : {"anyOf", "oneOf"}) {
        const Json* alternatives = member(schema, key);
        if (alternatives != nullptr && alternatives->is_array()) return union_of(*alternatives, where, depth);
    }
    if (const Json* all = member(schema, "allOf"); all != nullptr && all->is_array()) {
        if (all->size() == 1) return type((*all)[0], where, depth + 1);
        return any(where, "`allOf` joins several schemas");
    }
    auto names = type_names(schema);
    const auto null = std::find(names.begin(), names.end(), "null");
    const bool nullable = null != names.end();
    if (nullable) names.erase(null);
    if (names.empty() && member(schema, "enum") != nullptr && all_strings(*member(schema, "enum")))
        names.emplace_back("string");
    if (names.empty() && member(schema, "const") != nullptr && member(schema, "const")->is_string())
        names.emplace_back("string");
    if (names.empty() && member(schema, "properties") != nullptr) names.emplace_back("object");

    Type result;
    if (names.size() != 1)
        result = any(where, names.empty() ? "the schema gives no type" : "several types fit");
    else if (names[0] == "string")
        result = string_type(schema, where);
    else if (names[0] == "integer")
        result = number_type(schema, where, true);
    else if (names[0] == "number")
        result = number_type(schema, where, false);
    else if (names[0] == "boolean")
        result = {"bool", "", false};
    else if (names[0] == "array")
        result = array_type(schema, where, depth);
    else if (names[0] == "object")
        result = object_type(schema, where, depth);
    else
        result = any(where, fmt::format("the type `{}` is unknown", names[0]));
    result.nullable = result.nullable || nullable;
    return result;
}

/// ` default LITERAL`, or empty where Remit has no literal for the value.
std::string SchemaReader::default_of(const Json& schema, const Type& type, const std::string& where) {
    const Json* value = member(schema, "default");
    if (value == nullptr) return "";
    if (value->is_null()) return type.nullable ? " default null" : "";
    if (type.text == "bool" && value->is_boolean()) return fmt::format(" default {}", value->get<bool>());
    if (type.text == "int" && value->is_number_integer()) return fmt::format(" default {}", value->dump());
    if (type.text.starts_with("decimal") && value->is_number()) {
        if (const auto text = decimal_text(*value)) return fmt::format(" default {}", *text);
    }
    if (type.text == "string" && value->is_string() && writable(value->get<std::string>())) {
        return fmt::format(" default {}", remit_string(value->get<std::string>()));
    }
    warn(where, fmt::format("its default {} is left to the tool",
                            value->dump(-1, ' ', false, Json::error_handler_t::replace)));
    return "";
}

std::string SchemaReader::field(const std::string& name, const Json& schema, bool required, const std::string& where,
                                int depth) {
    if (name.empty() || !writable(name)) {
        warn(where, "a name that cannot be written; calls with it are refused");
        return "";
    }
    const Type found = type(schema, where, depth);
    std::string out = fmt::format("{}: {}{}", word_or_string(name), found.text, found.modifiers);
    if (found.nullable) out += " or null";
    const std::string value = schema.is_object() ? default_of(schema, found, where) : "";
    // With a default the argument is always there; without, a caller may leave it out.
    if (!value.empty()) return out + value;
    return required ? out : out + " optional";
}

std::vector<std::string> SchemaReader::fields(const Json& object, const std::string& where, int depth) {
    std::vector<std::string> out;
    const Json* properties = member(object, "properties");
    if (properties == nullptr || !properties->is_object()) return out;
    std::vector<std::string> required;
    if (const Json* list = member(object, "required"); list != nullptr && list->is_array()) {
        for (const Json& name : *list) {
            if (name.is_string()) required.push_back(name.get<std::string>());
        }
    }
    for (const auto& [name, schema] : properties->items()) {
        const bool needed = std::find(required.begin(), required.end(), name) != required.end();
        std::string text = field(name, schema, needed, where + "." + name, depth);
        if (!text.empty()) out.push_back(std::move(text));
    }
    return out;
}

}  // namespace remit
