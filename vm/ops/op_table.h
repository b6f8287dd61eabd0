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

/// The mnemonic of any instruction, structural ones included.
std::string_view mnemonic_of(Op op) noexcept;
/// Runs an operation of the table; `b` is ignored if it takes one operand. A structural op is BadValue.
V apply(Op op, V a, V b) noexcept;

std::string_view kind_name(Kind kind) noexcept;      // `truth`, `int`, ...
std::string_view action_name(uint8_t action) noexcept;  // `note`, `allow`, ...; `?` beyond the last
std::string_view err_name(int64_t err) noexcept;     // `absent`, `missing fact`, ...

}  // namespace remit
