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

}  // namespace remit
