// The operations as data, and one function that runs any of them: for the verifier, the constant folder, the disassembler,
// docs/operations.md and the boundary test.
#pragma once

#include <string_view>

#include "vm/ops/op.h"
#include "vm/value/value.h"

namespace remit {

struct OpInfo {
    std::string_view name, mnemonic;
    Kind result = Kind::Truth;
    int arity = 0;
    Kind a = Kind::Any, b = Kind::Any;  // Any: every kind
    int cost = 0;                       // 0: depends on sizes
    std::string_view doc;
};

/// The rows of ops.def, indexed by Op.
inline constexpr OpInfo kOpTable[] = {
#define REMIT_OP(name, mnemonic, result, arity, a, b, cost, doc) \
    {#name, mnemonic, Kind::result, arity, Kind::a, Kind::b, cost, doc},
#include "vm/ops/ops.def"
};
static_assert(sizeof(kOpTable) / sizeof(kOpTable[0]) == kFirstStructural);

constexpr bool is_structural(Op op) noexcept { return static_cast<int>(op) >= kFirstStructural; }
/// `op` is not structural.
constexpr const OpInfo& op_info(Op op) noexcept { return kOpTable[static_cast<int>(op)]; }
constexpr bool operand_fits(Kind declared, Kind actual) noexcept { return declared == Kind::Any || declared == actual; }

/// What the items of an op's list operands must be: Int, Str, or Any where the op does not look at them.
constexpr Kind list_items_of(const OpInfo& op) noexcept {
    if (op.mnemonic == "url.on" || op.mnemonic.substr(op.mnemonic.size() - 2) == ".s") return Kind::Str;
    return op.mnemonic.substr(op.mnemonic.size() - 2) == ".i" ? Kind::Int : Kind::Any;
}
/// Ops that take a list and look at no item's bits. A new op with lists must be here or be named `x.i`, `x.s`.
constexpr bool items_known(const OpInfo& op) noexcept {
    const bool list = op.a == Kind::List || (op.arity == 2 && op.b == Kind::List);
    return !list || list_items_of(op) != Kind::Any || op.mnemonic == "size.l" || op.mnemonic.substr(0, 5) == "item.";
}
constexpr bool all_items_known() noexcept {
    for (const OpInfo& op : kOpTable) {
        if (!items_known(op)) return false;
    }
    return true;
}
static_assert(all_items_known(), "the verifier must know what the items of this op's list are");

/// The mnemonic of any instruction, structural ones included.
std::string_view mnemonic_of(Op op) noexcept;
/// Runs an operation of the table; `b` is ignored if it takes one operand. A structural op is BadValue.
V apply(Op op, V a, V b) noexcept;

std::string_view kind_name(Kind kind) noexcept;         // `truth`, `int`, ...
std::string_view action_name(uint8_t action) noexcept;  // `note`, `allow`, ...; `?` beyond the last
std::string_view err_name(int64_t err) noexcept;        // `absent`, `missing fact`, ...

}  // namespace remit
