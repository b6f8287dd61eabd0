#include "vm/program/value_kind.h"

#include "vm/program/limits.h"

namespace remit {

Kind kind_of(ValueKind kind) noexcept {
    switch (kind) {
        case ValueKind::Bool:
        case ValueKind::Int:
        case ValueKind::Decimal:
        case ValueKind::Duration:
        case ValueKind::Timestamp:
        case ValueKind::Symbol: return Kind::Int;
        case ValueKind::String:
        case ValueKind::Path:
        case ValueKind::Host: return Kind::Str;
        case ValueKind::Ip:
        case ValueKind::Cidr: return Kind::Net;
        case ValueKind::Url: return Kind::Url;
        case ValueKind::Email: return Kind::Email;
        case ValueKind::List:
        case ValueKind::Set: return Kind::List;
        case ValueKind::Record:
        case ValueKind::Command: return Kind::Record;
        case ValueKind::Any: return Kind::Any;
    }
    return Kind::Any;
}

std::string_view value_kind_name(ValueKind kind) noexcept {
    switch (kind) {
        case ValueKind::Bool: return "bool";
        case ValueKind::Int: return "int";
        case ValueKind::Decimal: return "decimal";
        case ValueKind::String: return "string";
        case ValueKind::Duration: return "duration";
        case ValueKind::Timestamp: return "timestamp";
        case ValueKind::Ip: return "ip";
        case ValueKind::Cidr: return "cidr";
        case ValueKind::Url: return "url";
        case ValueKind::Path: return "path";
        case ValueKind::Email: return "email";
        case ValueKind::Host: return "host";
        case ValueKind::Symbol: return "symbol";
        case ValueKind::List: return "list";
        case ValueKind::Set: return "set";
        case ValueKind::Record: return "record";
        case ValueKind::Any: return "any";
        case ValueKind::Command: return "command";
    }
    return "any";
}

std::string_view command_field_name(uint32_t field) noexcept {
    static constexpr std::string_view kNames[kCommandFieldCount] = {"text", "program", "executable", "argv", "args"};
    return field < kCommandFieldCount ? kNames[field] : "?";
}

std::vector<FieldDesc> command_fields(TypeRef texts) {
    std::vector<FieldDesc> fields(kCommandFieldCount);
    for (uint32_t f = 0; f < kCommandFieldCount; ++f) {
        ValueType text;
        text.kind = ValueKind::String;
        text.layout = static_cast<TypeRef>(Kind::Str);
        fields[f].name = command_field_name(f);
        fields[f].type = text;
        if (f != kCommandArgv && f != kCommandArgs) continue;
        fields[f].type.kind = ValueKind::List;
        fields[f].type.max_items = limits::kMaxCommandWords;
        fields[f].type.layout = texts;
        fields[f].type.item = {text};
    }
    return fields;
}

}  // namespace remit
