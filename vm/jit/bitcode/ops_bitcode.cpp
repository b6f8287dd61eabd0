// What native code calls and inlines, compiled to bitcode (../bitcode.cmake) under C names: the operations, the parts
// of loops and loads that compute, the actions, and what object files need. Nothing is decided here.
#include "vm/index/text_hash.h"
#include "vm/jit/object_data.h"
#include "vm/ops/actions.h"
#include "vm/ops/op.h"

using remit::Outcome;
using remit::Row;
using remit::V;
using namespace remit::jit;

#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"

#include "vm/jit/bitcode/heavy_functions.h"

#define REMIT_CALL_1(f, a, b) f(a)
#define REMIT_CALL_2(f, a, b) f(a, b)
#define REMIT_ACTION(name)                                                                            \
    void remit_bc_act_##name(V* frame, Outcome* out, const Row* row, int64_t hit, V value) noexcept { \
        remit::act_##name(frame, *out, *row, hit, value);                                             \
    }

extern "C" {

// An operation with one operand takes a second one and ignores it, so that all calls look alike.
#define REMIT_OP(name, mnemonic, result, arity, ...) \
    V remit_bc_##name(V a, [[maybe_unused]] V b) noexcept { return REMIT_CALL_##arity(remit::op_##name, a, b); }
#include "vm/ops/ops.def"

V remit_bc_Item(V list, V index) noexcept { return remit::item_of(list, index); }
V remit_bc_Field(V record, V index) noexcept { return remit::field_of(record, static_cast<uint32_t>(index.bits)); }
int64_t remit_bc_loop_size(V list) noexcept { return list.err != 0 ? 0 : remit::as<remit::List>(list).size; }
int64_t remit_bc_hit_may(V guard) noexcept { return remit::hit_of(guard, false); }
int64_t remit_bc_hit_must(V guard) noexcept { return remit::hit_of(guard, true); }

REMIT_ACTION(Note)
REMIT_ACTION(Allow)
REMIT_ACTION(Block)
REMIT_ACTION(Risk)
REMIT_ACTION(Lane)
REMIT_ACTION(Mark)
REMIT_ACTION(Count)
REMIT_ACTION(CountDistinct)

#include "vm/jit/bitcode/object_functions.h"

}  // extern "C"
