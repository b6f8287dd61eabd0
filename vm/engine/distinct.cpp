#include "vm/engine/distinct.h"

#include <vector>

#include "vm/engine/json.h"
#include "vm/ops/op_table.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

/// Straight-line code only. `params`: those of the shape.
std::optional<V> evaluate(const Program& program, const Shape& shape, const V* frame, const V* params) {
    std::vector<V> r(shape.registers);
    for (uint32_t pc = shape.begin; pc < shape.end; ++pc) {
        const Instr& i = program.code[pc];
        switch (i.op) {
            case Op::Slot: r[i.dst] = frame[i.imm]; break;
            case Op::Param: r[i.dst] = params[i.imm]; break;
            case Op::Field: r[i.dst] = r[i.a].err != 0 ? r[i.a] : as<Record>(r[i.a]).fields[i.imm]; break;
            case Op::Ret: return r[i.a];
            case Op::Item:
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum:
            case Op::Next:
            case Op::ExitFalse: return std::nullopt;
            default: r[i.dst] = apply(i.op, r[i.a], op_info(i.op).arity == 2 ? r[i.b] : V{}); break;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> distinct_text(const Program& program, const ValueType& type, V value) {
    if (value.err != 0) return std::nullopt;
    std::string out;
    switch (type.kind) {
        case ValueKind::Bool: return value.bits != 0 ? "true" : "false";
        case ValueKind::Int: return std::to_string(value.bits);
        case ValueKind::Decimal: append_json_string(out, format_decimal(value.bits, type.scale)); return out;
        case ValueKind::Duration: append_json_string(out, format_duration(value.bits)); return out;
        case ValueKind::Timestamp: append_json_string(out, format_timestamp(value.bits)); return out;
        case ValueKind::Symbol: {
            const auto& symbols = program.vocabularies[type.vocabulary].symbols;
            if (value.bits < 0 || static_cast<size_t>(value.bits) >= symbols.size()) return std::nullopt;
            append_json_string(out, symbols[static_cast<size_t>(value.bits)]);
            return out;
        }
        case ValueKind::String:
        case ValueKind::Path:
        case ValueKind::Host: append_json_string(out, as<Str>(value).view()); return out;
        case ValueKind::Ip:
        case ValueKind::Cidr:
        case ValueKind::Url:
        case ValueKind::Email:
        case ValueKind::List:
        case ValueKind::Set:
        case ValueKind::Record:
        case ValueKind::Any:
        case ValueKind::Command: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::string> distinct_value(const LoadedProgram& loaded, uint32_t tool, const V* frame,
                                          const StateDesc& state) {
    const Program& program = loaded.program();
    const ToolDesc& desc = program.tools[tool];
    for (uint32_t s = desc.segments_begin; s < desc.segments_end; ++s) {
        const Segment& segment = program.segments[program.tool_segments[s]];
        if (segment.action != Action::CountDistinct || segment.value_shape == kNoShape) continue;
        const Shape& shape = program.shapes[segment.value_shape];
        const size_t skip = segment.shape == kNoShape ? 0 : program.shapes[segment.shape].params.size();
        for (uint32_t n = segment.row_begin; n < segment.row_end; ++n) {
            const Row& row = program.rows[n];
            if (row.payload != static_cast<int64_t>(state.slot)) continue;
            const auto value = evaluate(program, shape, frame, loaded.params().data() + row.params + skip);
            return value ? distinct_text(program, state.distinct_type, *value) : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace remit
