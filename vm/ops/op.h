// Op: every instruction of the bytecode. First one for each row of ops.def, which compute; then the structural ones, which
// move and branch and which the engines implement themselves.
#pragma once

#include <cstdint>

namespace remit {

enum class Op : uint8_t {
#define REMIT_OP(name, ...) name,
#include "vm/ops/ops.def"
    // Structure: moves and control. The engines implement these; they decide nothing.
    Slot,    // dst = frame[imm]
    Param,   // dst = parameter imm of the row
    Item,    // dst = item b of list a; Absent out of range. a's error stays
    Field,   // dst = field imm of record a. a's error stays
    ForAny,  // loop over list a with index register b (Int); body = instructions up to the Next at imm; dst accumulates.
    ForAll,    //   Any: kFalse then Or; All: kTrue then And; Count: 0 then CountStep; Sum: 0 then AddI.
    ForCount,  //   if a is an error: dst is kError (Any, All) or a's error (Count, Sum), and the loop is skipped.
    ForSum,
    Next,       // end of the loop's body; a is the register that holds the body's result
    ExitFalse,  // if a is kFalse, the shape's result is kFalse (Truth shapes only, not inside a loop)
    Ret,        // the result is a; last instruction of a shape and nowhere else
};
inline constexpr int kOpCount = static_cast<int>(Op::Ret) + 1;
inline constexpr int kFirstStructural = static_cast<int>(Op::Slot);

}  // namespace remit
