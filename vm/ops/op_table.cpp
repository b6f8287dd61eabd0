#include "vm/ops/op_table.h"

#include "vm/ops/ops.h"
#include "vm/ops/row.h"

namespace remit {

#define REMIT_CALL_1(f, a, b) f(a)
#define REMIT_CALL_2(f, a, b) f(a, b)

V apply(Op op, V a, V b) noexcept {
    switch (op) {
#define REMIT_OP(name, mnemonic, result, arity, ...) \
    case Op::name: return REMIT_CALL_##arity(op_##name, a, b);
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
    return error(Err::BadValue);
}

std::string_view mnemonic_of(Op op) noexcept {
    switch (op) {
#define REMIT_OP(name, mnemonic, ...) \
    case Op::name: return mnemonic;
#include "vm/ops/ops.def"
        case Op::Slot: return "slot";
        case Op::Param: return "param";
        case Op::Item: return "item";
        case Op::Field: return "field";
        case Op::ForAny: return "for.any";
        case Op::ForAll: return "for.all";
        case Op::ForCount: return "for.count";
        case Op::ForSum: return "for.sum";
        case Op::Next: return "next";
        case Op::ExitFalse: return "exit_false";
        case Op::Ret: return "ret";
    }
    return "?";
}

std::string_view kind_name(Kind kind) noexcept {
    switch (kind) {
        case Kind::Truth: return "truth";
        case Kind::Int: return "int";
        case Kind::Str: return "str";
        case Kind::Url: return "url";
        case Kind::Email: return "email";
        case Kind::Net: return "net";
        case Kind::List: return "list";
        case Kind::Record: return "record";
        case Kind::Any: return "any";
    }
    return "?";
}

std::string_view action_name(uint8_t action) noexcept {
    static constexpr std::string_view kNames[] = {"note", "allow", "block", "risk",
                                                  "lane", "mark",  "count", "count_distinct"};
    static_assert(sizeof(kNames) / sizeof(kNames[0]) == kActionCount);
    return action < kActionCount ? kNames[action] : "?";
}

std::string_view err_name(int64_t err) noexcept {
    static constexpr std::string_view kNames[] = {"none",       "absent",        "null",     "missing fact",
                                                  "stale fact", "missing state", "overflow", "bad value"};
    static_assert(sizeof(kNames) / sizeof(kNames[0]) == kErrCount);
    return err >= 0 && err < kErrCount ? kNames[err] : "?";
}

}  // namespace remit
