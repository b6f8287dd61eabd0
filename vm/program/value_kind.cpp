#include "vm/program/value_kind.h"

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
        case ValueKind::Record: return Kind::Record;
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
    }
    return "any";
}

}  // namespace remit
