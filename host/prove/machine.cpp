// The structure: slots, parameters, loops. What operations mean is in operations.cpp.
#include "host/prove/machine.h"

#include <fmt/format.h>

#include <utility>

#include "vm/ops/op_table.h"
#include "vm/value/scalar.h"

namespace remit::prove {

Sym Machine::operate(Op op, const Sym& a, const Sym& b) {
    switch (op) {
#define REMIT_OP(name, ...)                                      \
    case Op::name:                                               \
        return [&]<class M>(M& machine) {                        \
            if constexpr (requires { machine.on_##name(a, b); }) \
                return machine.on_##name(a, b);                  \
            else                                                 \
                return machine.unknown(Op::name, a, b);          \
        }(*this);
#include "vm/ops/ops.def"
        case Op::Slot:
        case Op::Param:
        case Op::Item:
        case Op::Field:
        case Op::ForAny:
        case Op::ForAll:
        case Op::ForCount:
        case Op::ForSum:
        case Op::Next:
        case Op::ExitFalse:
        case Op::Ret: break;
    }
    return unknown(op, a, b);
}

Sym Machine::unknown(Op op, const Sym& a, const Sym& b) {
    const auto key = [](const Sym& s) {
        return fmt::format("{}.{}.{}.{}.{}.{}", s.bits.id, s.must.id, s.may.id, s.absent.id, s.null.id, s.other.id);
    };
    const std::string name = fmt::format("?{}({},{})", mnemonic_of(op), key(a), key(b));
    c_.unknown.insert(std::string(mnemonic_of(op)));
    c_.abstracted.push_back(c_.yes());
    // A name stands for its operands only if they are all in it; else every use is a variable of its own.
    const std::string own = a.parts.empty() && b.parts.empty() && !a.list && !b.list
                                ? name
                                : fmt::format("{}#{}", name, c_.abstracted.size());
    const Kind result = is_structural(op) ? Kind::Int : op_info(op).result;
    Sym s = result == Kind::Truth ? c_.free_truth(own) : c_.free_number(own);
    s.kind = result;
    return s;
}

Sym Machine::lift(V value, TypeRef type) {
    Sym s;
    const TypeDesc& desc = loaded_.program().types[type];
    s.kind = desc.kind;
    s.bits = t_.number(0);
    if (value.err != 0) {
        (value.err == static_cast<int64_t>(Err::Absent) ? s.absent
         : value.err == static_cast<int64_t>(Err::Null) ? s.null
                                                        : s.other) = c_.yes();
        return s;
    }
    const auto text = [&](const Str& str) {
        Sym part;
        part.kind = Kind::Str;
        part.bits = c_.texts.literal(Kind::Str, str.view());
        return part;
    };
    switch (desc.kind) {
        case Kind::Truth: return c_.truth(t_.truth((value.bits & 1) != 0), t_.truth((value.bits & 2) != 0));
        case Kind::Int: s.bits = t_.number(value.bits); break;
        case Kind::Str:
        case Kind::Any: s.bits = c_.texts.literal(Kind::Str, as<Str>(value).view()); break;
        case Kind::Net: s.bits = c_.texts.literal(Kind::Net, format_net(as<Net>(value))); break;
        case Kind::Url: {
            const Url& u = as<Url>(value);
            s.parts = {text(u.text), text(u.scheme), text(u.host), text(u.path), c_.number(t_.number(u.port))};
            s.bits = s.parts[0].bits;
            break;
        }
        case Kind::Email: {
            const Email& e = as<Email>(value);
            s.parts = {text(e.text), text(e.local), text(e.domain)};
            s.bits = s.parts[0].bits;
            break;
        }
        case Kind::List: {
            const List& list = as<List>(value);
            auto out = std::make_shared<SymList>();
            out->size = t_.number(list.size);
            out->exact = true;
            for (uint32_t i = 0; i < list.size; ++i) out->items.push_back(lift(list.items[i], desc.item));
            s.list = std::move(out);
            break;
        }
        case Kind::Record: {
            const Record& record = as<Record>(value);
            for (uint32_t i = 0; i < record.size; ++i) s.parts.push_back(lift(record.fields[i], desc.fields[i]));
            break;
        }
    }
    return s;
}

Sym Machine::run(const Shape& shape, uint32_t params, const std::vector<Sym>& frame) {
    State s{frame, params, std::vector<Sym>(shape.registers), t_.truth(false)};
    const auto& code = loaded_.program().code;
    span(s, shape.begin, shape.end - 1);
    Sym result = s.registers[code[shape.end - 1].a];
    if (result.kind != Kind::Truth) return result;
    const Term stays = t_.no(s.exited);
    return c_.truth(t_.both(stays, result.must), t_.both(stays, result.may));
}

void Machine::span(State& s, uint32_t from, uint32_t to) {
    const Program& p = loaded_.program();
    for (uint32_t i = from; i < to; ++i) {
        const Instr& in = p.code[i];
        auto& r = s.registers;
        switch (in.op) {
            case Op::Slot: r[in.dst] = s.frame[in.imm]; break;
            case Op::Param: {
                const uint32_t constant = p.params[s.params + in.imm];
                r[in.dst] = lift(loaded_.constants()[constant], p.constants[constant].type);
                break;
            }
            case Op::Item: {
                const Sym list = r[in.a];
                const int64_t index = t_.node(r[in.b].bits).number;  // loops count in numbers
                const bool there = list.list && static_cast<size_t>(index) < list.list->items.size();
                r[in.dst] = there ? passed(list, list.list->items[static_cast<size_t>(index)])
                                  : unknown(in.op, list, r[in.b]);
                break;
            }
            case Op::Field: {
                const Sym record = r[in.a];
                Sym none;
                none.absent = c_.yes();
                none.bits = t_.number(0);
                r[in.dst] = passed(record, in.imm < record.parts.size() ? record.parts[in.imm] : none);
                break;
            }
            case Op::ForAny:
            case Op::ForAll:
            case Op::ForCount:
            case Op::ForSum:
                loop(s, i);
                i = in.imm;
                break;
            case Op::Next:
            case Op::Ret: break;
            case Op::ExitFalse: s.exited = t_.either(s.exited, t_.no(t_.either(r[in.a].must, r[in.a].may))); break;
#define REMIT_OP(name, ...) case Op::name:
#include "vm/ops/ops.def"
                r[in.dst] = operate(in.op, r[in.a], op_info(in.op).arity == 2 ? r[in.b] : r[in.a]);
                break;
        }
    }
}

void Machine::loop(State& s, uint32_t head) {
    const Instr& in = loaded_.program().code[head];
    const uint16_t body = loaded_.program().code[in.imm].a;
    const Sym list = s.registers[in.a];
    const bool guard = in.op == Op::ForAny || in.op == Op::ForAll;
    Sym sum = guard ? c_.truth(t_.truth(in.op == Op::ForAll), t_.truth(in.op == Op::ForAll)) : c_.number(t_.number(0));
    const size_t items = list.list ? list.list->items.size() : 0;
    for (size_t k = 0; k < items; ++k) {
        const Term within = t_.less(t_.number(static_cast<int64_t>(k)), list.list->size);
        if (t_.is_false(within)) break;
        s.registers[in.b] = c_.number(t_.number(static_cast<int64_t>(k)));
        span(s, head + 1, in.imm);
        const Sym said = s.registers[body];
        const Sym next = in.op == Op::ForAny   ? on_Or(sum, said)
                         : in.op == Op::ForAll ? on_And(sum, said)
                         : in.op == Op::ForSum ? on_AddI(sum, said)
                                               : on_CountStep(sum, said);
        sum = c_.choose(within, next, sum);
    }
    sum = size_limited(list, mnemonic_of(in.op).data(), sum);
    const Term error = c_.error_of(list);
    if (guard)
        s.registers[in.dst] = c_.truth(t_.both(t_.no(error), sum.must), t_.either(error, sum.may));
    else
        s.registers[in.dst] = passed(list, sum);
}

}  // namespace remit::prove
