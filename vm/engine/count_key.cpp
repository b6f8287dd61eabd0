#include "vm/engine/count_key.h"

#include "vm/value/scalar.h"

namespace remit {

std::optional<std::string> count_key(const Program& program, const ValueType& type, V value) {
    if (value.err != 0) return std::nullopt;
    switch (type.kind) {
        case ValueKind::Bool: return value.bits != 0 ? "true" : "false";
        case ValueKind::Int: return std::to_string(value.bits);
        case ValueKind::Decimal: return format_decimal(value.bits, type.scale);
        case ValueKind::Duration: return format_duration(value.bits);
        case ValueKind::Timestamp: return format_timestamp(value.bits);
        case ValueKind::Symbol: {
            const auto& symbols = program.vocabularies[type.vocabulary].symbols;
            if (value.bits < 0 || static_cast<size_t>(value.bits) >= symbols.size()) return std::nullopt;
            return symbols[static_cast<size_t>(value.bits)];
        }
        case ValueKind::String:
        case ValueKind::Path:
        case ValueKind::Host: return std::string(as<Str>(value).view());
        case ValueKind::Url: return std::string(as<Url>(value).text.view());
        case ValueKind::Email: return std::string(as<Email>(value).text.view());
        case ValueKind::Ip:
        case ValueKind::Cidr: return format_net(as<Net>(value));
        case ValueKind::Command:
        case ValueKind::List:
        case ValueKind::Set:
        case ValueKind::Record:
        case ValueKind::Any: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::string> count_key(const Program& program, const ToolDesc& tool, std::span<const Argument> arguments,
                                     const StateDesc& state) {
    for (size_t i = 0; i < tool.params.size() && i < arguments.size(); ++i)
        if (tool.params[i].name == state.key) return count_key(program, tool.params[i].type, arguments[i].value);
    return std::nullopt;
}

}  // namespace remit
